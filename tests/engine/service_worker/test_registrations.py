from engine.service_worker import match_service_worker_registration
from engine.service_worker.registrations import clear_registrations, set_registration
from engine.url import parse_url


async def test_the_longest_scope_matches(browser):
    for scope in ("https://example.test/", "https://example.test/a", "https://example.test/a/b/"):
        set_registration(browser.service_workers, "https://example.test", parse_url(scope), "imports")

    def matched(url, key="https://example.test"):
        registration = match_service_worker_registration(browser.service_workers, key, parse_url(url))
        return None if registration is None else registration.scope_url.path

    assert matched("https://example.test/x") == "/"
    assert matched("https://example.test/ab") == "/a"
    assert matched("https://example.test/a/b/c") == "/a/b/"
    assert matched("https://example.test/a/b/c", "https://other.test") is None


async def test_an_unused_registration_goes_at_once(browser):
    gone = []
    browser.service_workers.on_unregistered.append(gone.append)
    page, registration = await browser.install("")
    assert await page.settled(
        """navigator.serviceWorker.getRegistration().then(async (r) => {
          const worker = r.active;
          const first = await r.unregister();
          return [first, await r.unregister(), await navigator.serviceWorker.getRegistration() === undefined];
        })"""
    ) == [True, False, True]
    assert registration.workers == [] and gone == [registration]


async def test_workers_of_a_cleared_registration_are_redundant(browser):
    page, _ = await browser.install("")
    await page.run(
        "navigator.serviceWorker.ready.then((r) => { registration = r; worker = r.active; r.unregister() }); undefined"
    )
    await page.has("globalThis.worker?.state", "redundant")
    await page.has("registration.active", None)


async def test_a_used_registration_serves_its_clients_until_they_go(browser):
    page, registration = await browser.install("onfetch = (e) => e.respondWith(new Response('worker'))")
    client = await browser.open("/client")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
    assert registration.is_unregistered and registration.active is not None
    assert await client.settled("fetch('/x').then((r) => r.text())") == "worker"
    worker = registration.active
    await client.close()
    await browser.until(lambda: worker.state == "redundant")


async def test_registering_again_after_unregistering_makes_a_new_registration(browser):
    page, old = await browser.install("// 1")
    client = await browser.open("/client")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
    await page.settled("navigator.serviceWorker.register('/sw.js')")
    new = browser.registration()
    assert new is not old
    await browser.until(lambda: new.active is not None and new.active.state == "activated")
    assert client.environment.active_service_worker is old.active


BUSY = "onmessage = (event) => event.waitUntil(new Promise(() => {})); onfetch = () => {};"


async def busy_worker(browser, *sources):
    """A page with a worker that handles an event which never ends."""
    await browser.install(BUSY)
    client = await browser.open()
    await client.run("navigator.serviceWorker.controller.postMessage(1)")
    registration = browser.registration()
    await browser.until(lambda: registration.active.running is not None and registration.active.running.pending)
    return client, registration


async def test_a_worker_is_cleared_while_it_is_busy(browser):
    _, registration = await busy_worker(browser)
    worker = registration.active
    await clear_registrations(browser.service_workers, registration.storage_key)
    await browser.until(lambda: worker.state == "redundant")
    assert registration.active is None and worker.running is None


async def test_a_busy_one_and_one_that_waits_are_cleared_together(browser):
    client, registration = await busy_worker(browser)
    browser.serve("/sw.js", BUSY + "// another")
    await client.settled("navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 0)")
    await browser.until(lambda: registration.waiting is not None)
    workers = registration.workers
    await clear_registrations(browser.service_workers, registration.storage_key)
    assert [worker.state for worker in workers] == ["redundant", "redundant"]
    assert registration.workers == []


async def test_one_that_is_unregistered_and_waits_for_its_clients_is_cleared_too(browser):
    await browser.install("onfetch = () => {}")
    client = await browser.open()
    worker = browser.registration().active
    await client.settled("navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
    assert worker.state == "activated"
    await clear_registrations(browser.service_workers, worker.registration.storage_key)
    assert worker.state == "redundant"
    await client.has("navigator.serviceWorker.controller", None)


async def test_a_script_that_runs_for_the_first_time_is_ended_with_the_site_s_data(browser):
    browser.serve("/sw.js", "for (;;);")
    page = await browser.open()
    await page.run("failure = navigator.serviceWorker.register('/sw.js').then(() => 'ok', (error) => error.name); 0")
    await browser.until(lambda: [r for r in browser.service_workers.room.running if r.environment.has_realm])
    (running,) = browser.service_workers.room.running
    await clear_registrations(browser.service_workers, running.worker.registration.storage_key)
    assert await page.settled("failure") == "AbortError"
    assert running.worker.state == "redundant" and browser.service_workers.registration_map == {}
