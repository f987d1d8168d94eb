from engine.js import Limits


async def test_an_idle_worker_is_stopped_and_started_for_the_next_event(browser):
    _page, registration = await browser.install("let count = 0; onfetch = (e) => e.respondWith(new Response(++count))")
    client = await browser.open("/client")
    text = "fetch('/x').then((r) => r.text())"
    assert [await client.settled(text), await client.settled(text)] == ["1", "2"]
    worker = registration.active
    first = worker.running
    browser.clock.advance(29)
    assert await client.settled(text) == "3"
    browser.clock.advance(29)
    assert worker.running is first
    browser.clock.advance(31)
    await browser.until(lambda: worker.running is None)
    assert worker.state == "activated"
    # It remembers nothing but what it stored.
    assert await client.settled(text) == "1"
    assert worker.running is not first


async def test_a_worker_with_an_event_to_handle_is_not_idle(browser):
    _page, registration = await browser.install(
        "onmessage = (e) => e.waitUntil(new Promise((resolve) => { done = resolve })); "
        "onfetch = (e) => { done(); e.respondWith(new Response('')) }"
    )
    client = await browser.open("/client")
    await client.run("navigator.serviceWorker.controller.postMessage('')")
    worker = registration.active
    await browser.until(lambda: worker.running.pending)
    running = worker.running
    for _ in range(4):
        browser.clock.advance(31)
        await client.settled("null")
    assert worker.running is running
    await client.settled("fetch('/x')")
    browser.clock.advance(31)
    browser.clock.advance(31)
    await browser.until(lambda: worker.running is None)


async def test_an_event_that_lasts_too_long_is_over(browser):
    _, registration = await browser.install("onmessage = (e) => e.waitUntil(new Promise(() => {}))")
    client = await browser.open("/client")
    await client.run("navigator.serviceWorker.controller.postMessage('')")
    worker = registration.active
    await browser.until(lambda: worker.running.pending)
    browser.clock.advance(301)
    await browser.until(lambda: worker.running is None or not worker.running.pending)


async def test_several_events_share_one_start(browser):
    _, registration = await browser.install("let count = 0; onfetch = (e) => e.respondWith(new Response(++count))")
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    client = await browser.open("/client")
    answers = await client.settled("Promise.all(['/a', '/b', '/c'].map((p) => fetch(p).then((r) => r.text())))")
    assert sorted(answers) == ["1", "2", "3"]


async def test_an_endless_loop_is_cut_off_while_others_go_on(new_browser):
    async with new_browser(limits=Limits(task_time=0.3)) as browser:
        page, registration = await browser.install(
            "onmessage = () => { for (;;); }; onfetch = (e) => e.respondWith(new Response('alive'))"
        )
        await browser.install("onfetch = (e) => e.respondWith(new Response('other'))", path="/other/sw.js", page=page)
        client, other = await browser.open("/client"), await browser.open("/other/client")
        running = registration.active.running
        await client.run("navigator.serviceWorker.controller.postMessage('')")
        await browser.until(lambda: running.pending)
        for _ in range(20):
            assert await other.settled("fetch('/x').then((r) => r.text())") == "other"
        await browser.until(lambda: registration.active.running is not running)
        assert "longer than 0.3 s" in browser.texts
        # The worker is started again for the next event.
        assert await client.settled("fetch('/x').then((r) => r.text())") == "alive"


async def test_a_fetch_event_in_an_endless_loop_falls_back_to_the_network(new_browser):
    async with new_browser(limits=Limits(task_time=0.2)) as browser:
        browser.transport.route("https://example.test/x", "network")
        await browser.install("onfetch = () => { for (;;); }")
        client = await browser.open("/client")
        assert await client.settled("fetch('/x').then((r) => r.text())") == "network"


async def test_an_endless_script_is_not_installed(new_browser):
    async with new_browser(limits=Limits(task_time=0.2)) as browser:
        browser.serve("/sw.js", "for (;;);")
        page = await browser.open()
        assert (await page.error_of("navigator.serviceWorker.register('/sw.js')")).startswith("TypeError")
        assert browser.service_workers.room.running == []


async def test_a_terminated_worker_fails_the_bodies_that_it_was_writing(browser):
    from engine.service_worker.running import terminate_service_worker

    _, registration = await browser.install(
        "onfetch = (e) => e.respondWith(new Response(new ReadableStream({ pull() { return new Promise(() => {}) } })))"
    )
    client = await browser.open("/client")
    await client.run(
        "fetch('/x').then((r) => { got = true; return r.text() }).catch((e) => { failed = e.name }); undefined"
    )
    await client.has("globalThis.got")
    assert registration.active.running.is_busy
    terminate_service_worker(registration.active)
    await client.has("globalThis.failed", "TypeError")


async def test_an_error_in_a_later_start_does_not_stop_events(browser):
    source = """
      onfetch = (e) => e.respondWith(new Response('alive'));
      if (registration.active) throw new Error('later');
    """
    _, registration = await browser.install(source)
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "alive"
    assert "later" in browser.texts


async def test_a_worker_needs_little_memory(browser):
    _, registration = await browser.install("onfetch = (e) => e.respondWith(new Response(''))")
    usage = await registration.active.running.agent.run(
        lambda: registration.active.running.agent.runtime.memory_usage()
    )
    assert usage["malloc_size"] < 4 << 20


async def test_whoever_lets_an_event_last_too_long_is_told(browser):
    await browser.install("onmessage = (event) => event.waitUntil(new Promise(() => {}))")
    page = await browser.open()
    await page.run("navigator.serviceWorker.controller.postMessage(1)")
    worker = browser.registration().active
    await browser.until(lambda: worker.running is not None and any(e.begun for e in worker.running.pending.values()))
    browser.clock.advance(301)
    await browser.until(lambda: "last longer" in browser.texts)
    assert 'https://example.test/sw.js lets its "message" event last longer than 300 s' in browser.texts
