async def test_a_browser_started_again_has_its_workers(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        browser.serve("/lib.js", "self.answer = 'from the profile'")
        _, registration = await browser.install(
            "importScripts('/lib.js'); onfetch = (e) => e.respondWith(new Response(answer))"
        )
        first = registration.active
        await browser.service_workers.saved()
    async with new_browser(tmp_path / "profile") as browser:
        registration = browser.registration()
        assert registration.active.unique_id == first.unique_id
        assert registration.active.running is None
        client = await browser.open("/client")
        assert await client.settled("fetch('/x').then((r) => r.text())") == "from the profile"
        assert browser.transport.requests == []
        assert await client.settled(
            "navigator.serviceWorker.getRegistration().then((r) => [r.scope, r.active.state, r.updateViaCache])"
        ) == [
            "https://example.test/",
            "activated",
            "imports",
        ]


async def test_an_unregistered_worker_does_not_come_back(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        page, _ = await browser.install("")
        await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
    async with new_browser(tmp_path / "profile") as browser:
        assert browser.service_workers.registration_map == {}


async def test_a_waiting_worker_is_active_after_the_restart(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        page, registration = await browser.install("// 1")
        await browser.open("/client")
        browser.serve("/sw.js", "onactivate = () => {}; onfetch = (e) => e.respondWith(new Response('2'))")
        await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
        await browser.until(lambda: registration.waiting is not None and registration.waiting.state == "installed")
    async with new_browser(tmp_path / "profile") as browser:
        registration = browser.registration()
        await browser.until(lambda: registration.active.state == "activated" and registration.waiting is None)
        client = await browser.open("/client")
        assert await client.settled("fetch('/x').then((r) => r.text())") == "2"


async def test_policies_and_preload_settings_are_kept(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        browser.serve("/sw.js", "", Content_Security_Policy="connect-src 'none'")
        page = await browser.open()
        await page.settled("navigator.serviceWorker.register('/sw.js')")
        await page.settled(
            "navigator.serviceWorker.ready.then((r) => r.navigationPreload.enable().then(() => r.navigationPreload.setHeaderValue(' x ')))"
        )
    async with new_browser(tmp_path / "profile") as browser:
        registration = browser.registration()
        assert registration.navigation_preload_enabled and registration.navigation_preload_header_value == b"x"
        assert registration.active.policy_container.csp_list[0].directive_set == {"connect-src": ["'none'"]}


async def test_what_a_worker_listens_to_is_known_after_the_restart(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        await browser.install("onmessage = () => {}")
    async with new_browser(tmp_path / "profile") as browser:
        browser.transport.route("https://example.test/x", "network")
        client = await browser.open("/client")
        assert await client.settled("fetch('/x').then((r) => r.text())") == "network"
        assert browser.registration().active.running is None


NOTES_ITS_ACTIVATION = """onactivate = (event) => event.waitUntil((async () => {
  const cache = await caches.open('seen');
  await cache.put(`/activate-${(await cache.keys()).length}`, new Response(''));
  %s
})());
const count = () => caches.open('seen').then((c) => c.keys()).then((keys) => Response.json(keys.length));
onfetch = (event) => { if (event.request.url.endsWith('/x')) event.respondWith(count()) };"""


async def activations(browser):
    client = await browser.open("/client")
    return await client.settled("fetch('/x').then((r) => r.json())")


async def test_a_worker_that_waited_at_the_end_hears_of_its_activation_at_the_next_start(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        page, registration = await browser.install("// 1")
        await browser.open("/client")
        browser.serve("/sw.js", NOTES_ITS_ACTIVATION % "")
        await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
        await browser.until(lambda: registration.waiting is not None and registration.waiting.state == "installed")
    for _ in range(2):  # and not at every one
        async with new_browser(tmp_path / "profile") as browser:
            assert await activations(browser) == 1


async def test_an_activation_that_was_under_way_at_the_end_begins_again(new_browser, tmp_path):
    async with new_browser(tmp_path / "profile") as browser:
        browser.serve("/sw.js", NOTES_ITS_ACTIVATION % "if ((await cache.keys()).length === 1) await new Promise(() => {});")
        page = await browser.open()
        await page.settled("navigator.serviceWorker.register('/sw.js')")
        while not await page.settled("caches.open('seen').then((c) => c.keys()).then((k) => k.length)"):
            pass
        assert browser.registration().active.state == "activating"
        await browser.service_workers.saved()
    async with new_browser(tmp_path / "profile") as browser:
        assert browser.registration().active.state == "activating"
        assert await activations(browser) == 2  # the event waits until the worker is active
        assert browser.registration().active.state == "activated"
    async with new_browser(tmp_path / "profile") as browser:
        assert browser.registration().active.state == "activated"
        assert await activations(browser) == 2


async def test_an_installation_that_was_under_way_at_the_end_is_done_again_by_whoever_asks(new_browser, tmp_path):
    stuck = "oninstall = (event) => event.waitUntil(new Promise(() => {}))"
    async with new_browser(tmp_path / "profile") as browser:
        page, registration = await browser.install("// 1")
        browser.serve("/sw.js", stuck)
        browser.serve("/other.js", stuck)
        await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 0)")
        await page.settled("navigator.serviceWorker.register('/other.js', { scope: '/other/' })")
        assert registration.installing is not None and browser.registration("/other/").installing is not None
        await browser.service_workers.saved()
    async with new_browser(tmp_path / "profile") as browser:
        assert [r.scope for r in browser.service_workers.registrations] == ["https://example.test/"]
        assert browser.registration().installing is None and browser.registration().active is not None
        browser.serve("/sw.js", stuck.replace("new Promise(() => {})", "0"))
        page = await browser.open("/client")
        await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
        await browser.until(lambda: browser.registration().waiting is not None)
