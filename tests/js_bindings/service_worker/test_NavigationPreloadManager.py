async def test_the_state_can_be_set_and_read(browser):
    page, _ = await browser.install("onfetch = () => { 1 }")
    assert await page.settled(
        """navigator.serviceWorker.ready.then(async ({ navigationPreload: preload }) => {
          const states = [await preload.getState()];
          states.push(await preload.enable(), await preload.setHeaderValue(' hello '), await preload.getState());
          await preload.disable();
          states.push(await preload.getState());
          states.push(await preload.setHeaderValue('a\\nb').catch((error) => error.name));
          return states.map((state) => state ?? 'undefined');
        })"""
    ) == [
        {"enabled": False, "headerValue": "true"},
        "undefined",
        "undefined",
        {"enabled": True, "headerValue": "hello"},
        {"enabled": False, "headerValue": "hello"},
        "TypeError",
    ]


async def test_it_needs_an_active_worker(browser):
    browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(new Promise(() => {}))")
    page = await browser.open()
    error = await page.error_of("navigator.serviceWorker.register('/sw.js').then((r) => r.navigationPreload.enable())")
    assert error.startswith("InvalidStateError")
