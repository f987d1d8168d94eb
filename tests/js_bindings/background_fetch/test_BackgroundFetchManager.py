from __future__ import annotations

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse

ORIGIN = "https://example.test"


async def test_from_fetch_to_the_event_of_the_worker(world):
    world.browser.transport.route("*/a", b"some bytes")
    seen = await world.page.settled(
        """bgf.fetch('my-id', ['/a', new Request('/a')], { title: 'T', downloadTotal: 100 }).then((registration) => {
             kept = registration;
             const names = [];
             for (const name in registration) names.push(name);
             return { id: registration.id, result: registration.result, downloadTotal: registration.downloadTotal, names };
           })"""
    )
    assert (seen["id"], seen["result"], seen["downloadTotal"]) == ("my-id", "", 100)
    assert {"id", "uploadTotal", "uploaded", "downloadTotal", "downloaded", "result", "failureReason", "recordsAvailable", "onprogress"} <= set(seen["names"])
    [event, interface, registration, records] = await world.report()
    assert (event, interface) == ("backgroundfetchsuccess", "BackgroundFetchUpdateUIEvent")
    assert registration == {
        "id": "my-id", "uploadTotal": 0, "uploaded": 0, "downloadTotal": 100, "downloaded": 20,
        "result": "success", "failureReason": "", "recordsAvailable": True, "onprogress": None,
    }
    assert records == [{"url": f"{ORIGIN}/a", "status": 200, "text": "some bytes"}] * 2
    # The page's object has it too.
    assert await world.page.run("[kept.result, kept.downloaded]") == ["success", 20]
    await world.page.has("kept.recordsAvailable", False)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("bgf.fetch('id', [])", "TypeError"),
        ("bgf.fetch('id')", "TypeError"),
        ("bgf.fetch()", "TypeError"),
        ("bgf.fetch('id', 'https://user:pass@domain/secret.txt')", "TypeError"),
        ("bgf.fetch('id', new Request('/a', { mode: 'no-cors' }))", "TypeError"),
        ("bgf.fetch('id', ['/a', 'http://['])", "TypeError"),
        ("bgf.fetch('id', '/a', { downloadTotal: Number.MAX_SAFE_INTEGER })", "QuotaExceededError"),
        ("Promise.all([bgf.fetch('same', '/a'), bgf.fetch('same', '/b')])", "TypeError"),
        ("bgf.get()", "TypeError"),
        ("bgf.get('')", "TypeError"),
    ],
)
async def test_what_is_refused_at_once(world, script, error):
    world.browser.transport.route("*", FakeResponse([Event()]))
    assert (await world.page.error_of(script)).startswith(error)


async def test_more_than_the_quota_is_an_error_of_its_own_class(world):
    script = "bgf.fetch('id', '/a', { downloadTotal: Number.MAX_SAFE_INTEGER }).catch((error) => [error.constructor === QuotaExceededError, error.code])"
    assert await world.page.settled(script) == [True, 22]


async def test_more_than_the_quota_is_a_plain_dom_exception_where_that_is_wanted(world):
    world.browser.user_agent.plain_quota_errors = True
    page = await world.browser.open()
    script = "navigator.serviceWorker.getRegistration().then((r) => r.backgroundFetch.fetch('id', '/a', { downloadTotal: Number.MAX_SAFE_INTEGER })).catch((error) => [error.constructor === DOMException, error.name, typeof QuotaExceededError])"
    assert await page.settled(script) == [True, "QuotaExceededError", "undefined"]


async def test_without_an_active_worker(new_world):
    async with new_world() as world:
        world.browser.serve("/sw.js", "addEventListener('install', (event) => event.waitUntil(new Promise(() => {})))")
        page = await world.browser.open()
        await page.settled("navigator.serviceWorker.register('/sw.js').then((r) => { registration = r })")
        assert (await page.error_of("registration.backgroundFetch.fetch('id', '/a')")).startswith("TypeError")


async def test_permission_denied(world):
    from engine.security.permissions import Permissions

    permissions = world.browser.user_agent.permissions = Permissions()
    permissions.set("background-fetch", "denied")
    assert (await world.page.error_of("bgf.fetch('id', '/a')")).startswith("NotAllowedError")


async def test_permission_to_be_asked_for_starts_paused(world):
    from engine.security.permissions import Permissions

    world.browser.transport.route("*/a", b"x")
    permissions = world.browser.user_agent.permissions = Permissions()
    permissions.set("background-fetch", "prompt")
    await world.page.settled("bgf.fetch('id', '/a').then(() => 0)")
    [view] = world.fetches.views()
    assert view.state == "paused"
    await world.fetches.handle(view.number).resume()
    [event, *_] = await world.report()
    assert event == "backgroundfetchsuccess"


async def test_get_and_get_ids_and_one_object_for_each(world):
    world.browser.transport.route("*", FakeResponse([Event()]))
    assert await world.page.settled(
        """(async () => {
          const one = await bgf.fetch('one', '/a');
          const two = await bgf.fetch('two', '/b');
          one.mine = 1;
          const manager = (await navigator.serviceWorker.getRegistration()).backgroundFetch;
          return [
            manager === bgf, await bgf.get('one') === one, (await bgf.get('one')).mine, await bgf.get('two') === two,
            await bgf.get('three') === undefined, await bgf.getIds(), await one.abort(), await one.abort(), await bgf.getIds(),
            await bgf.get('one') === undefined,
          ];
        })()"""
    ) == [True, True, 1, True, True, ["one", "two"], True, False, ["two"], True]


async def test_another_realm_has_an_object_of_its_own_with_the_same_values(world):
    world.browser.transport.route("*/a", FakeResponse([b"begun", Event()]))
    await world.page.settled("bgf.fetch('id', '/a').then((r) => { kept = r; r.mine = 1 })")
    await world.has("kept.downloaded", 5)
    other = await world.browser.open("/other")
    assert await other.settled(
        """navigator.serviceWorker.getRegistration().then(async (registration) => {
             const got = await registration.backgroundFetch.get('id');
             return [got.id, got.downloaded, got.mine === undefined];
           })"""
    ) == ["id", 5, True]


async def test_uploads(world):
    world.browser.transport.route("*/up", lambda sent: FakeResponse(sent.body))
    world.browser.transport.route("*/up", "nothing", method="GET")
    total = await world.page.settled(
        """(() => {
          const form = new FormData();
          form.append('file', new File(['content'], 'name.txt'));
          const stream = new ReadableStream({ pull(controller) {
            controller.enqueue(new TextEncoder().encode('streamed'));
            controller.close();
          } });
          return bgf.fetch('id', [
            '/up', new Request('/up', { method: 'POST', body: 'text €' }), new Request('/up', { method: 'POST', body: new Uint8Array([65, 66]) }),
            new Request('/up', { method: 'POST', body: stream, duplex: 'half' }), new Request('/up', { method: 'POST', body: form }),
          ]).then((r) => { kept = r; return r.uploadTotal });
        })()"""
    )
    [event, _, registration, records] = await world.report()
    assert event == "backgroundfetchsuccess"
    assert registration["uploaded"] == registration["uploadTotal"]
    assert total == registration["downloaded"] - len("nothing")
    texts = [record["text"] for record in records]
    assert texts[:4] == ["nothing", "text €", "AB", "streamed"]
    assert 'filename="name.txt"' in texts[4] and "content" in texts[4]


async def test_a_body_that_cannot_be_read(world):
    error = await world.page.error_of(
        """bgf.fetch('id', new Request('/up', { method: 'POST', duplex: 'half',
             body: new ReadableStream({ pull() { throw new RangeError('mine') } }) }))"""
    )
    assert error.startswith("TypeError")
    assert await world.page.settled("bgf.getIds()") == []


async def test_it_goes_on_when_the_page_has_gone(world):
    gate = Event()
    world.browser.transport.route("*/a", FakeResponse([b"some", gate, b" bytes"]))
    await world.page.settled("bgf.fetch('id', '/a').then(() => 0)")
    await world.page.close()
    gate.set()
    [event, _, _, records] = await world.report()
    assert event == "backgroundfetchsuccess"
    assert records[0]["text"] == "some bytes"


async def test_a_service_worker_may_begin_one_unless_told_otherwise(new_world):
    async with new_world() as world:
        await world.set_up(
            """onmessage = (event) => event.waitUntil(
                 registration.backgroundFetch.fetch('mine', '/a').catch((error) => report('error', error.name)));"""
        )
        world.browser.transport.route("*/a", b"x")
        await world.page.settled("navigator.serviceWorker.getRegistration().then((r) => { r.active.postMessage('') })")
        assert (await world.report(1))[0] == "backgroundfetchsuccess"
        world.fetches.downloads.allow_fetch_in_service_workers = False
        await world.page.settled("navigator.serviceWorker.getRegistration().then((r) => { r.active.postMessage('') })")
        assert await world.report(2) == ["error", "TypeError"]


async def test_unregistering_ends_it_without_events(world):
    world.browser.transport.route("*/a", FakeResponse([b"begun", Event()]))
    await world.page.settled("bgf.fetch('id', '/a').then((r) => { kept = r })")
    await world.has("kept.downloaded", 5)
    assert await world.page.settled(
        """(async () => {
          const events = [];
          kept.onprogress = () => events.push(kept.result);
          const registration = await navigator.serviceWorker.getRegistration();
          await registration.unregister();
          while (kept.recordsAvailable) await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0) });
          return [kept.result, kept.failureReason, events, await kept.abort(), await bgf.getIds()];
        })()"""
    ) == ["failure", "aborted", [], False, []]
    assert world.reports == []
