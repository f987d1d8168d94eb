from engine.service_worker import fire_functional_event


async def fire(browser, name="thing", **options):
    result = await fire_functional_event(browser.registration(), name, "ExtendableEvent", **options)
    return result.outcome


async def test_the_result_comes_when_the_lifetime_is_over(browser):
    await browser.install(
        "addEventListener('thing', (e) => e.waitUntil(new Promise((resolve) => { done = resolve }))); onmessage = () => done()"
    )
    client = await browser.open("/client")
    import asyncio

    pending = asyncio.ensure_future(fire(browser))
    running = browser.registration().active.running
    await browser.until(lambda: running.pending)
    await client.settled("null")
    assert not pending.done()
    await client.run("navigator.serviceWorker.controller.postMessage('')")
    assert await pending == "fulfilled"


async def test_a_rejected_promise_is_told(browser):
    await browser.install(
        "addEventListener('thing', (e) => { e.waitUntil(Promise.resolve()); e.waitUntil(Promise.reject()) })"
    )
    assert await fire(browser) == "rejected"


async def test_an_event_nobody_listens_for_is_skipped_without_a_start(browser):
    _, registration = await browser.install("")
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    assert await fire(browser) == "skipped"
    assert registration.active.running is None


async def test_a_stopped_worker_is_started(browser):
    _, registration = await browser.install("addEventListener('thing', () => {})")
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    assert await fire(browser) == "fulfilled"


async def test_an_event_that_lasts_too_long_is_told(browser):
    import asyncio

    await browser.install("addEventListener('thing', (e) => e.waitUntil(new Promise(() => {})))")
    pending = asyncio.ensure_future(fire(browser))
    running = browser.registration().active.running
    await browser.until(lambda: running.pending)
    await asyncio.sleep(0)
    browser.clock.advance(301)
    assert await pending == "timed out"


async def test_initial_values_and_trust(browser):
    await browser.install(
        "addEventListener('thing', (e) => { seen = [e.type, e.isTrusted, e.bubbles, e instanceof ExtendableEvent] }); "
        "onfetch = (e) => e.respondWith(Response.json(seen))"
    )
    assert await fire(browser, init={"bubbles": True}) == "fulfilled"
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.json())") == ["thing", True, True, True]
