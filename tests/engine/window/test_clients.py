"""Windows and frames as their service workers know them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE = "https://example.test"
OTHER = "https://other.test"
WORKER = b"""
oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim());
const log = {};
let release;
onfetch = (event) => {
  const { pathname, search } = new URL(event.request.url);
  if (event.request.mode === 'navigate') log[search] = [event.clientId, event.resultingClientId, event.replacesClientId];
  if (pathname === '/redirect') event.respondWith(Response.redirect('/frame' + search, 302));
  if (pathname === '/held') {
    event.respondWith(new Promise((resolve) => { release = () => resolve(new Response('<title>held')) }));
    event.waitUntil(clients.get(event.resultingClientId).then((client) => { log.found = client?.url }));
  }
};
onmessage = (event) => {
  if (event.data === 'release') release();
  event.source.postMessage({ id: event.source.id, log });
};
"""
HELPERS = """
globalThis.ask = (window, message = '') => new Promise((resolve) => {
  const { serviceWorker } = window.navigator;
  serviceWorker.onmessage = (event) => resolve(event.data);
  serviceWorker.controller.postMessage(message);
});
globalThis.loaded = () => new Promise((resolve) => { frame.onload = resolve });
globalThis.show = async (url) => {
  globalThis.frame = document.createElement('iframe'); frame.src = url;
  document.body.append(frame); await loaded();
};
"""


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    page = FakeResponse(b"<!doctype html><title>A page</title><body>", headers=[(b"Content-Type", b"text/html")])
    transport.route("*", page)
    return transport


@pytest.fixture
async def page(transport: FakeTransport) -> AsyncIterator[Any]:
    for origin in (HERE, OTHER):
        transport.route(f"{origin}/sw.js", FakeResponse(WORKER, headers=[(b"Content-Type", b"text/javascript")]))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate(f"{HELPERS}; navigator.serviceWorker.register('/sw.js'); 0")
        await page.evaluate(
            "navigator.serviceWorker.controller ? 0 : new Promise((r) => { navigator.serviceWorker.oncontrollerchange = () => r(0) })"
        )
        yield page


@pytest.mark.parametrize(
    "how",
    [
        "frame.contentWindow.location.href = '/frame?next'",
        "frame.src = '/frame?next'",
        "frame.contentWindow.eval(\"location.href = '/frame?next'\")",
        "frame.contentWindow.eval(\"location.href = '/redirect?next'\")",
        "frame.contentWindow.eval(\"document.body.innerHTML = '<a href=/frame?next>'; document.querySelector('a').click()\")",
    ],
)
async def test_a_navigation_names_the_document_that_goes_for_it(page: Any, how: str) -> None:
    await page.evaluate("show('/frame?first')")
    before = (await page.evaluate("ask(frame.contentWindow)"))["id"]
    await page.evaluate(f"globalThis.next = loaded(); {how}; next.then(() => 0)")
    answer = await page.evaluate("ask(frame.contentWindow)")
    assert answer["log"]["?next"] == [before, answer["id"], before]
    assert before != answer["id"]


async def test_one_that_no_document_goes_for_names_nobody(page: Any) -> None:
    await page.evaluate("show('/frame?first')")
    answer = await page.evaluate("ask(frame.contentWindow)")
    assert answer["log"]["?first"] == ["", answer["id"], ""]


async def test_nobody_learns_who_the_documents_of_another_site_are(page: Any) -> None:
    await page.evaluate("show('/frame?first')")
    await page.evaluate(f"globalThis.next = loaded(); frame.src = '{OTHER}/'; next.then(() => 0)")
    await page.evaluate("globalThis.next = loaded(); frame.src = '/frame?back'; next.then(() => 0)")
    answer = await page.evaluate("ask(frame.contentWindow)")
    assert answer["log"]["?back"] == ["", answer["id"], ""]


async def test_what_a_first_about_blank_becomes_is_waited_for(page: Any) -> None:
    await page.evaluate("globalThis.shown = show('/held?x'); 0")
    while "?x" not in (answer := await page.evaluate("ask(window)"))["log"]:
        pass
    assert "found" not in answer["log"]
    await page.evaluate("ask(window, 'release').then(() => shown).then(() => 0)")
    while "found" not in (answer := await page.evaluate("ask(window)"))["log"]:
        pass
    assert answer["log"]["found"] == f"{HERE}/held?x"


async def test_the_controller_is_activating_when_its_change_is_told(page: Any, transport: FakeTransport) -> None:
    transport.route(f"{HERE}/sw.js?2", FakeResponse(WORKER, headers=[(b"Content-Type", b"text/javascript")]))
    # NB: it may be active long before the page comes to hear of it.
    await page.evaluate(
        "globalThis.states = []; navigator.serviceWorker.oncontrollerchange = () => {"
        " const worker = navigator.serviceWorker.controller; states.push(worker.state);"
        " worker.onstatechange = () => states.push(worker.state) }; 0"
    )
    await page.evaluate(
        "navigator.serviceWorker.register('/sw.js?2').then(() => { const until = performance.now() + 50; while (performance.now() < until); })"
    )
    while len(states := await page.evaluate("states")) < 2:
        pass
    assert states == ["activating", "activated"]


@pytest.mark.parametrize(
    "gone",
    [
        "const w = open('./'); const sw = w.navigator.serviceWorker; w.close()",
        "await show('/frame'); const sw = frame.contentWindow.navigator.serviceWorker; frame.remove()",
        "const f = document.body.appendChild(document.createElement('iframe')); const sw = f.contentWindow.navigator.serviceWorker; f.remove()",
    ],
)
async def test_who_has_gone_registers_nothing(page: Any, transport: FakeTransport, gone: str) -> None:
    transport.route(f"{HERE}/another.js", FakeResponse(b"", headers=[(b"Content-Type", b"text/javascript")]))
    register = "sw.register('/another.js').then(() => 'registered', (error) => error.name)"
    assert await page.evaluate(f"(async () => {{ {gone}; return await {register} }})()") == "InvalidStateError"
    assert transport.requests_for(f"{HERE}/another.js") == []
