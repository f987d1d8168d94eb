BUSY = """
  let release;
  onmessage = (event) => {
    if (event.data === 'wait') event.waitUntil(new Promise((resolve) => { release = resolve }));
    else release();
  };
"""


async def a_busy_worker_and_one_that_waits(browser, new_source=""):
    """An active worker with an event to handle and a client, and a waiting one."""
    page, registration = await browser.install(BUSY)
    client = await browser.open("/client")
    await client.run("navigator.serviceWorker.controller.postMessage('wait')")
    old = registration.active
    await browser.until(lambda: old.running.pending)
    browser.serve("/sw.js", new_source or "// new")
    await page.settled(
        "navigator.serviceWorker.getRegistration().then((r) => { registration = r; return r.update() }).then(() => 0)"
    )
    await browser.until(lambda: registration.waiting is not None and registration.waiting.state == "installed")
    return page, registration, client, old


async def release(browser, page):
    await page.run("registration.active.postMessage('go')")


async def test_the_last_client_to_go_activates_the_waiting_worker(browser):
    page, registration, client, old = await a_busy_worker_and_one_that_waits(browser)
    await release(browser, page)
    await browser.until(lambda: not old.running.pending)
    assert registration.active is old
    await client.close()
    await browser.until(lambda: registration.active is not old)


async def test_the_last_event_to_end_activates_the_waiting_worker(browser):
    page, registration, client, old = await a_busy_worker_and_one_that_waits(browser)
    await client.close()
    await page.settled("null")
    assert registration.active is old
    await release(browser, page)
    await browser.until(lambda: registration.active is not old)
    assert old.state == "redundant"


async def test_a_worker_that_skips_waiting_still_waits_for_events(browser):
    page, registration, _, old = await a_busy_worker_and_one_that_waits(browser, "oninstall = () => skipWaiting()")
    await page.settled("null")
    assert registration.active is old
    await release(browser, page)
    await browser.until(lambda: registration.active is not old)


async def test_the_last_event_to_end_clears_an_unregistered_registration(browser):
    page, registration, client, old = await a_busy_worker_and_one_that_waits(browser)
    await client.close()
    await page.settled("registration.unregister()")
    assert registration.active is old and old.state == "activated"
    await release(browser, page)
    await browser.until(lambda: not registration.workers)


async def test_a_rejected_activation_activates_all_the_same(browser):
    _, registration = await browser.install("onactivate = (event) => event.waitUntil(Promise.reject(new Error('no')))")
    assert registration.active.state == "activated"
