async def test_a_worker_is_registered_installed_and_activated(browser):
    browser.serve("/sw.js", "oninstall = () => {}; onactivate = () => {}")
    page = await browser.open()
    states = await page.settled(
        """new Promise(async (resolve) => {
          const registration = await navigator.serviceWorker.register('/sw.js');
          const worker = registration.installing;
          const states = [worker.state, registration.active === null];
          await null;
          states.push(registration.installing === worker);
          worker.onstatechange = () => {
            states.push(worker.state);
            if (worker.state === 'activated') resolve(states);
          };
        })"""
    )
    assert states == ["installing", True, True, "installed", "activating", "activated"]
