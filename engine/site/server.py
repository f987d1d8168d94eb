"""Serving a folder."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from engine.event_loop import Clock
from engine.site.generated import GeneratedFile, SiteError, read_generated_files

__all__ = ["PortTaken", "Site", "SiteError", "serve"]

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/manifest+json", ".webmanifest")


_OWN_NAMES: Final = ("127.0.0.1", "localhost")
_SHOWN: Final = (".well-known",)
"""Names with a dot are other programs' (`.git`, `.env`); this one is for the public."""


class PortTaken(SiteError):
    """Another program listens on the port."""


@dataclass(frozen=True, slots=True)
class Site:
    """A folder being served. `origin` has no slash at its end."""

    root: Path
    origin: str


@asynccontextmanager
async def serve(root: Path, clock: Clock, port: int = 0) -> AsyncIterator[Site]:
    """Serve `root` on 127.0.0.1 for as long as the context lasts; port 0 takes any free one.

    Raises SiteError for a folder that cannot be served, PortTaken.
    """
    folder = _Folder(root, clock)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", folder.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SiteError(f"port {port} of 127.0.0.1 cannot be used: {error.strerror}") from error
            raise PortTaken(
                f"port {port} of 127.0.0.1 is in use by another program: choose another with --port"
            ) from error
        bound = runner.addresses[0][1]
        folder.hosts = frozenset(name if bound == 80 else f"{name}:{bound}" for name in _OWN_NAMES)
        yield Site(root, f"http://127.0.0.1:{bound}")
    finally:
        await runner.cleanup()


class _Folder:
    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root.resolve()
        self._clock = clock
        self._generated = read_generated_files(self._root)
        self.hosts: frozenset[str] = frozenset()
        """What the site may be called in a request. A name that others let point here is not among them: DNS rebinding."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Host", "").lower() not in self.hosts:
            raise web.HTTPMisdirectedRequest(text=f"this site is only at {', '.join(sorted(self.hosts))}\n")
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])
        generated = self._generated.get(request.path)
        if generated is not None:
            return await self._send_generated(request, generated)
        file = self._file_of(request.path)
        if file is None:
            raise web.HTTPNotFound(text=f"{request.path} is not in this site\n")
        return web.FileResponse(file, headers={"Content-Type": content_type_of(file), "Cache-Control": "no-cache"})

    def _file_of(self, path: str) -> Path | None:
        """The file that a path names: none outside of the folder, wherever links lead, and none that is hidden."""
        if any(name.startswith(".") and name not in _SHOWN for name in path.split("/")):
            return None
        try:
            file = (self._root / path.lstrip("/")).resolve()
            if file.is_dir():
                file = (file / "index.html").resolve()
            return file if file.is_file() and file.is_relative_to(self._root) else None
        except (OSError, RuntimeError, ValueError):  # a name too long, a loop of links, a NUL
            return None

    async def _send_generated(self, request: web.Request, file: GeneratedFile) -> web.StreamResponse:
        etag = f'"{hashlib.sha256(file.pattern + b"%d" % file.times).hexdigest()[:16]}"'
        headers = {"Accept-Ranges": "bytes", "ETag": etag, "Content-Type": content_type_of(Path(request.path))}
        start, end, status = 0, file.size, 200
        if "Range" in request.headers and request.headers.get("If-Range", etag) == etag:
            try:
                wanted = request.http_range
            except ValueError:
                wanted = slice(None, None)
            if wanted != slice(None, None, 1) and wanted != slice(None, None):
                start, end, _ = wanted.indices(file.size)
                if start >= end:
                    raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{file.size}"})
                status = 206
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        response = web.StreamResponse(status=status, headers=headers)
        response.content_length = end - start
        await response.prepare(request)
        if request.method == "GET":
            with contextlib.suppress(ConnectionResetError):  # the client has gone: nothing is left to do
                await self._write(response, file, start, end)
        return response

    async def _write(self, response: web.StreamResponse, file: GeneratedFile, start: int, end: int) -> None:
        began, sent = self._clock.now(), 0
        for chunk in file.chunks(start, end):
            await response.write(chunk)
            sent += len(chunk)
            if file.rate is not None:
                ahead = sent / file.rate - (self._clock.now() - began)
                if ahead > 0:
                    await self._clock.sleep(ahead)


def content_type_of(file: Path) -> str:
    """By the file's name; text is UTF-8."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("json", "+xml")) else kind
