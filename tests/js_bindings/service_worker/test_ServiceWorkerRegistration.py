async def test_attributes_follow_the_life_of_the_workers(browser):
    browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(new Promise((resolve) => { onmessage = resolve }))")
    page = await browser.open()
    await page.settled(
        """navigator.serviceWorker.register('/sw.js').then((r) => {
          registration = r; worker = r.installing; seen = [];
          const look = () => seen.push([worker.state, r.installing === worker, r.waiting === worker, r.active === worker]);
          look();
          worker.onstatechange = look;
        })"""
    )
    assert await page.run("seen") == [["installing", True, False, False]]
    await page.run("worker.postMessage('')")
    await page.has("seen.length", 4)
    assert await page.run("seen.slice(1)") == [
        ["installed", False, True, False],
        ["activating", False, False, True],
        ["activated", False, False, True],
    ]


async def test_objects_are_the_same_in_the_worker_itself(browser):
    source = """
      const first = registration;
      onfetch = (event) => event.respondWith(Response.json([
        registration === first, registration.active === serviceWorker, serviceWorker.state, registration.scope,
        registration instanceof ServiceWorkerRegistration, self instanceof ServiceWorkerGlobalScope,
      ]));
    """
    await browser.install(source)
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.json())") == [
        True,
        True,
        "activated",
        "https://example.test/",
        True,
        True,
    ]


async def test_gaps_are_absent(browser):
    page, _ = await browser.install("")
    assert await page.settled(
        """navigator.serviceWorker.ready.then((r) => ['pushManager', 'sync', 'periodicSync', 'index', 'cookies', 'showNotification', 'getNotifications']
             .filter((name) => name in r))"""
    ) == []


async def test_update_and_unregister_after_the_registration_has_gone(browser):
    page, _ = await browser.install("")
    assert await page.settled(
        """navigator.serviceWorker.ready.then(async (r) => {
          await r.unregister();
          while (r.active !== null) await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(''); });
          return [await r.unregister(), await r.update().catch((error) => error.name)];
        })"""
    ) == [False, "InvalidStateError"]


async def test_its_mode_is_the_same_in_every_realm(browser):
    page, other = await browser.open(), await browser.open("/other")
    browser.serve("/sw.js", "", "")
    for realm, mode in ((page, "none"), (other, "all")):
        await realm.settled(
            f"navigator.serviceWorker.register('/sw.js', {{ updateViaCache: '{mode}' }}).then((r) => {{ registration = r }})"
        )
        await realm.has("registration.active?.state", "activated")
    assert [await realm.run("registration.updateViaCache") for realm in (page, other)] == ["all", "all"]


async def test_those_that_have_ended_are_forgotten(browser):
    browser.serve("/sw.js", "")
    page = await browser.open()

    async def objects():
        runtime = page.environment.agent.runtime
        await page.environment.agent.run(runtime.collect_garbage)
        return (await page.environment.agent.run(runtime.memory_usage))["obj_count"]

    passing = """(async () => {
      for (let i = 0; i < 8; i++) await (await navigator.serviceWorker.register('/sw.js', { scope: '/s' + i })).unregister();
    })()"""
    await page.settled(passing)
    before = await objects()
    for _ in range(3):
        await page.settled(passing)
    assert await objects() < before + 20
    await page.settled("navigator.serviceWorker.register('/sw.js').then((r) => { held = r; worker = r.installing ?? r.active; return r.unregister() })")
    await page.has("worker.state", "redundant")
    assert await page.run("[held.active, held.waiting, held.installing].join()") == ",,"
