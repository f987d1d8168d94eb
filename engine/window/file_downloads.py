"""Answers to navigations that are no documents: they are read to their end, as a browser does that saves them.

https://html.spec.whatwg.org/multipage/links.html#downloading-resources, and what
https://html.spec.whatwg.org/multipage/browsing-the-web.html#loading-a-document leaves to the user agent
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote, unquote_to_bytes

from engine.event_loop import Event, SystemClock, TimedOut, in_parallel, timeout_after
from engine.realms import ConsoleMessage
from engine.storage import SavedFile, StorageError, safe_file_name
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.event_loop import ParallelSteps
    from engine.http import Response
    from engine.http.body import Body
    from engine.realms import UserAgent
    from engine.url import URL

_GRACE: Final = 0.2  # seconds
FileDownloadState: TypeAlias = Literal["begun", "complete", "failed"]

_EXTENDED_NAME = re.compile(r"""(?:^|;)\s*filename\*\s*=\s*"?(utf-8|iso-8859-1)'[^']*'([^;"\s]*)""", re.IGNORECASE)
_NAME = re.compile(r"""(?:^|;)\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))""", re.IGNORECASE)
_MEDIA = ("image/", "audio/", "video/", "application/pdf")


@dataclass(frozen=True, slots=True)
class FileDownload:
    """A file that a site gave instead of a document, as far as it has come."""

    url: str
    file_name: str
    """As the site calls it, made safe."""
    state: FileDownloadState = "begun"
    received: int = 0
    """Bytes."""
    path: Path | None = None
    """Where it lies, once it is complete; None: it was read and counted, and kept nowhere."""
    reason: str = ""
    """Why it failed."""


class FileDownloads:
    """Those of a user agent. On the browser's thread; `close` after the windows."""

    def __init__(self, user_agent: UserAgent, folder: Path | None = None) -> None:
        self._user_agent = user_agent
        self.folder = folder
        """Where files are saved; None: nowhere."""
        self.on_changed: list[Callable[[FileDownload], object]] = []
        """Called when one begins, is complete, or has failed."""
        self._coming = 0
        self._under_way: set[ParallelSteps[None]] = set()
        self._one_has_ended = Event()

    @property
    def is_active(self) -> bool:
        """Whether a file is still coming."""
        return self._coming > 0

    def begin(self, response: Response, url: URL) -> None:
        """Read a response to its end, whatever becomes of the page that led to it."""
        download = FileDownload(url.serialized, file_name(response, url))
        body = response.unsafe_response().body
        self._coming += 1
        steps = in_parallel(self._receive_one(download, body), f"download of {url.serialized}")
        self._under_way.add(steps)
        steps.when_done(lambda: self._ended(steps))

    async def close(self) -> None:
        """Give up what is still coming; nothing of it is left. What is almost there may still come."""
        with suppress(TimedOut):
            async with timeout_after(SystemClock(), _GRACE):
                await self._all_ended()
        for steps in list(self._under_way):
            steps.cancel()
        await self._all_ended()

    async def _all_ended(self) -> None:
        while self._under_way:
            self._one_has_ended.clear()
            await self._one_has_ended.wait()

    def _ended(self, steps: ParallelSteps[None]) -> None:
        self._under_way.discard(steps)
        self._one_has_ended.set()

    async def _receive_one(self, download: FileDownload, body: Body | None) -> None:
        self._tell(download)
        try:
            download = await self._receive(download, body)
        finally:
            self._coming -= 1
        self._tell(download)

    async def _receive(self, download: FileDownload, body: Body | None) -> FileDownload:
        storage = self._user_agent.storage
        file = None if self.folder is None else storage.save_file(self.folder, download.file_name)
        received = 0
        try:
            if file is not None:
                await file.begin()
            while body is not None and (chunk := await body.read()):
                received += len(chunk)
                if file is not None:
                    await file.append(chunk)
            path = None if file is None else await file.finish()
        except (ScriptException, StorageError) as error:
            reason = error.message if isinstance(error, ScriptException) else str(error)
            await _give_up(file, body)
            return replace(download, state="failed", received=received, reason=reason)
        except BaseException:
            await _give_up(file, body)
            raise
        return replace(download, state="complete", received=received, path=path)

    def _tell(self, download: FileDownload) -> None:
        for tell in list(self.on_changed):
            tell(download)
        text = f"{download.url} is a download, {download.file_name!r}: "
        match download.state:
            case "begun":
                return
            case "complete":
                kept = "kept nowhere" if download.path is None else f"saved as {download.path}"
                message = ConsoleMessage("info", f"{text}{download.received:,} bytes, {kept}", "page")
            case "failed":
                message = ConsoleMessage("error", f"{text}it broke off after {download.received:,} bytes: {download.reason}", "page")
        self._user_agent.embedder.console(None, message)


async def _give_up(file: SavedFile | None, body: Body | None) -> None:
    if body is not None:
        body.cancel()
    if file is not None:
        await file.discard()


def is_a_download(response: Response, kind: str, can_be_shown: bool) -> bool:
    """Whether the answer to a navigation is handed to the user as a file. `kind`: its MIME type's essence.

    NB: what browsers show without a document of the site's, as images, is none either.
    """
    disposition = response.header_list.get(b"Content-Disposition")
    if disposition is not None:
        kind_of_disposition = disposition.partition(b";")[0].strip().lower()
        if kind_of_disposition and kind_of_disposition != b"inline" and b"=" not in kind_of_disposition:
            return True
    return not can_be_shown and not kind.startswith(_MEDIA)


def file_name(response: Response, url: URL) -> str:
    """https://html.spec.whatwg.org/multipage/links.html#getting-the-suggested-filename: what the site calls the file, made safe."""
    value = response.header_list.get(b"Content-Disposition") or b""
    # Servers write bytes of UTF-8, whatever the standards say.
    try:
        disposition = value.decode()
    except UnicodeDecodeError:
        disposition = value.decode("latin-1")
    if (extended := _EXTENDED_NAME.search(disposition)) is not None:
        name = unquote_to_bytes(extended[2]).decode(extended[1], "replace")
    elif (found := _NAME.search(disposition)) is not None:
        name = re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
    else:
        name = unquote(url.path.rpartition("/")[2])
    # Only what stands behind the last folder's name.
    return safe_file_name(re.split(r"[/\\]", name)[-1])
