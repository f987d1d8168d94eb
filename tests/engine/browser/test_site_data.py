"""What a site has stored is forgotten: because its server says so, or whoever runs the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Browser, Page
from engine.cli.doctor import examine
from engine.cli.exit_codes import ExitCode
from engine.event_loop import Event, in_parallel
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE, THERE = "https://example.test", "https://other.test"

FILL = """(async () => {
  document.cookie = 'session=1';
  document.cookie = 'kept=1; Max-Age=1000';
  localStorage.setItem('a', 'b');
  sessionStorage.setItem('a', 'b');
  await (await caches.open('mine')).put('/cached', new Response('x'.repeat(1000)));
  await navigator.serviceWorker.register('/sw.js');
  globalThis.registration = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve));
})()"""
LEFT = """(async () => [
  document.cookie.includes('session') || document.cookie.includes('kept') ? 'cookies' : '',
  localStorage.length + (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length ? 'storage' : '',
  sessionStorage.length ? 'session' : '',
  (await (await fetch('/cacheable')).text()) === '1' ? 'cache' : '',
].filter(Boolean).join())()"""


def counted(transport: FakeTransport, site: str) -> None:
    numbers = iter(range(1, 100))
    headers = [(b"Cache-Control", b"max-age=1000")]
    transport.route(f"{site}/cacheable", lambda sent: FakeResponse(str(next(numbers)).encode(), 200, headers))


async def a_full_page(browser: Browser, transport: FakeTransport, site: str = HERE) -> Page:
    counted(transport, site)
    page = await browser.open(f"{site}/")
    await page.evaluate(FILL)
    await page.evaluate("fetch('/cacheable').then((response) => response.text())")
    assert await page.evaluate(LEFT) == "cookies,storage,session,cache"
    return page


def says(transport: FakeTransport, value: str, site: str = HERE) -> None:
    transport.route(f"{site}/clear", FakeResponse(b"", 200, [(b"Clear-Site-Data", value.encode())]))


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ('"cookies"', "storage,session,cache"),
        ('"cache"', "cookies,storage,session"),
        ('"storage"', "cookies,cache"),
        ('"cache", "storage"', "cookies"),
        ('"unknown", "cookies"', "storage,session,cache"),
        ('cookies, storage', "cookies,storage,session,cache"),
        ('"Cookies"', "cookies,storage,session,cache"),
        ("", "cookies,storage,session,cache"),
    ],
)
async def test_a_response_says_what_is_to_go(transport: FakeTransport, value: str, left: str) -> None:
    says(transport, value)
    async with Browser(transport=transport) as browser:
        page = await a_full_page(browser, transport)
        await page.evaluate("fetch('/clear').then(() => true)")
        assert await page.evaluate(LEFT) == left


async def test_a_star_is_everything_and_the_pages_begin_anew(transport: FakeTransport) -> None:
    says(transport, '"*"')
    async with Browser(transport=transport) as browser:
        page, other = await a_full_page(browser, transport), await a_full_page(browser, transport, THERE)
        await page.evaluate("fetch('/clear').catch(() => {}); globalThis.old = true")
        while await page.evaluate("globalThis.old === true"):
            await page.wait_for_load()
        assert await page.evaluate(LEFT) == ""
        assert await other.evaluate(LEFT) == "cookies,storage,session,cache"


async def test_a_navigation_that_says_so_is_not_undone(transport: FakeTransport) -> None:
    html = [(b"Content-Type", b"text/html"), (b"Clear-Site-Data", b'"*"')]
    transport.route(f"{HERE}/logout", FakeResponse(b"<title>Good-bye</title>", 200, html))
    async with Browser(transport=transport) as browser:
        page = await a_full_page(browser, transport)
        await page.navigate(f"{HERE}/logout")
        await page.wait_for_load()
        assert (page.title, await page.evaluate(LEFT)) == ("Good-bye", "")


async def test_cookies_of_the_same_response_go_too(transport: FakeTransport) -> None:
    headers = [(b"Clear-Site-Data", b'"cookies"'), (b"Set-Cookie", b"new=1")]
    transport.route(f"{HERE}/clear", FakeResponse(b"", 200, headers))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{HERE}/")
        assert await page.evaluate("fetch('/clear').then(() => document.cookie)") == ""


@pytest.mark.parametrize(
    ("address", "init", "counts"),
    [
        ("https://example.test/clear", "{}", True),
        ("https://example.test/clear", "{ credentials: 'omit' }", False),
        ("http://example.test/clear", "{ mode: 'no-cors', credentials: 'include' }", False),
    ],
)
async def test_only_with_credentials_and_from_trustworthy_origins(
    transport: FakeTransport, address: str, init: str, counts: bool
) -> None:
    for scheme in ("http", "https"):
        says(transport, '"storage"', f"{scheme}://example.test")
    transport.route("http://example.test/", FakeResponse(headers=[(b"Content-Type", b"text/html")], body=b""))
    async with Browser(transport=transport) as browser:
        page = await browser.open(address.replace("clear", ""))
        await page.evaluate("localStorage.setItem('a', 'b')")
        await page.evaluate(f"fetch('{address}', {init}).then(() => new Promise((resolve) => setTimeout(resolve, 20)))")
        assert await page.evaluate("localStorage.length") == (0 if counts else 1)


async def test_a_worker_that_answers_itself_may_not_say_so(transport: FakeTransport) -> None:
    script = b"""onfetch = (event) => { if (event.request.url.endsWith('/clear'))
        event.respondWith(new Response('', { headers: { 'Clear-Site-Data': '"storage"' } })) };
        onactivate = (event) => event.waitUntil(clients.claim())"""
    transport.route(f"{THERE}/own.js", FakeResponse(script, 200, [(b"Content-Type", b"text/javascript")]))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{THERE}/")
        await page.evaluate("""(async () => {
          const controlled = new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve });
          await navigator.serviceWorker.register('/own.js');
          await controlled;
          localStorage.setItem('a', 'b');
        })()""")
        assert await page.evaluate("fetch('/clear').then((response) => response.status)") == 200
        assert await page.evaluate("localStorage.length") == 1


async def test_a_controlled_page_loses_its_worker(transport: FakeTransport) -> None:
    says(transport, '"storage"')
    async with Browser(transport=transport) as browser:
        page = await a_full_page(browser, transport)
        await page.reload()
        await page.wait_for_load()
        assert await page.evaluate("fetch('/from-the-worker').then((response) => response.text())") == "the worker"
        await page.evaluate("""Promise.all([
          new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve }), fetch('/clear')]).then(() => true)""")
        assert await page.evaluate("navigator.serviceWorker.controller") is None
        assert await page.evaluate("fetch('/from-the-worker').then((response) => response.text())") == "the network"
        assert browser.service_worker(f"{HERE}/") is None


async def test_background_fetches_end_and_leave_nothing_on_the_disk(transport: FakeTransport, tmp_path: Path) -> None:
    gate = Event()
    transport.route(f"{HERE}/endless", FakeResponse([b"x" * 50_000, gate]))
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        page, other = await a_full_page(browser, transport), await a_full_page(browser, transport, THERE)
        for its in (page, other):
            begin = "registration.backgroundFetch.fetch('it', ['/endless'], { downloadTotal: 100000 })"
            await its.evaluate(f"{begin}.then((fetch) => {{ globalThis.it = fetch }})")
        (mine, its) = browser.background_fetches()
        while mine.view.downloaded < 50_000:
            await page.evaluate("new Promise((resolve) => setTimeout(resolve, 5))")
        waiting = in_parallel(mine.wait())
        await browser.clear_site_data(HERE)
        assert (await waiting).state == (await mine.wait()).state == "gone"
        assert [handle.unique_id for handle in browser.background_fetches()] == [its.unique_id]
        outcome = "new Promise((resolve) => setTimeout(() => resolve([it.result, it.failureReason]), 20))"
        assert await page.evaluate(outcome) == ["failure", "aborted"]
        assert (await page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")) == 0
        assert (await other.evaluate(LEFT)).startswith("cookies,storage")
    assert examine(tmp_path / "profile", repair=False, as_json=False) is ExitCode.SUCCESS
    assert sum(path.stat().st_size for path in (tmp_path / "profile" / "bodies").rglob("*") if path.is_file()) < 10_000


async def test_a_background_fetch_whose_own_answer_says_so(transport: FakeTransport) -> None:
    says(transport, '"storage"')
    async with Browser(transport=transport) as browser:
        page = await a_full_page(browser, transport)
        await page.evaluate("registration.backgroundFetch.fetch('it', ['/clear', '/file']).then(() => true)")
        while browser.background_fetches() or browser.service_worker(f"{HERE}/"):
            await page.evaluate("new Promise((resolve) => setTimeout(resolve, 5))")
        assert await page.evaluate("localStorage.length") == 0


async def test_what_is_cleared_stays_so_in_the_next_run(transport: FakeTransport, tmp_path: Path) -> None:
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        await a_full_page(browser, transport)
        await browser.clear_site_data(HERE)
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        page = await browser.open(f"{HERE}/")
        assert await page.evaluate(LEFT) == ""


@pytest.mark.parametrize("origin", ["nonsense", "data:,x", ""])
async def test_what_is_no_origin(transport: FakeTransport, origin: str) -> None:
    async with Browser(transport=transport) as browser:
        with pytest.raises(ValueError, match="no origin"):
            await browser.clear_site_data(origin)




async def test_a_worker_s_script_may_be_the_switch_that_ends_it(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        page = await a_full_page(browser, transport)
        headers = [(b"Content-Type", b"text/javascript"), (b"Clear-Site-Data", b'"storage"')]
        transport.route(f"{HERE}/sw.js", FakeResponse(b"// nothing", 200, headers))
        await page.evaluate("registration.update().catch(() => {})")
        while not browser.service_workers.is_idle:
            await page.evaluate("new Promise((resolve) => setTimeout(resolve, 5))")
        assert browser.service_worker(f"{HERE}/") is None
        assert await page.evaluate("registration.active") is None


async def test_a_script_that_clears_on_its_first_installation(transport: FakeTransport) -> None:
    headers = [(b"Content-Type", b"text/javascript"), (b"Clear-Site-Data", b'"storage"')]
    transport.route(f"{HERE}/clearing.js", FakeResponse(b"// nothing", 200, headers))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate("localStorage.setItem('a', 'b')")
        register = "navigator.serviceWorker.register('/clearing.js').catch((error) => error.name)"
        assert await page.evaluate(register) == "TypeError"
        while not browser.service_workers.is_idle:
            await page.evaluate("new Promise((resolve) => setTimeout(resolve, 5))")
        assert await page.evaluate("localStorage.length") == 0
        assert browser.service_worker(f"{HERE}/") is None
