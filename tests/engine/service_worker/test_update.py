import pytest

from engine.network.fake_transport import FakeResponse
from engine.service_worker.update import soft_update


async def test_an_unchanged_script_makes_no_new_worker(browser):
    page, registration = await browser.install("// 1")
    worker = registration.active
    assert await page.settled(
        "navigator.serviceWorker.getRegistration().then((r) => r.update()).then((r) => r.scope)"
    ) == ("https://example.test/")
    assert registration.workers == [worker]
    assert len(browser.transport.requests_for("*/sw.js")) == 2


async def test_a_changed_script_waits_while_the_old_one_is_used(browser):
    browser.serve("/sw.js", "// 1", "// 2")
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js')")
    registration = browser.registration()
    await browser.until(lambda: registration.active is not None and registration.active.state == "activated")
    old = registration.active
    client = await browser.open("/client")
    await client.run(
        "events = []; navigator.serviceWorker.getRegistration().then((r) => { registration = r; "
        "r.onupdatefound = () => events.push(r.installing.state) }); undefined"
    )
    await client.has("typeof registration", "object")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    await browser.until(lambda: registration.waiting is not None and registration.waiting.state == "installed")
    assert registration.active is old
    await client.has("registration.waiting?.state", "installed")
    assert await client.run("[events[0], registration.active.state]") == ["installing", "activated"]
    # The last client goes.
    await client.close()
    await browser.until(lambda: registration.active is not old and registration.active.state == "activated")
    assert old.state == "redundant"


async def test_a_worker_that_skips_waiting_takes_over(browser):
    browser.serve("/sw.js", "// 1", "oninstall = () => skipWaiting()")
    await browser.install("// 1")
    browser.serve("/sw.js", "oninstall = () => skipWaiting()")
    registration = browser.registration()
    old = registration.active
    client = await browser.open("/client")
    await client.run(
        "changes = []; navigator.serviceWorker.oncontrollerchange = () => changes.push(navigator.serviceWorker.controller.state); undefined"
    )
    soft_update(registration)
    await browser.until(lambda: registration.active is not old)
    await client.has("changes.length", 1)
    assert client.environment.active_service_worker is registration.active
    assert await client.run("changes[0]") in ("activating", "activated")


async def test_a_changed_import_is_an_update_too(browser):
    browser.serve("/lib.js", "self.version = 1", "self.version = 2")
    page, registration = await browser.install(
        "importScripts('/lib.js'); onfetch = (e) => e.respondWith(new Response(version))"
    )
    old = registration.active
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    await browser.until(lambda: registration.active is not old and registration.active.state == "activated")
    client = await browser.open()
    assert await client.settled("fetch('/x').then((r) => r.text())") == "2"


async def test_an_import_that_has_gone_is_no_update(browser):
    browser.serve("/lib.js", "")
    page, registration = await browser.install("importScripts('/lib.js')")
    old = registration.active
    browser.transport.route("*/lib.js", FakeResponse(b"", 404))
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    assert registration.active is old


async def test_a_failed_installation_leaves_the_old_worker(browser):
    page, registration = await browser.install("// 1")
    old = registration.active
    browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(Promise.reject(new Error('no')))")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    await browser.until(lambda: registration.installing is None)
    assert (registration.active, registration.waiting) == (old, None)


async def test_a_failed_first_installation_leaves_nothing(browser):
    browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(Promise.reject(new Error('no')))")
    page = await browser.open()
    assert await page.settled(
        """navigator.serviceWorker.register('/sw.js').then((r) => {
          const worker = r.installing;
          return new Promise((resolve) => { worker.onstatechange = () => resolve([worker.state]); });
        })"""
    ) == ["redundant"]
    await browser.until(lambda: not browser.service_workers.registration_map)


async def test_an_update_to_a_broken_script_rejects(browser):
    page, registration = await browser.install("// 1")
    old = registration.active
    for source in ("throw new Error('x')", "syntax error"):
        browser.serve("/sw.js", source)
        error = await page.error_of("navigator.serviceWorker.getRegistration().then((r) => r.update())")
        assert error.startswith("TypeError: Failed to update a ServiceWorker")
    assert registration.workers == [old]


async def test_another_script_for_the_same_scope_replaces_the_worker(browser):
    page, registration = await browser.install("// 1")
    browser.serve("/other.js", "// 1")
    assert (
        await page.settled(
            "navigator.serviceWorker.register('/other.js', { scope: '/' }).then((r) => r.installing.scriptURL)"
        )
        == "https://example.test/other.js"
    )
    await browser.until(lambda: registration.active.script_url.path == "/other.js")


@pytest.mark.parametrize(
    ("mode", "main", "imported"),
    [("imports", b"max-age=0", None), ("none", b"max-age=0", b"max-age=0"), ("all", None, None)],
)
async def test_update_via_cache_decides_who_bypasses_the_http_cache(browser, mode, main, imported):
    browser.serve("/sw.js", "importScripts('/lib.js')")
    browser.serve("/lib.js", "")
    page = await browser.open()
    assert (
        await page.settled(
            f"navigator.serviceWorker.register('/sw.js', {{ updateViaCache: '{mode}' }}).then((r) => r.updateViaCache)"
        )
        == mode
    )
    assert browser.transport.requests_for("*/sw.js")[0].header("Cache-Control") == main
    assert browser.transport.requests_for("*/lib.js")[0].header("Cache-Control") == imported


async def test_a_worker_that_is_being_installed_cannot_update_itself(browser):
    browser.serve(
        "/sw.js",
        """oninstall = (e) => e.waitUntil(registration.update().catch((error) => { result = error.name }));
           onmessage = (e) => e.source.postMessage(result)""",
    )
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js')")
    registration = browser.registration()
    await browser.until(lambda: registration.active is not None and registration.active.state == "activated")
    assert (
        await page.settled("""new Promise(async (resolve) => {
          navigator.serviceWorker.onmessage = (event) => resolve(event.data);
          (await navigator.serviceWorker.ready).active.postMessage('?');
        })""")
        == "InvalidStateError"
    )


async def test_after_a_day_the_http_cache_is_bypassed(browser):
    browser.serve("/sw.js", "onfetch = (e) => e.respondWith(new Response(''))")
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js', { updateViaCache: 'all' })")
    registration = browser.registration()
    await browser.until(lambda: registration.active is not None and registration.active.state == "activated")
    client = await browser.open()
    await client.settled("fetch('/x')")
    assert len(browser.transport.requests_for("*/sw.js")) == 1
    browser.clock.advance(86401)
    await client.settled("fetch('/x')")
    await browser.until(lambda: len(browser.transport.requests_for("*/sw.js")) == 2)
    assert browser.transport.requests_for("*/sw.js")[1].header("Cache-Control") == b"max-age=0"
