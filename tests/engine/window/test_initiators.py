"""Who began a navigation is told to the server: by Sec-Fetch-Site, by which cookies come along, and by the referrer."""

from __future__ import annotations

from typing import Any

import pytest

BANK = "https://bank.test/"
SUB = "https://sub.example.test/"
COOKIES = [(b"Content-Type", b"text/html"), (b"Set-Cookie", b"strict=1; SameSite=Strict"), (b"Set-Cookie", b"lax=1; SameSite=Lax")]
WORKER = """
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
onmessage = ({ data: [verb, url], source }) => verb === "open" ? clients.openWindow(url) : clients.get(source.id).then((client) => client.navigate(url));
"""
WAYS = {
    "location.href": "location.href = URL",
    "location.assign": "location.assign(URL)",
    "location.replace": "location.replace(URL)",
    "a link": "document.body.innerHTML = `<a href='${URL}'>`; document.links[0].click()",
    "a link to a new window": "document.body.innerHTML = `<a target=_blank href='${URL}'>`; document.links[0].click()",
    "a form": "document.body.innerHTML = `<form action='${URL}'><input name=q value=1>`; document.forms[0].submit()",
    "window.open": "open(URL)",
    "window.open without an opener": "open(URL, '', 'noopener')",
    "the location of an opened window": "open('about:blank').location = URL",
    "a frame that leads the page": "frame.eval(`top.location = '${URL}'`)",
    "client.navigate": "navigator.serviceWorker.controller.postMessage(['navigate', URL])",
    "clients.openWindow": "navigator.serviceWorker.controller.postMessage(['open', URL])",
}
TARGETS = {
    BANK: (b"cross-site", b"lax=1"),
    SUB: (b"same-site", b"strict=1; lax=1"),
    "https://example.test/set/": (b"same-origin", b"strict=1; lax=1"),
}


async def told(site: Any, url: str) -> Any:
    """The request for an address, once it has been sent."""
    await site.until(lambda: any(request.url == url for request in site.transport.requests))
    return next(request for request in site.transport.requests if request.url == url)


async def serve(site: Any) -> None:
    from engine.network.fake_transport import FakeResponse

    site.page("/", "<body><iframe name=frame src='/empty'></iframe>")
    site.page("/empty", "")
    site.script("/sw.js", WORKER)
    for target in TARGETS:
        site.transport.route(target + "*", FakeResponse(b"", headers=COOKIES))
        await (await site.browser.open(target)).close()


async def controlled_page(site: Any) -> Any:
    page = await site.open(path="/")
    await page.evaluate("""navigator.serviceWorker.register('/sw.js').then(() =>
      navigator.serviceWorker.controller ?? new Promise((resolve) => navigator.serviceWorker.oncontrollerchange = resolve)).then(() => 0)""")
    return page


@pytest.mark.parametrize("target", TARGETS)
async def test_a_script_s_navigation_is_its_site_s(site: Any, target: str) -> None:
    await serve(site)
    page = await controlled_page(site)
    seen = {}
    for number, (way, script) in enumerate(WAYS.items()):
        page = await site.open(path="/")
        (running,) = site.browser.service_workers.room.running
        running.activate_for_the_user()
        url = f"{target}{number}"
        await page.evaluate(f"{{ const URL = '{url}'; {script}; 0 }}")
        request = await told(site, url + ("?q=1" if way == "a form" else ""))
        seen[way] = (request.header("Sec-Fetch-Site"), request.header("Cookie"))
    assert seen == dict.fromkeys(WAYS, TARGETS[target])


async def test_whoever_runs_the_browser_comes_from_nowhere(site: Any) -> None:
    await serve(site)
    page = await site.browser.open(BANK + "opened")
    await page.goto(BANK + "gone-to")
    await page.navigate(BANK + "navigated-to")
    for path in ("opened", "gone-to", "navigated-to"):
        request = await told(site, BANK + path)
        assert (request.header("Sec-Fetch-Site"), request.header("Cookie"), request.header("Referer")) == (b"none", b"strict=1; lax=1", None)
    await page.reload()
    *_, request = site.transport.requests
    assert (request.header("Sec-Fetch-Site"), request.header("Cookie")) == (b"none", b"strict=1; lax=1")


async def test_a_page_that_reloads_itself_is_its_own_initiator(site: Any) -> None:
    await serve(site)
    page = await site.browser.open(BANK + "reloaded")
    await page.evaluate("location.reload(), 0")
    await site.until(lambda: sum(request.url == BANK + "reloaded" for request in site.transport.requests) == 2)
    *_, request = site.transport.requests
    assert (request.header("Sec-Fetch-Site"), request.header("Cookie")) == (b"same-origin", b"strict=1; lax=1")


async def test_a_redirect_through_another_site_takes_the_strict_cookies_away(site: Any) -> None:
    from engine.network.fake_transport import FakeResponse

    await serve(site)
    site.transport.route(BANK + "back", FakeResponse(b"", status=302, headers=[(b"Location", SUB.encode() + b"led")]))
    page = await site.open(path="/")
    await page.evaluate(f"location.href = '{BANK}back', 0")
    request = await told(site, SUB + "led")
    assert (request.header("Sec-Fetch-Site"), request.header("Cookie")) == (b"cross-site", b"lax=1")


NO_REFERRER = {
    "rel=noreferrer": "document.body.innerHTML = `<a rel=noreferrer href='${URL}'>`; document.links[0].click()",
    "referrerpolicy of a link": "document.body.innerHTML = `<a referrerpolicy=no-referrer href='${URL}'>`; document.links[0].click()",
    "a form": "document.body.innerHTML = `<form rel=noreferrer action='${URL}'>`; document.forms[0].submit()",
    "window.open": "open(URL, '', 'noreferrer')",
    "a frame": "document.body.innerHTML = `<iframe referrerpolicy=no-referrer src='${URL}'></iframe>`",
}


async def test_who_leads_elsewhere_may_want_not_to_be_named(site: Any) -> None:
    await serve(site)
    seen = {}
    for number, (way, script) in enumerate(NO_REFERRER.items()):
        page = await site.open(path="/")
        url = f"{SUB}{number}"
        await page.evaluate(f"{{ const URL = '{url}'; {script}; 0 }}")
        request = await told(site, url + ("?" if way == "a form" else ""))
        seen[way] = request.header("Referer")
    assert seen == dict.fromkeys(NO_REFERRER, None)


async def test_the_document_s_referrer_is_that_of_its_request(site: Any) -> None:
    site.page("/from", "<meta name=referrer content=origin><body>")
    site.page("/to", "")
    page = await site.open(path="/from")
    await page.evaluate("location.href = '/to', 0")
    await site.until(lambda: page.url.endswith("/to"))
    assert await page.evaluate("document.referrer") == "https://example.test/"
    site.page("/link", "<a rel=noreferrer href=/to>")
    await page.goto("https://example.test/link")
    await page.evaluate("document.links[0].click(), 0")
    await site.until(lambda: page.url.endswith("/to"))
    assert await page.evaluate("document.referrer") == ""


OTHER_WINDOW = {
    "a link": "document.body.innerHTML = `<a target=w href='${URL}'>`; document.links[0].click()",
    "a form": "document.body.innerHTML = `<form target=w action='${URL}'>`; document.forms[0].submit()",
    "its location": "w.location.href = URL",
    "a part of its location": "w.location.search = new URL(URL).pathname.slice(1)",
    "window.open": "open(URL, 'w')",
}


@pytest.mark.parametrize("kind", ["frame", "window"])
async def test_who_leads_another_window_elsewhere_says_what_it_is_told(site: Any, kind: str) -> None:
    site.page("/open", "<meta name=referrer content=unsafe-url><body>")
    site.page("/closed", "<meta name=referrer content=no-referrer><body>")
    for number, (way, script) in enumerate(OTHER_WINDOW.items()):
        for here, there, referrer in (("/open", "/closed", b"https://example.test/open"), ("/closed", "/open", None)):
            target = f"https://example.test/target{number}{there[1:]}"
            url = f"https://example.test{there}?target{number}{there[1:]}" if "part" in way else target
            site.page(url.removeprefix("https://example.test"), "")
            page = await site.open(path=here)
            await page.evaluate(
                f"""new Promise((resolve) => {{
                  if ({kind == "frame":d}) {{
                    document.body.innerHTML = "<iframe name=w src={there}></iframe>";
                    document.querySelector("iframe").onload = resolve;
                  }} else globalThis.w = open("{there}", "w"), w.onload = resolve;
                }}).then(() => 0)"""
            )
            await page.evaluate(f"{{ const URL = '{target}', w = globalThis.w ?? frames.w; {script.replace('new URL(URL)', 'new globalThis.URL(URL)')}; 0 }}")
            request = await told(site, url + ("?" if way == "a form" else ""))
            assert request.header("Referer") == referrer, (way, here)
            for each in site.browser.pages:
                await each.close()


@pytest.mark.parametrize("script", ["frames.w.location.href = 'told'", "frames.w.location.replace('told')", "frames.w.open('told', '_self')"])
async def test_what_a_script_tells_another_window_is_relative_to_its_own_document(site: Any, script: str) -> None:
    site.page("/elsewhere/", "<body>")
    site.page("/folder/told", "<body>")
    page = await site.open("<iframe name=w src=/elsewhere/></iframe>", path="/folder/page")
    await page.evaluate(f"{script}, 0")
    await told(site, "https://example.test/folder/told")
