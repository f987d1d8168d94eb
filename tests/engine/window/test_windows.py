"""Pages are opened, navigated, asked and closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.browser import Browser
from engine.infra import UNDEFINED
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.window import NavigationFailed
from engine.window.errors import EvaluationFailed, PageClosed

HTML = [(b"Content-Type", b"text/html")]


async def test_values_come_back_from_the_page(site: Any) -> None:
    page = await site.open("<p>")
    assert await page.evaluate("[1, 'a', null, {b: true}]") == [1, "a", None, {"b": True}]
    assert await page.evaluate("Promise.resolve(new Uint8Array([1, 2]))") == b"\x01\x02"
    assert await page.evaluate("await Promise.resolve(5)") == 5
    assert await page.evaluate("() => 1") == 1
    with pytest.raises(EvaluationFailed, match="TypeError: no"):
        await page.evaluate("throw new TypeError('no')")
    with pytest.raises(EvaluationFailed, match="later"):
        await page.evaluate("Promise.reject(new Error('later'))")
    with pytest.raises(EvaluationFailed, match="SyntaxError"):
        await page.evaluate("1 +")


async def test_a_closed_page_cannot_be_asked(site: Any) -> None:
    page = await site.open("<p>")
    await page.close()
    with pytest.raises(PageClosed):
        await page.evaluate("1")


async def test_an_unreachable_host_is_one_clear_error(site: Any) -> None:
    site.transport.route("https://gone.test/", NetworkFailure("refused", "connection refused"))
    with pytest.raises(NavigationFailed, match=r"https://gone\.test/ cannot be opened: .*refused"):
        await site.browser.open("https://gone.test/")
    with pytest.raises(NavigationFailed, match="no URL"):
        await site.browser.open("not an address")
    assert site.browser.pages == []


async def test_text_is_shown_and_other_things_are_not(site: Any) -> None:
    site.answer("/t", FakeResponse(b"<b>&", headers=[(b"Content-Type", b"text/plain")]))
    page = await site.open(path="/t")
    assert await page.evaluate("[document.body.textContent, document.contentType]") == ["<b>&", "text/plain"]
    site.answer("/zip", FakeResponse(b"PK", headers=[(b"Content-Type", b"application/zip")]))
    with pytest.raises(NavigationFailed, match="application/zip"):
        await site.open(path="/zip")


async def test_an_error_page_of_the_server_is_a_page(site: Any) -> None:
    site.answer("/404", FakeResponse(b"<title>not here</title>", 404, headers=HTML))
    assert (await site.open(path="/404")).title == "not here"


async def test_redirects_are_followed(site: Any) -> None:
    site.answer("/from", FakeResponse(b"", 302, headers=[(b"Location", b"/to")]))
    site.page("/to", "<title>there</title>")
    page = await site.open(path="/from#part")
    assert page.url == "https://example.test/to#part"
    site.answer("/loop", FakeResponse(b"", 302, headers=[(b"Location", b"/loop")]))
    with pytest.raises(NavigationFailed, match="redirect"):
        await site.open(path="/loop")


async def test_location_opens_another_document(site: Any) -> None:
    site.page("/next", "<title>next</title><script>var referrer = document.referrer</script>")
    page = await site.open("<title>first</title><script>var old = 1</script>")
    await page.evaluate("location.href = '/next'; 1")
    await until(lambda: page.title == "next" and not page.is_busy)
    assert await page.evaluate("[typeof old, referrer, location.pathname]") == ["undefined", "https://example.test/", "/next"]


async def test_a_navigation_that_fails_leaves_the_page(site: Any) -> None:
    page = await site.open("<title>first</title>")
    await page.evaluate("location.assign('https://nowhere.test/'); 1")
    await until(lambda: bool(site.said))
    assert "https://nowhere.test/ cannot be opened" in site.said[0]
    assert await page.evaluate("document.title") == "first"


async def test_fragments_and_states_stay_within_the_document(site: Any) -> None:
    page = await site.open("<script>var log = []; addEventListener('hashchange', event => log.push(event.newURL)); addEventListener('popstate', event => log.push(event.state))</script>")
    await page.evaluate("location.hash = 'a'; history.pushState({ n: 1 }, '', '/pushed?x'); new Promise(resolve => setTimeout(resolve))")
    assert page.url == "https://example.test/pushed?x"
    assert await page.evaluate("[history.length, history.state, location.search, document.baseURI]") == [3, {"n": 1}, "?x", "https://example.test/pushed?x"]
    await page.evaluate("history.back(); new Promise(resolve => onpopstate = resolve).then(() => 1)")
    assert await page.evaluate("[log, location.href]") == [[None, "https://example.test/#a", None], "https://example.test/#a"]
    with pytest.raises(EvaluationFailed, match="SecurityError"):
        await page.evaluate("history.pushState(null, '', 'https://other.test/')")


async def test_an_empty_hash_is_a_fragment_too_and_leads_to_no_other_document(site: Any) -> None:
    page = await site.open("<script>var log = []; addEventListener('hashchange', event => log.push(event.newURL))</script>")
    document = page.document
    await page.evaluate("location.hash = 'a'; new Promise(resolve => setTimeout(resolve))")
    await page.evaluate("location.hash = ''; new Promise(resolve => setTimeout(resolve))")
    await page.evaluate("location.hash = '#'; new Promise(resolve => setTimeout(resolve))")
    assert page.document is document
    assert await page.evaluate("log") == ["https://example.test/#a", "https://example.test/#"]
    assert await page.evaluate("[location.href, location.hash]") == ["https://example.test/#", ""]


async def test_local_storage_is_kept_in_the_profile_and_session_storage_in_the_page(tmp_path: Path) -> None:
    transport = FakeTransport()
    transport.route("https://example.test/*", FakeResponse(b"<p>", headers=HTML))
    async with Browser(profile=tmp_path, transport=transport) as browser:
        page = await browser.open("https://example.test/")
        await page.evaluate("localStorage.a = 1; localStorage.setItem('b', '\\ud800'); localStorage.gone = 1; delete localStorage.gone; sessionStorage.s = 2; 1")
        await page.navigate("https://example.test/other")
        assert await page.evaluate("[sessionStorage.s, Object.keys(localStorage)]") == ["2", ["a", "b"]]
    async with Browser(profile=tmp_path, transport=transport) as browser:
        page = await browser.open("https://example.test/")
        assert await page.evaluate("[localStorage.a, localStorage.b === '\\ud800', localStorage.length, sessionStorage.length]") == ["1", True, 2, 0]


async def test_documents_of_an_opaque_origin_have_no_storage(site: Any) -> None:
    page = await site.browser.open("about:blank")
    with pytest.raises(EvaluationFailed, match="SecurityError"):
        await page.evaluate("localStorage")


async def test_cookies_reach_document_cookie_unless_they_are_http_only(site: Any) -> None:
    site.page("/", "<p>", (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"secret=1; HttpOnly"))
    page = await site.open()
    assert await page.evaluate("document.cookie = 'b=2; path=/'; document.cookie") == "a=1; b=2"


async def test_questions_of_a_page_are_told_to_whoever_runs_the_browser(site: Any) -> None:
    page = await site.open("<p>")
    assert await page.evaluate("[alert('hello'), confirm('sure?'), prompt('name?', 'me')]") == [UNDEFINED, True, "me"]
    assert site.said == ["alert: hello", "confirm: sure?", "prompt: name?"]


async def test_visibility_can_be_changed(site: Any) -> None:
    page = await site.open("<script>document.onvisibilitychange = () => console.log(document.visibilityState, document.hidden)</script>")
    await page.set_visibility("hidden")
    assert site.said == ["hidden true"]


async def test_a_page_is_a_client_and_may_be_controlled(site: Any) -> None:
    site.script("/sw.js", "addEventListener('install', () => skipWaiting()); addEventListener('activate', event => event.waitUntil(clients.claim())); addEventListener('fetch', event => { if (event.request.url.endsWith('/made')) event.respondWith(new Response('<title>by the worker</title>', { headers: { 'Content-Type': 'text/html' } })); })")
    page = await site.open("<title>first</title>")
    await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => new Promise(resolve => navigator.serviceWorker.oncontrollerchange = resolve)).then(() => 1)")
    assert await page.evaluate("fetch('/made').then(response => response.text())") == "<title>by the worker</title>"
    second = await site.open(path="/made")
    assert second.title == "by the worker"
    assert await second.evaluate("navigator.serviceWorker.controller.state") == "activated"


async def test_permissions_and_storage_answer(site: Any) -> None:
    page = await site.open("<p>")
    assert await page.evaluate("navigator.permissions.query({ name: 'background-fetch' }).then(status => status.state)") == "granted"
    assert await page.evaluate("navigator.permissions.query({ name: 'nonsense' }).catch(error => error.name)") == "TypeError"
    assert await page.evaluate("navigator.storage.estimate().then(({ usage, quota }) => usage >= 0 && quota > usage)") is True
    assert await page.evaluate("navigator.storage.persist()") is True
    changed = page.evaluate("navigator.permissions.query({ name: 'geolocation' }).then(status => new Promise(resolve => { status.onchange = () => resolve(status.state); console.log('asked'); }))")
    from engine.event_loop import in_parallel

    steps = in_parallel(changed)
    await until(lambda: "asked" in site.said)
    site.browser.permissions.set("geolocation", "granted", "https://example.test")
    assert await steps == "granted"


async def until(condition: Any) -> None:
    """Wait for what other threads are about to do."""
    import asyncio

    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it does not come")
