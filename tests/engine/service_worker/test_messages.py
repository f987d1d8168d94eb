ECHO = """onmessage = (event) => {
  event.source.postMessage({ data: event.data, origin: event.origin, id: event.source.id, url: event.source.url, type: event.source.type });
}"""


async def test_messages_go_both_ways(browser):
    _page, _ = await browser.install(ECHO)
    client = await browser.open("/client")
    answer = await client.settled(
        """new Promise((resolve) => {
          navigator.serviceWorker.onmessage = ({ data, source, origin }) => resolve({
            ...data, from: source === navigator.serviceWorker.controller, by: origin,
          });
          navigator.serviceWorker.controller.postMessage(new Map([[1, [2]]]));
        })"""
    )
    assert answer == {
        "data": {},
        "origin": "https://example.test",
        "id": client.environment.client_id,
        "url": "https://example.test/client",
        "type": "worker",
        "from": True,
        "by": "https://example.test",
    }


async def test_messages_arrive_in_order_also_when_the_worker_has_to_start(browser):
    _, registration = await browser.install(
        "let all = []; onmessage = (e) => { all.push(e.data); if (e.data === 9) e.source.postMessage(all) }"
    )
    client = await browser.open("/client")
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    assert await client.settled(
        """new Promise((resolve) => {
          navigator.serviceWorker.onmessage = (event) => resolve(event.data);
          for (let i = 0; i < 10; ++i) navigator.serviceWorker.controller.postMessage(i);
        })"""
    ) == list(range(10))


async def test_ports_and_buffers_are_transferred(browser):
    await browser.install(
        "onmessage = (e) => { const bytes = new Uint8Array(e.data); e.ports[0].postMessage(bytes[1]) }"
    )
    client = await browser.open("/client")
    assert await client.settled(
        """new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = (event) => resolve([event.data, buffer.byteLength]);
          const buffer = new Uint8Array([7, 8]).buffer;
          navigator.serviceWorker.controller.postMessage(buffer, [buffer, port2]);
        })"""
    ) == [8, 0]


async def test_messages_wait_until_the_queue_is_enabled(browser):
    await browser.install("onmessage = (e) => e.source.postMessage('hello')")
    client = await browser.open("/client")
    await client.run(
        "got = []; navigator.serviceWorker.addEventListener('message', (e) => got.push(e.data)); "
        "navigator.serviceWorker.controller.postMessage('')"
    )
    running = browser.registration().active.running
    await browser.until(lambda: not running.pending)
    await client.settled("null")
    assert await client.run("got") == []
    await client.run("navigator.serviceWorker.startMessages()")
    await client.has("got", ["hello"])


async def test_a_worker_can_write_to_another(browser):
    page, _ = await browser.install(
        "onmessage = (e) => { from = e.source.scriptURL ?? 'client'; }; "
        "onfetch = (e) => e.respondWith(new Response(self.from ?? 'undefined'))"
    )
    await browser.install(
        "onmessage = async () => { const r = await navigator.serviceWorker.getRegistration('/'); r.active.postMessage('') }",
        path="/b/sw.js",
        page=page,
    )
    client, other = await browser.open("/client"), await browser.open("/b/client")
    await other.run("navigator.serviceWorker.controller.postMessage('')")

    async def answer():
        return await client.settled("fetch('/x').then((r) => r.text())")

    while (text := await answer()) == "undefined":
        pass
    assert text == "https://example.test/b/sw.js"


async def test_what_cannot_be_cloned_is_refused_here(browser):
    await browser.install("onmessage = () => {}")
    client = await browser.open("/client")
    assert (await client.error_of("navigator.serviceWorker.controller.postMessage(() => {})")).startswith(
        "DataCloneError"
    )


async def test_a_message_is_kept_for_the_next_run_of_a_worker_that_ends_before_it_gets_it(browser):
    from engine.service_worker.running import terminate_service_worker

    await browser.install(
        """let seen = 0;
        onmessage = (event) => event.waitUntil(caches.open('seen').then((c) => c.put(`/${event.data}-${++seen}`, new Response(''))));
        onfetch = (event) => { for (;;); };"""
    )
    worker = browser.registration().active
    page = await browser.open()
    await page.run("fetch('/busy').catch(() => 0); 0")
    await browser.until(lambda: worker.running is not None and any(e.begun for e in worker.running.pending.values()))
    await page.run("for (const text of ['a', 'b']) navigator.serviceWorker.controller.postMessage(text); 0")
    await browser.until(lambda: len(worker.running.pending) == 3)
    terminate_service_worker(worker)
    keys = "caches.open('seen').then((c) => c.keys()).then((keys) => keys.map((key) => new URL(key.url).pathname))"
    while len(seen := await page.settled(keys)) < 2:
        pass
    assert seen == ["/a-1", "/b-2"]
