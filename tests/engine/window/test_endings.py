"""A window ends with all that it owns, whatever it is in the middle of."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from engine.browser import Browser
from engine.event_loop import Event, run_on_its_own_thread
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.window import NavigationFailed, PageClosed

ORIGIN = "https://example.test"
HTML = [(b"Content-Type", b"text/html")]
WORKER = """
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
const log = [];
onfetch = ({ request, resultingClientId, waitUntil }) => 0;
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate" && pathname !== "/") {
    log.push(pathname);
    event.waitUntil(clients.get(event.resultingClientId).then((client) => log.push(`${pathname} ${client?.url ?? "gone"}`)));
  }
});
onmessage = ({ source }) => source.postMessage(log);
"""
LOG = """new Promise((resolve) => {
  navigator.serviceWorker.onmessage = (event) => resolve(event.data);
  navigator.serviceWorker.controller.postMessage("");
})"""


async def turns(number: int) -> None:
    """Let the browser's thread go on for so many turns."""
    for _ in range(number):
        await asyncio.sleep(0)


def left(browser: Browser) -> tuple[int, int]:
    windows: Any = browser.user_agent.windows
    return len(windows._living), len(browser.user_agent.environments)


async def test_a_page_that_is_closed_at_any_moment_of_a_navigation_is_gone(site: Any) -> None:
    site.page("/", "<iframe src='https://other.test/'></iframe><script>setInterval(() => fetch('/tick'), 1)</script>")
    site.page("/tick", "")
    site.page_elsewhere("https://other.test/", "<script>setInterval(() => 1, 1)</script>")
    for moment in (0, 2, 4, 7, 11, 16, 25, 40):
        page = await site.open(path="/")
        going = asyncio.ensure_future(page.goto(f"{ORIGIN}/?again"))
        await turns(moment)
        await page.close()
        with suppress(PageClosed, NavigationFailed):
            await going
        await site.until(lambda: left(site.browser) == (0, 0))
        assert site.browser.pages == []


async def test_whoever_gives_up_opening_leaves_no_page_behind(site: Any) -> None:
    site.page("/", "<iframe src='https://other.test/'></iframe>")
    site.page_elsewhere("https://other.test/", "")
    for moment in (0, 3, 8, 15, 40):
        opening = asyncio.ensure_future(site.browser.open(f"{ORIGIN}/"))
        await turns(moment)
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await (await opening).close()
        await site.until(lambda: left(site.browser) == (0, 0))


@pytest.mark.parametrize("moment", [0, 20, 60])
async def test_the_browser_ends_whatever_its_windows_are_in_the_middle_of(moment: int) -> None:
    transport = FakeTransport()
    transport.route(f"{ORIGIN}/", FakeResponse(b"<body>", headers=HTML))
    busy = b"<script>onunload = () => { for (const end = Date.now() + 30; Date.now() < end;); }</script>"
    transport.route("https://*.test/inner", FakeResponse(busy, headers=HTML))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{ORIGIN}/")
        await page.evaluate("""
          document.body.innerHTML = "<iframe src='https://a.test/inner'></iframe><iframe src='/inner'></iframe>";
          open("https://b.test/inner"); open("/inner"); open("https://c.test/inner", "", "noopener"); open("/inner", "", "noopener"); 0""")
        await turns(moment)
        await page.evaluate("frames[0].location = 'https://d.test/inner'; window.close(); 0")
        agents = {environment.agent for environment in browser.user_agent.environments.values()}
    assert left(browser) == (0, 0)
    for agent in agents:
        assert await run_on_its_own_thread(agent.join, 10)


async def test_all_who_close_a_page_wait_for_its_end(site: Any) -> None:
    page = await site.open("<script>onunload = () => { for (const end = Date.now() + 50; Date.now() < end;); }</script>")
    await page.evaluate("window.close(), 0")
    await asyncio.gather(page.close(), page.close())
    assert left(site.browser) == (0, 0)


async def test_what_opens_nothing_is_no_page(site: Any) -> None:
    site.answer("/204", FakeResponse(b"", status=204))
    with pytest.raises(NavigationFailed, match="nothing to be shown"):
        await site.browser.open(f"{ORIGIN}/204")
    page = await site.open("<body>")
    await page.evaluate("open('/204', '', 'noopener'), 0")
    await site.until(lambda: len(site.browser.user_agent.windows.opened_by_scripts) == 0 and left(site.browser) == (1, 1))


async def test_a_script_of_a_document_that_goes_leads_nowhere_else(site: Any) -> None:
    site.page("/", "<script>onpagehide = () => { location = '/elsewhere' }</script>")
    site.page("/to", "<title>to</title>")
    site.page("/elsewhere", "")
    page = await site.open(path="/")
    await page.goto(f"{ORIGIN}/to")
    await site.until(lambda: not page.is_busy)
    assert page.url == f"{ORIGIN}/to" and not any(request.url.endswith("/elsewhere") for request in site.transport.requests)


async def test_a_question_to_a_document_that_went_meanwhile_is_answered(site: Any) -> None:
    # The agent lives on, as the opener is there.
    release = Event()
    site.answer("/slow", FakeResponse([b"<p>", release, b"<p>"], headers=HTML))
    page = await site.open("<body>")
    await page.evaluate("globalThis.w = open('/slow'), 0")
    await site.until(lambda: len(site.browser.pages) == 2 and site.browser.pages[1].url.endswith("/slow"))
    popup = site.browser.pages[1]
    asking = asyncio.ensure_future(popup.evaluate("1"))
    await asyncio.sleep(0)
    await popup.close()
    with suppress(PageClosed):
        assert await asking == 1
    asking = asyncio.ensure_future(page.evaluate("1"))
    assert await asking == 1
    release.set()


async def test_a_page_that_goes_hears_no_more_of_how_it_is_shown(site: Any) -> None:
    page = await site.open("<script>onvisibilitychange = () => { for (const end = Date.now() + 30; Date.now() < end;); }</script>")
    telling = [asyncio.ensure_future(page.set_visibility(state)) for state in ("hidden", "visible", "hidden")]
    await asyncio.sleep(0)
    page.document.end()
    outcomes = await asyncio.gather(*telling, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, PageClosed) for outcome in outcomes) and isinstance(outcomes[-1], PageClosed)
    await page.close()


class TestReservedClients:
    """https://html.spec.whatwg.org/multipage/webappapis.html#reserved-environment: they end with their navigation."""

    async def controlled(self, site: Any) -> Any:
        site.page("/", "<body>")
        site.script("/sw.js", WORKER)
        page = await site.open(path="/")
        await page.evaluate("""navigator.serviceWorker.register('/sw.js').then(() =>
          navigator.serviceWorker.controller ?? new Promise((resolve) => navigator.serviceWorker.oncontrollerchange = resolve)).then(() => 0)""")
        return page

    async def log(self, site: Any, page: Any, length: int) -> Any:
        async with asyncio.timeout(20):
            while len(log := await page.evaluate(LOG)) < length:
                pass
        assert not site.browser.service_workers.reserved_clients
        return log

    @pytest.mark.parametrize("status", [204, 205, 302])
    async def test_the_answer_may_be_that_nothing_comes(self, site: Any, status: int) -> None:
        page = await self.controlled(site)
        site.answer("/nothing", FakeResponse(b"", status=status, headers=[(b"Location", b"data:text/html,no")] if status == 302 else []))
        await page.evaluate("location = '/nothing', 0")
        assert await self.log(site, page, 2) == ["/nothing", "/nothing gone"]

    @pytest.mark.parametrize("markup", ["<iframe src='/slow'></iframe>", "<iframe></iframe><script>frames[0].location = '/slow'</script>"])
    async def test_what_a_frame_s_first_document_becomes_is_waited_for(self, site: Any, markup: str) -> None:
        page = await self.controlled(site)
        release = Event()

        async def slow(request: Any) -> Any:
            await release.wait()
            return FakeResponse(b"", headers=HTML)

        site.answer("/slow", slow)
        site.page("/outer", markup)
        other = await site.browser.open(f"{ORIGIN}/outer")
        async with asyncio.timeout(20):
            while "/slow" not in await page.evaluate(LOG):
                pass
        assert await page.evaluate(LOG) == ["/outer", f"/outer {ORIGIN}/outer", "/slow"]
        release.set()
        assert (await self.log(site, page, 4))[3:] == [f"/slow {ORIGIN}/slow"]
        await other.close()

    async def test_a_worker_that_would_wait_for_itself_gets_what_is_there(self, site: Any) -> None:
        page = await self.controlled(site)
        site.script("/sw2.js", """
          oninstall = () => skipWaiting();
          onfetch = (event) => {
            const { pathname } = new URL(event.request.url);
            if (pathname === "/own") {
              event.respondWith(clients.get(event.resultingClientId).then(({ url }) => new Response(url, { headers: { "Content-Type": "text/html" } })));
            }
          };""")
        await page.evaluate("""navigator.serviceWorker.register('/sw2.js').then(() =>
          new Promise((resolve) => navigator.serviceWorker.oncontrollerchange = resolve)).then(() => 0)""")
        assert await page.evaluate("""new Promise((resolve) => {
          document.body.innerHTML = "<iframe src=/own></iframe>";
          document.body.firstChild.onload = () => resolve(frames[0].document.body.textContent);
        })""") == "about:blank"

    async def test_the_page_may_be_closed_meanwhile(self, site: Any) -> None:
        page = await self.controlled(site)
        site.answer("/slow", FakeResponse(b"", headers=HTML, delay=3600))
        other = await site.open(path="/")
        await other.evaluate("location = '/slow', 0")
        await self.asked(page)
        await other.close()
        assert await self.log(site, page, 2) == ["/slow", "/slow gone"]

    async def test_another_navigation_may_come(self, site: Any) -> None:
        page = await self.controlled(site)
        site.answer("/slow", FakeResponse(b"", headers=HTML, delay=3600))
        other = await site.open(path="/")
        await other.evaluate("location = '/slow', 0")
        await self.asked(page)
        await other.goto(f"{ORIGIN}/")
        assert await self.log(site, page, 2) == ["/slow", "/slow gone"]

    async def test_a_frame_may_be_removed(self, site: Any) -> None:
        page = await self.controlled(site)
        site.answer("/slow", FakeResponse(b"", headers=HTML, delay=3600))
        other = await site.open(path="/")
        await other.evaluate("document.body.innerHTML = '<iframe src=/slow></iframe>', 0")
        await self.asked(page)
        await other.evaluate("document.body.innerHTML = '', 0")
        assert await self.log(site, page, 2) == ["/slow", "/slow gone"]

    async def asked(self, page: Any) -> None:
        async with asyncio.timeout(20):
            while not await page.evaluate(LOG):
                pass
