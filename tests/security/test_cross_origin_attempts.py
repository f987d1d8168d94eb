"""One page tries what it can with windows of another origin, and they with it: here, and in Chromium where that is installed.

What comes of each attempt there is kept in pages/in_chromium.json.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from engine.browser import Browser

from .chromium import Chromium, path_of_chromium

PAGES = Path(__file__).with_name("pages")
IN_CHROMIUM: dict[str, Any] = json.loads((PAGES / "in_chromium.json").read_text())

# https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-windowproxy-exotic-object says so, and web-platform-tests do;
# Chromium refuses to say anything.
AS_THE_STANDARD_SAYS = {
    "has location": [True, True, True, True],
    "for in": ["0", "1"],
    "set prototype": "TypeError",
    "set no prototype": True,
    "reflect set prototype": [False, True],
    "extensible": [True, False, False],
    "prevent extensions": "TypeError",
    "freeze": "TypeError",
    "seal": "TypeError",
}

DONE = "Promise.race([window.result.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false)))])"
RESULT = "JSON.stringify(result)"


async def answer(request: web.Request) -> web.StreamResponse:
    if request.path == "/redirect":
        raise web.HTTPFound(request.query["to"])
    headers = {"Cache-Control": "no-store"}
    name = request.path.lstrip("/")
    if name == "sandboxed.html":
        name, headers["Content-Security-Policy"] = "ready.html", "sandbox allow-scripts"
    file = PAGES / name
    if not file.is_file():
        return web.Response(status=404, text="not found")
    return web.Response(body=file.read_bytes(), content_type="text/html", headers=headers)


@asynccontextmanager
async def origin() -> AsyncIterator[int]:
    """The port of a server of the pages."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with origin() as first, origin() as second:
        yield f"http://localhost:{first}/index.html?other={second}"


def differences(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: (found.get(name), expected.get(name)) for name in {*found, *expected} if found.get(name) != expected.get(name)}


async def test_every_attempt_ends_as_it_does_in_chromium(address: str) -> None:
    async with Browser() as browser:
        page = await browser.open(address)
        await page.wait_for_load()
        found = json.loads(await page.evaluate(f"window.result.then(() => {RESULT})"))
    assert differences(found, IN_CHROMIUM | AS_THE_STANDARD_SAYS) == {}


@pytest.mark.skipif(path_of_chromium() is None, reason="Chromium is not installed")
async def test_chromium_still_answers_so(address: str) -> None:
    async with Chromium() as chromium, asyncio.timeout(240):
        page = await chromium.open(address)
        # NB: asked as a person asks, which lets the page open a window.
        while await chromium.evaluate(page, DONE) is not True:
            await asyncio.sleep(0.1)
        found = json.loads(await chromium.evaluate(page, RESULT))
    assert differences(found, IN_CHROMIUM) == {}
