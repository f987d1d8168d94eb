"""The inspection page, as another browser asks for it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from engine import Browser
from engine.devtools import Inspection, InspectionFailed, inspect
from engine.network.fake_transport import FakeResponse, FakeTransport

WORKER = b"""
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
onbackgroundfetchclick = () => console.log("clicked");
"""
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (16).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0" + bytes(20)
DOWNLOAD = """
(async () => {
  await navigator.serviceWorker.register("/sw.js");
  const { backgroundFetch } = await navigator.serviceWorker.ready;
  await backgroundFetch.fetch("song", "/song", { title: "A song", icons: [{ src: "/icon.png" }, { src: "/icon.svg" }] });
})()
"""

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    transport = FakeTransport()
    transport.route("https://site.test/sw.js", FakeResponse(headers=[(b"Content-Type", b"text/javascript")], body=WORKER))
    transport.route("https://site.test/icon.png", FakeResponse(headers=[(b"Content-Type", b"image/png")], body=PNG))
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    transport.route("https://site.test/icon.svg", FakeResponse(headers=[(b"Content-Type", b"image/svg+xml")], body=svg))
    transport.route("https://site.test/song", FakeResponse(body=b"a song"))
    page = FakeResponse(headers=[(b"Content-Type", b"text/html")], body=b"<!doctype html><title>A page</title>")
    transport.route("https://site.test/", page)
    async with Browser(transport=transport) as browser:
        yield browser


@pytest.fixture
async def inspection(browser: Browser) -> AsyncIterator[Inspection]:
    async with inspect(browser) as inspection:
        yield inspection


@pytest.fixture
async def ask(inspection: Inspection) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as session:

        async def ask(method: str, path: str, **options: Any) -> tuple[int, Any]:
            async with session.request(method, inspection.url + path, **options) as response:
                is_json = response.content_type == "application/json"
                return response.status, await response.json() if is_json else await response.text(errors="replace")

        yield ask


@pytest.fixture
async def song(browser: Browser) -> str:
    """The unique id of a paused download."""
    page = await browser.open("https://site.test/")
    browser.network.conditions(offline=False)
    browser.rate_limits.bytes_per_second = 1
    await page.evaluate(DOWNLOAD)
    [download] = browser.background_fetches()
    assert await download.pause()
    return download.unique_id


async def test_the_page_is_served_and_may_load_nothing_from_elsewhere(inspection: Inspection) -> None:
    async with aiohttp.ClientSession() as session:
        for path, kind in (("", "text/html"), ("page.js", "text/javascript"), ("page.css", "text/css")):
            async with session.get(inspection.url + path) as response:
                assert (response.status, response.content_type) == (200, kind)
                assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
                assert response.headers["Cache-Control"] == "no-store"


async def test_who_does_not_know_the_secret_gets_nothing(inspection: Inspection) -> None:
    root = inspection.url.rsplit("/", 2)[0]
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/state", "/x/state", "/" + "A" * 22 + "/state"):
            async with session.get(root + path) as response:
                assert response.status == 404


@pytest.mark.parametrize("headers", [{"Host": "rebound.test"}, {"Origin": "https://evil.test"}, {"Origin": "null"}])
async def test_other_names_and_other_sites_are_refused(ask: Ask, headers: dict[str, str]) -> None:
    assert (await ask("GET", "state", headers=headers))[0] == 403
    assert (await ask("POST", "network", headers=headers, json={"offline": True}))[0] == 403


async def test_the_state_shows_pages_workers_and_downloads(ask: Ask, song: str) -> None:
    status, state = await ask("GET", "state")
    assert (status, state["offline"]) == (200, False)
    assert state["pages"] == [{"url": "https://site.test/", "title": "A page"}]
    [registration] = state["registrations"]
    assert (registration["scope"], registration["workers"][0]["state"]) == ("https://site.test/", "activated")
    [download] = state["backgroundFetches"]
    assert (download["uniqueId"], download["title"], download["state"]) == (song, "A song", "paused")
    assert download["actions"] == ["resume", "abort", "click"]


async def test_what_a_user_does_is_done(browser: Browser, ask: Ask, song: str) -> None:
    browser.rate_limits.bytes_per_second = None
    status, state = await ask("POST", f"background-fetches/{song}/resume")
    assert status == 200
    assert state["backgroundFetches"][0]["state"] == "active"
    [download] = browser.background_fetches()
    assert (await download.wait()).state == "success"
    status, text = await ask("POST", f"background-fetches/{song}/pause")
    assert (status, text) == (409, "pause is not possible now: it is success\n")


async def test_aborting_and_clicking(browser: Browser, ask: Ask, song: str) -> None:
    heard: list[str] = []
    browser.on_console(lambda message: heard.append(message.text))
    assert (await ask("POST", f"background-fetches/{song}/click"))[0] == 200
    assert (await ask("POST", f"background-fetches/{song}/abort"))[0] == 200
    [download] = browser.background_fetches()
    assert (await download.wait()).state == "aborted"
    # NB: what a worker says comes from its thread.
    async with asyncio.timeout(30):
        while not heard:
            await asyncio.sleep(0.01)
    assert heard == ["clicked"]


async def test_what_cannot_be_done_is_told(ask: Ask, song: str) -> None:
    assert await ask("POST", f"background-fetches/{song}/explode") == (404, "explode: no such action\n")
    assert (await ask("POST", "background-fetches/none/abort"))[0] == 404
    assert (await ask("POST", "network", data=b"nonsense"))[0] == 400
    assert (await ask("POST", "network", json={"offline": 1}))[0] == 400


async def test_the_network_can_be_taken_away(browser: Browser, ask: Ask) -> None:
    status, state = await ask("POST", "network", json={"offline": True})
    assert (status, state["offline"], browser.network.current.offline) == (200, True, True)
    await ask("POST", "network", json={"offline": False})
    assert not browser.network.current.offline


async def test_only_images_that_can_do_nothing_are_passed_on(browser: Browser, ask: Ask, song: str) -> None:
    browser.rate_limits.bytes_per_second = None
    await ask("POST", f"background-fetches/{song}/resume")
    await browser.background_fetches()[0].wait()
    icons = browser.background_fetches()[0].view.icons
    assert [icon.type for icon in icons] == ["image/png", "image/svg+xml"]
    assert (await ask("GET", f"icons/{song}/0"))[0] == 200
    assert (await ask("GET", f"icons/{song}/1"))[0] == 404
    assert (await ask("GET", f"icons/{song}/2"))[0] == 404


async def test_updates_come_when_something_has_changed(browser: Browser, inspection: Inspection) -> None:
    page = await browser.open("https://site.test/")

    async def next_update(response: aiohttp.ClientResponse) -> Any:
        line = await response.content.readline()
        assert await response.content.readline() == b"\n"
        return json.loads(line.removeprefix(b"data: "))

    async with aiohttp.ClientSession() as session, session.get(inspection.url + "updates") as response:
        assert response.content_type == "text/event-stream"
        first = await next_update(response)
        assert (len(first["pages"]), first["messages"]) == (1, [])
        await page.evaluate("console.warn('careful')")
        second = await next_update(response)
        [message] = second["messages"]
        assert (message["level"], message["text"], message["source"]) == ("warn", "careful", "page")
        await page.close()
        third = await next_update(response)
        assert (third["pages"], third["messages"]) == ([], [])


async def test_a_port_that_is_taken_is_told(browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InspectionFailed, match=f"port {port} of 127.0.0.1 is in use"):
            async with inspect(browser, port):
                pass
