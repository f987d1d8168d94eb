import pytest

WORKER = """const reason = () => Promise.reject(new RangeError('the reason'));
addEventListener('%s', (event) => {
  %s
});"""


async def a_worker_that(browser, event, steps):
    await browser.install(WORKER % (event, steps))
    return await browser.open()


def reported(browser):
    return [message for message in browser.messages if message.uncaught and message.source == "service worker"]


async def the_report(browser):
    await browser.until(lambda: reported(browser))
    (message,) = reported(browser)
    assert message.level == "error"
    return message


@pytest.mark.parametrize("event", ["install", "activate"])
async def test_a_rejected_promise_of_a_lifecycle_event_is_an_uncaught_error(browser, event):
    browser.serve("/sw.js", WORKER % (event, "event.waitUntil(reason());"))
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js')")
    message = await the_report(browser)
    assert message.text == f'Uncaught (in a promise given to waitUntil() of the "{event}" event) RangeError: the reason'
    assert str(message.place).startswith("https://example.test/sw.js:1:")
    assert "new RangeError" in message.excerpt
    assert "sw.js:3" in message.stack


async def test_so_it_is_in_a_message_event(browser):
    page = await a_worker_that(browser, "message", "event.waitUntil(reason());")
    await page.run("navigator.serviceWorker.controller.postMessage(1)")
    assert 'waitUntil() of the "message" event) RangeError: the reason' in (await the_report(browser)).text


async def test_each_rejected_promise_is_reported_and_once(browser):
    page = await a_worker_that(
        browser,
        "message",
        "event.waitUntil(Promise.reject(1)); event.waitUntil(Promise.resolve()); event.waitUntil(reason());",
    )
    await page.run("navigator.serviceWorker.controller.postMessage(1)")
    await browser.until(lambda: len(reported(browser)) == 2)
    await browser.until(lambda: browser.service_workers.is_idle)
    assert [message.text.rsplit(") ", 1)[1] for message in reported(browser)] == ["1", "RangeError: the reason"]


async def test_what_is_no_error_is_placed_where_it_was_given(browser):
    page = await a_worker_that(browser, "message", "event.waitUntil(Promise.reject('just words'));")
    await page.run("navigator.serviceWorker.controller.postMessage(1)")
    message = await the_report(browser)
    assert message.text.endswith("just words")
    assert message.place.line == 3 and "event.waitUntil" in message.excerpt


async def test_no_script_hears_of_it_and_none_can_keep_it_quiet(browser):
    page = await a_worker_that(
        browser,
        "message",
        "onerror = onunhandledrejection = (heard) => { heard.preventDefault(); throw heard }; event.waitUntil(reason());",
    )
    await page.run("navigator.serviceWorker.controller.postMessage(1)")
    assert "the reason" in (await the_report(browser)).text


@pytest.mark.parametrize(
    ("answer", "where", "what"),
    [
        ("reason()", "the promise given to respondWith()", "RangeError: the reason"),
        ("42", "respondWith()", "TypeError: respondWith() was given 42, which is no Response"),
        ("undefined", "respondWith()", "TypeError: respondWith() was given undefined, which is no Response"),
        (
            "caches.match('/nothing')",
            "respondWith()",
            "TypeError: respondWith() was given undefined, which is no Response",
        ),
        (
            "(async () => { const r = new Response('x'); await r.text(); return r })()",
            "respondWith()",
            "TypeError: respondWith() was given a Response whose body was read already",
        ),
        (
            "(() => { const r = new Response('x'); r.body.getReader(); return r })()",
            "respondWith()",
            "TypeError: respondWith() was given a Response whose body was read already",
        ),
        (
            "fetch('https://other.test/x', { mode: 'no-cors' })",
            "respondWith()",
            "TypeError: a request of mode cors cannot be answered with an opaque response",
        ),
        (
            "fetch('/redirect', { redirect: 'manual' })",
            "respondWith()",
            "TypeError: a redirect that was not followed cannot answer a request that wants redirects followed",
        ),
        (
            "new Response(new ReadableStream({ pull(c) { c.enqueue('no bytes') } }))",
            "the body of the response given to respondWith()",
            "TypeError: The stream of a body gave something other than a Uint8Array",
        ),
    ],
)
async def test_what_is_no_answer_is_an_uncaught_error_of_the_worker(browser, answer, where, what):
    from engine.network.fake_transport import FakeResponse

    browser.transport.route("https://other.test/x", FakeResponse(b"x"))
    browser.transport.route("https://example.test/redirect", FakeResponse(status=302, headers=[(b"Location", b"/x")]))
    page = await a_worker_that(browser, "fetch", f"event.respondWith({answer});")
    assert (await page.error_of("fetch('/x').then((r) => r.text())")).startswith("TypeError")
    message = await the_report(browser)
    assert message.text.startswith(f'Uncaught (in {where} of the "fetch" event) {what}')
    if "reason()" not in answer:
        assert message.place.line == 3 and "event.respondWith" in message.excerpt


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("reason()", "the promise given to respondWith() was rejected: RangeError: the reason"),
        ("42", "respondWith() was given 42, which is no Response"),
        ("Response.error()", "the service worker answered with a network error"),
    ],
)
async def test_the_page_that_asked_is_told_why_on_the_console(browser, answer, why):
    page = await a_worker_that(browser, "fetch", f"event.respondWith({answer});")
    await page.error_of("fetch('/x')")
    told = [message.text for message in browser.messages if not message.uncaught]
    assert told == [f"Failed to fetch https://example.test/x: {why}"]


async def test_a_deliberate_network_error_is_no_failure_of_the_worker(browser):
    page = await a_worker_that(browser, "fetch", "event.respondWith(Response.error());")
    await page.error_of("fetch('/x')")
    await browser.until(lambda: browser.service_workers.is_idle)
    assert reported(browser) == []


async def test_what_fails_because_the_page_gave_up_is_no_failure_of_the_worker(browser):
    page = await a_worker_that(
        browser,
        "fetch",
        """if (event.request.url.endsWith('/asked')) return event.respondWith(Response.json(globalThis.asked ?? false));
           globalThis.asked = true;
           event.respondWith(new Promise((resolve, reject) => {
             event.request.signal.onabort = () => reject(event.request.signal.reason) }));""",
    )
    await page.run(
        "controller = new AbortController(); globalThis.failed = fetch('/x', { signal: controller.signal }); 0"
    )
    while not await page.settled("fetch('/asked').then((r) => r.json())"):
        pass
    await page.run("controller.abort()")
    assert (await page.error_of("failed")).startswith("AbortError")
    await browser.until(lambda: browser.service_workers.is_idle)
    assert reported(browser) == []
