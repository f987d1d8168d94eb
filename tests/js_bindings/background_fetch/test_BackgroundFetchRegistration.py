from __future__ import annotations

from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse

ORIGIN = "https://example.test"


async def test_progress_events_carry_the_newest_figures_and_the_last_ones_always(world):
    gates = [Event() for _ in range(3)]
    world.browser.transport.route("*/a", FakeResponse([b"12", gates[0], b"34", gates[1], b"56", gates[2]]))
    await world.page.settled(
        """bgf.fetch('id', '/a').then((r) => {
             kept = r; events = [];
             r.addEventListener('progress', (event) => events.push([event.type, event.target === r, event.isTrusted, r.downloaded, r.result]));
           })"""
    )
    await world.has("kept.downloaded", 2)
    gates[0].set()
    await world.has("kept.downloaded", 4)
    # No time passes: these two come as one, with the end.
    gates[1].set()
    gates[2].set()
    await world.report()
    assert await world.page.run("events") == [
        ["progress", True, True, 2, ""],
        ["progress", True, True, 4, ""],
        ["progress", True, True, 6, "success"],
    ]


async def test_onprogress(world):
    world.browser.transport.route("*/a", FakeResponse(b"12"))
    await world.page.settled("bgf.fetch('id', '/a').then((r) => { kept = r; r.onprogress = (event) => { seen = event.target === r } })")
    await world.page.has("globalThis.seen", True)


async def test_match_and_match_all_with_options_while_it_runs(world):
    world.browser.transport.route("*", FakeResponse(b"x"))
    world.browser.transport.route("*/slow", FakeResponse([Event()]))
    world.browser.transport.route("*/report", "")
    await world.page.settled(
        """bgf.fetch('id', ['/name.txt', '/name.txt', '/name.txt?id=3', new Request('/name.txt', { method: 'PUT' }), '/slow']).then((r) => { kept = r })"""
    )
    assert await world.page.settled(
        """(async () => {
          const count = async (...args) => (await kept.matchAll(...args)).length;
          const first = await kept.match('/name.txt');
          return [
            await count(), await count(undefined), await count('/name.txt'), await count(new Request('/name.txt')),
            await count('/name.txt', { ignoreSearch: true }), await count('/name.txt', { ignoreMethod: true }),
            await count('/name.txt', { ignoreSearch: true, ignoreMethod: true }), await count('/missing'),
            await kept.match('/missing') === undefined, first instanceof BackgroundFetchRecord,
            (await (await first.responseReady).text()), first.request.url, (await kept.match('/name.txt?id=3')).request.url,
          ];
        })()"""
    ) == [5, 5, 2, 2, 3, 3, 4, 0, True, True, "x", f"{ORIGIN}/name.txt", f"{ORIGIN}/name.txt?id=3"]


async def test_vary_counts_when_matching(world):
    world.browser.transport.route("*/a", FakeResponse(b"x", 200, [(b"Vary", b"Accept-Language")]))
    world.browser.transport.route("*/slow", FakeResponse([Event()]))
    await world.page.settled(
        "bgf.fetch('id', [new Request('/a', { headers: { 'Accept-Language': 'de' } }), '/slow']).then((r) => { kept = r })"
    )
    assert await world.page.settled(
        """(async () => {
          const [record] = await kept.matchAll();
          await record.responseReady;
          const ask = (language) => new Request('/a', { headers: { 'Accept-Language': language } });
          return [(await kept.matchAll(ask('de'))).length, (await kept.matchAll(ask('fr'))).length, (await kept.matchAll(ask('fr'), { ignoreVary: true })).length];
        })()"""
    ) == [1, 0, 1]


async def test_records_are_not_to_be_had_after_the_end(world):
    world.browser.transport.route("*/a", b"x")
    await world.page.settled("bgf.fetch('id', '/a').then((r) => { kept = r })")
    await world.page.has("kept.recordsAvailable", False)
    assert (await world.page.error_of("kept.matchAll()")).startswith("InvalidStateError")
    assert (await world.page.error_of("kept.match('/a')")).startswith("InvalidStateError")
    assert await world.page.settled("kept.abort()") is False


async def test_abort(world):
    world.browser.transport.route("*/done", b"Background Fetch")
    world.browser.transport.route("*/never", FakeResponse([b"begun", Event()]))
    world.browser.transport.route("*/silent", FakeResponse([Event()], delay=1000))
    await world.page.settled(
        """bgf.fetch('id', ['/done', '/never', '/silent']).then(async (r) => {
             kept = r;
             const records = await r.matchAll();
             before = records[2].responseReady;
             stream = (await records[1].responseReady).body.getReader();
             first = new TextDecoder().decode((await stream.read()).value);
           })"""
    )
    await world.has("kept.downloaded", 21)
    assert await world.page.settled(
        """(async () => {
             const error = (promise) => promise.then(() => 'none', (error) => error.name);
             const reading = error(stream.read());
             return [await kept.abort(), await error(before), first, await reading];
           })()"""
    ) == [True, "AbortError", "begun", "AbortError"]
    [event, interface, registration, records] = await world.report()
    assert (event, interface) == ("backgroundfetchabort", "BackgroundFetchEvent")
    assert (registration["result"], registration["failureReason"]) == ("failure", "aborted")
    assert records == [
        {"url": f"{ORIGIN}/done", "status": 200, "text": "Background Fetch"},
        {"url": f"{ORIGIN}/never", "error": "AbortError"},
        {"url": f"{ORIGIN}/silent", "error": "AbortError"},
    ]
    assert await world.page.run("[kept.result, kept.failureReason]") == ["failure", "aborted"]


async def test_failures(world):
    world.browser.transport.route("*/missing", FakeResponse(b"a body", 404, [(b"X-Mine", b"yes")]))
    world.browser.transport.route("*/broken", NetworkFailure("tls", "no"))
    await world.page.settled("bgf.fetch('id', ['/missing', '/broken', 'data:text/plain,foo']).then((r) => { kept = r })")
    [event, interface, registration, records] = await world.report()
    assert (event, interface) == ("backgroundfetchfail", "BackgroundFetchUpdateUIEvent")
    assert registration["result"] == "failure"
    assert records == [
        {"url": f"{ORIGIN}/missing", "status": 404, "text": ""},
        {"url": f"{ORIGIN}/broken", "error": "TypeError"},
        {"url": "data:text/plain,foo", "error": "TypeError"},
    ]
    assert await world.page.run("kept.downloaded") == 0
    # Nobody asked the page's objects: no rejection is unhandled.
    assert not world.browser.messages


async def test_a_download_that_begins_anew_goes_down_and_its_first_readers_learn_of_it(world):
    pieces = [b"12345", NetworkFailure("reset", "torn")]
    world.browser.transport.route("*/a", FakeResponse(pieces, 200, [(b"Content-Length", b"9")]), FakeResponse([b"abc", Event()]))
    await world.page.settled("bgf.fetch('id', '/a').then(async (r) => { kept = r; seen = []; r.onprogress = () => seen.push(r.downloaded); old = await r.match('/a') })")
    await world.page.settled("old.responseReady.then((response) => { text = response.text().catch((error) => error.name) })")
    await world.has("kept.downloaded", 3)
    assert await world.page.settled("text") == "TypeError"
    assert await world.page.run("seen.at(-1)") == 3
    assert await world.page.settled("kept.match('/a').then((record) => record.responseReady).then((response) => response.status)") == 200
