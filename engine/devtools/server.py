"""The server of the inspection page, and what the page may ask of it.

Only those who know the address may ask: it has a secret in it. Requests under another host's name are refused, as names
can be made to lead here; so are requests that another site's page makes.
"""

from __future__ import annotations

import contextlib
import errno
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from engine.background_fetch import BackgroundFetchHandle
from engine.devtools.records import console_message_to_record, state_to_record
from engine.event_loop import in_parallel
from engine.infra import parse_non_negative_integer
from engine.infra.arguments import check_type
from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.browser import Browser

PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {"": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-icon"})
_MOST_MESSAGES: Final = 500
_BETWEEN_UPDATES: Final = 0.2  # seconds


class InspectionFailed(Exception):
    """The page cannot be served; the message says why."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """The page is there. `url` is its address, which is all that is needed to get in."""

    url: str


@asynccontextmanager
async def inspect(browser: Browser, port: int = 0) -> AsyncIterator[Inspection]:
    """Serve the inspection page of `browser` on 127.0.0.1 as long as the context lasts; port 0 takes any free one.

    Raises InspectionFailed; TypeError, ValueError for what is no port.
    """
    check_type("port", port, int, "a whole number, 0 to 65535")
    if not 0 <= port <= 65535:
        raise ValueError(f"port cannot be {port}: it is a whole number, 0 to 65535")
    server = _Server(browser)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            why = "is in use by another program" if error.errno == errno.EADDRINUSE else str(error.strerror)
            raise InspectionFailed(f"the inspection page cannot be served: port {port} of 127.0.0.1 {why}") from error
        server.authority = f"127.0.0.1:{runner.addresses[0][1]}"
        yield Inspection(f"http://{server.authority}/{server.secret}/")
    finally:
        server.close()
        await runner.cleanup()


class _Server:
    def __init__(self, browser: Browser) -> None:
        self.secret = secrets.token_urlsafe(16)
        self.authority = ""
        self._browser = browser
        self._messages: deque[tuple[int, dict[str, Any]]] = deque(maxlen=_MOST_MESSAGES)
        self._message_count = 0
        self._is_closed = False
        self._stop_listening = browser.on_console(self._note)

    def close(self) -> None:
        self._is_closed = True
        self._stop_listening()

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        router, root = application.router, "/" + self.secret
        for name in _FILES:
            router.add_get(f"{root}/{name}", self._send_file)
        router.add_get(root + "/state", self._send_state)
        router.add_get(root + "/updates", self._send_updates)
        router.add_get(root + "/icons/{unique_id}/{number:[0-9]+}", self._send_icon)
        router.add_post(root + "/background-fetches/{unique_id}/{action}", self._act)
        router.add_post(root + "/network", self._change_network)
        return application

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        origin = request.headers.get("Origin", "http://" + self.authority)
        if request.host != self.authority or origin != "http://" + self.authority:
            raise web.HTTPForbidden(text="This page is not for other sites.\n")
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _send_file(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        return web.FileResponse(PAGE / (name or "index.html"), headers={"Content-Type": _FILES[name] + "; charset=utf-8"})

    async def _send_state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({**state_to_record(self._browser), "messages": [one for _, one in list(self._messages)]})

    async def _send_updates(self, request: web.Request) -> web.StreamResponse:
        """https://html.spec.whatwg.org/#server-sent-events: the state whenever it is another one, and new messages"""
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        sent: dict[str, Any] = {}
        last_message = 0
        clock = self._browser.user_agent.clock
        with contextlib.suppress(ConnectionError):  # whoever looked has gone
            while not self._is_closed:
                numbered = [one for one in list(self._messages) if one[0] > last_message]
                state = state_to_record(self._browser)
                if state != sent or numbered:
                    sent = state
                    last_message = numbered[-1][0] if numbered else last_message
                    data = json.dumps({**state, "messages": [message for _, message in numbered]})
                    await response.write(f"data: {data}\n\n".encode())
                await clock.sleep(_BETWEEN_UPDATES)
        return response

    async def _send_icon(self, request: web.Request) -> web.StreamResponse:
        icons = self._background_fetch(request).view.icons
        number = parse_non_negative_integer(request.match_info["number"]) or 0
        # NB: only images that can do nothing; what else a site says is an icon is not passed on.
        if number >= len(icons) or icons[number].type not in _IMAGES:
            raise web.HTTPNotFound(text="There is no such icon.\n")
        return web.Response(body=icons[number].data, content_type=icons[number].type)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """What the user does: pause, resume, abort, click"""
        bg_fetch, action = self._background_fetch(request), request.match_info["action"]
        if action not in ("pause", "resume", "abort", "click"):
            raise web.HTTPNotFound(text=f"{action}: no such action\n")
        if action not in bg_fetch.view.actions:
            raise web.HTTPConflict(text=f"{action} is not possible now: it is {bg_fetch.view.state}\n")
        if action == "click":
            # Its handler may take its time; whoever clicked does not wait for it.
            in_parallel(bg_fetch.click(), "a click on the inspection page")
        else:
            await getattr(bg_fetch, action)()
        return web.json_response(state_to_record(self._browser))

    async def _change_network(self, request: web.Request) -> web.StreamResponse:
        try:
            offline = (await request.json())["offline"]
        except (ValueError, KeyError, TypeError):
            offline = None
        if not isinstance(offline, bool):
            raise web.HTTPBadRequest(text='{"offline": true} or {"offline": false} is wanted\n')
        network = self._browser.network
        network.conditions(offline=offline, faults=network.faults)
        return web.json_response(state_to_record(self._browser))

    def _background_fetch(self, request: web.Request) -> BackgroundFetchHandle:
        for bg_fetch in self._browser.background_fetches():
            if bg_fetch.unique_id == request.match_info["unique_id"]:
                return bg_fetch
        raise web.HTTPNotFound(text="There is no such background fetch (any more).\n")

    def _note(self, message: ConsoleMessage) -> None:
        self._message_count += 1
        self._messages.append((self._message_count, console_message_to_record(message)))
