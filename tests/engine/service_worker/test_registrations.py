from engine.service_worker import match_service_worker_registration
from engine.service_worker.registrations import set_registration
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
