from engine.service_worker.records import worker_record


async def test_there_is_one_container_per_realm(browser):
    page = await browser.open()
    assert await page.run("navigator.serviceWorker === navigator.serviceWorker")
    assert (
        await page.run("Object.prototype.toString.call(navigator.serviceWorker)") == "[object ServiceWorkerContainer]"
    )
    assert await page.run("navigator.serviceWorker.controller") is None
    assert await page.run("typeof ServiceWorkerContainer + typeof ServiceWorkerGlobalScope + typeof FetchEvent") == (
        "functionundefinedundefined"
    )


async def test_the_controller_is_the_active_worker_of_the_registration(browser):
    await browser.install("")
    page = await browser.open()
    assert await page.settled(
        """navigator.serviceWorker.ready.then((registration) => {
          const { controller } = navigator.serviceWorker;
          return [controller === registration.active, controller.state, controller.scriptURL];
        })"""
    ) == [True, "activated", "https://example.test/sw.js"]


async def test_setting_onmessage_starts_the_messages(browser):
    await browser.install("onmessage = (e) => e.source.postMessage('hello')")
    page = await browser.open()
    await page.run("navigator.serviceWorker.controller.postMessage(''); got = []; undefined")
    await browser.until(lambda: not browser.registration().active.running.pending)
    await page.run("navigator.serviceWorker.onmessage = (e) => got.push(e.data); undefined")
    await page.has("got", ["hello"])


async def test_a_message_that_cannot_be_read_is_a_messageerror(browser):
    await browser.install("")
    page = await browser.open()
    await page.run(
        """events = [];
        for (const type of ['message', 'messageerror']) navigator.serviceWorker.addEventListener(type, (e) => events.push([e.type, e.source?.state, e.data]));
        navigator.serviceWorker.startMessages()"""
    )
    environment = page.environment
    source = worker_record(browser.registration().active, environment)
    unreadable = '[["no such thing"]]'
    await environment.upcall("up_service_worker_client_message", "https://example.test", source, unreadable)
    await page.has("events", [["messageerror", "activated", None]])
