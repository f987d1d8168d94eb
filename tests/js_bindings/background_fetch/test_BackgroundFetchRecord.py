from __future__ import annotations

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse

ORIGIN = "https://example.test"


async def test_the_response_is_there_while_its_body_still_comes(world):
    gate = Event()
    world.browser.transport.route("*/a", FakeResponse([b"one ", gate, b"two"], 200, [(b"Content-Length", b"7"), (b"X-Mine", b"yes")]))
    await world.page.settled("bgf.fetch('id', '/a').then(async (r) => { kept = r; record = await r.match('/a') })")
    assert await world.page.settled(
        """(async () => {
             const same = record.responseReady === record.responseReady;
             response = await record.responseReady;
             reader = response.body.getReader();
             const { value } = await reader.read();
             const { headers } = response;
             return [same, new TextDecoder().decode(value), headers.get('Content-Length'), headers.get('X-Mine'), response.url, response.ok, response.type];
           })()"""
    ) == [True, "one ", None, "yes", f"{ORIGIN}/a", True, "basic"]
    gate.set()
    assert await world.page.settled("(async () => [new TextDecoder().decode((await reader.read()).value), (await reader.read()).done])()") == ["two", True]


async def test_many_readers_at_different_speeds(world):
    gate = Event()
    world.browser.transport.route("*/a", FakeResponse([b"x" * 300_000, gate, b"y" * 300_000]))
    await world.page.settled(
        """bgf.fetch('id', '/a').then(async (r) => {
             kept = r;
             lengths = Promise.all(Array.from({ length: 5 }, async () => (await (await (await r.match('/a')).responseReady).arrayBuffer()).byteLength));
             slow = (await (await r.match('/a')).responseReady).body.getReader();
             await slow.read();
           })"""
    )
    gate.set()
    assert await world.page.settled("lengths") == [600_000] * 5
    await world.page.has("kept.recordsAvailable", False)
    # What is held is still there.
    assert await world.page.settled(
        "(async () => { let size = 0; for (;;) { const { value, done } = await slow.read(); if (done) return size > 0; size += value.length; } })()"
    )


async def test_the_request_with_its_body(world):
    world.browser.transport.route("*/up", FakeResponse([Event()]))
    assert await world.page.settled(
        """bgf.fetch('id', new Request('/up', { method: 'POST', body: 'some text', headers: { 'X-Mine': 'yes' } })).then(async (r) => {
             const [record] = await r.matchAll();
             const { request } = record;
             return [request === record.request, request.method, request.headers.get('X-Mine'), await request.text(), request instanceof Request];
           })"""
    ) == [True, "POST", "yes", "some text", True]


async def test_a_finished_body_is_put_into_a_cache_without_a_copy(new_world):
    async with new_world() as world:
        await world.set_up(
            """addEventListener('backgroundfetchsuccess', (event) => event.waitUntil((async () => {
                 const cache = await caches.open('downloads');
                 for (const record of await event.registration.matchAll()) await cache.put(record.request, await record.responseReady);
                 await report('cached');
               })()));"""
        )
        gate = Event()
        world.browser.transport.route("*/a", FakeResponse([b"x" * 500_000, gate]))
        await world.page.settled("bgf.fetch('id', '/a').then(async (r) => { kept = r; early = await (await r.match('/a')).responseReady })")
        # One that is put while it still comes waits for its end.
        await world.page.run("put = caches.open('early').then((cache) => cache.put('/a', early)); undefined")
        gate.set()
        await world.browser.until(lambda: ["cached"] in world.reports)
        await world.page.settled("put.then(() => 0)")
        await world.page.has("kept.recordsAvailable", False)
        storage = world.browser.user_agent.storage
        count = "SELECT count(*), total(size) FROM bodies WHERE owners > 0 AND size > 100000"
        assert await storage.run(lambda index: index.row(count)) == (1, 500_000.0)
        assert await world.page.settled("caches.match('/a').then((response) => response.arrayBuffer()).then((buffer) => buffer.byteLength)") == 500_000


async def test_a_response_that_was_there_is_there_for_who_asks_after_abort(world):
    world.browser.transport.route("*/begun", FakeResponse([b"begun", Event()]))
    await world.page.settled(
        "bgf.fetch('id', '/begun').then(async (r) => { kept = r; early = (await r.matchAll())[0] })"
    )
    await world.has("kept.downloaded", 5)
    assert await world.page.settled(
        """(async () => {
             await kept.abort();
             const response = await early.responseReady;
             return [response.status, await response.text().catch((error) => error.name)];
           })()"""
    ) == [200, "AbortError"]
