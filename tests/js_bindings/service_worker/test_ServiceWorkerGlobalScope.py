async def test_late_listeners_are_warned_about(browser):
    await browser.install(
        "oninstall = () => { addEventListener('fetch', () => {}); addEventListener('mine', () => {}) }"
    )
    texts = [message.text for message in browser.messages if message.level == "warn"]
    assert texts == ["Event handler of 'fetch' event must be added on the initial evaluation of worker script."]


async def test_skip_waiting_gives_undefined(browser):
    source = "oninstall = (e) => e.waitUntil(skipWaiting().then((value) => { result = [typeof value] })); onfetch = (e) => e.respondWith(Response.json(result))"
    await browser.install(source)
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.json())") == ["undefined"]


async def test_attributes_are_the_same_each_time(browser):
    await browser.install(
        "onfetch = (e) => e.respondWith(Response.json([clients === clients, serviceWorker === serviceWorker, location.href, isSecureContext]))"
    )
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.json())") == [True, True, "https://example.test/sw.js", True]


async def test_empty_fetch_listeners_are_not_called(browser):
    browser.transport.route("https://example.test/x", "network")
    _, registration = await browser.install("onfetch = () => {}; addEventListener('fetch', function (event) {})")
    assert registration.active.all_fetch_listeners_are_empty
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.text())") == "network"


async def test_listeners_that_do_something_are_not_empty(browser):
    for number, listener in enumerate(
        ("(e) => { e }", "(e) => e", "{ handleEvent() {} }", "() => { /* */ }", "async () => { await 1 }")
    ):
        _, registration = await browser.install(f"addEventListener('fetch', {listener})", path=f"/{number}/sw.js")
        assert not registration.active.all_fetch_listeners_are_empty, listener
