"""Chromium, where it is installed: what a page says there. As much of the DevTools protocol as that needs."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import tempfile
from types import TracebackType
from typing import Any

import aiohttp

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def path_of_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Chromium:
    """One process with a profile of its own; both are gone afterwards."""

    async def __aenter__(self) -> Chromium:
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        path = path_of_chromium()
        assert path is not None
        self.process = await asyncio.create_subprocess_exec(
            path,
            *FLAGS,
            "--remote-debugging-port=0",
            f"--user-data-dir={self.profile.name}",
            "about:blank",
            stderr=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert self.process.stderr is not None
        while (found := re.search(rb"ws://\S+", line := await self.process.stderr.readline())) is None:
            assert line, "Chromium ended at once"
        self.drain = asyncio.create_task(self.process.stderr.read())
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(found[0].decode(), max_msg_size=0)
        self.numbers = itertools.count(1)
        return self

    async def send(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        await self.socket.send_json(message if session is None else {**message, "sessionId": session})
        while (said := await self.socket.receive_json()).get("id") != number:
            pass
        assert "error" not in said, said
        return said["result"]

    async def open(self, url: str) -> str:
        """A page; what to `evaluate` in."""
        target = await self.send("Target.createTarget", url="about:blank")
        session = (await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True))["sessionId"]
        await self.send("Page.navigate", session, url=url)
        return str(session)

    async def evaluate(self, session: str, script: str) -> Any:
        """The value of a script, as if a person had asked for it; None where it throws."""
        said = await self.send("Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        return said["result"].get("value")

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        await self.socket.close()
        await self.session.close()
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()
        self.drain.cancel()
        self.profile.cleanup()
