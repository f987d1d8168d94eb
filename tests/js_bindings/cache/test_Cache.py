from __future__ import annotations

from typing import Any

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse


def in_cache(realm: Any, steps: str) -> Any:
    return realm.settled(f'(async () => {{ const cache = await caches.open("a"); {steps} }})()')


def error_in_cache(realm: Any, steps: str) -> str:
    return str(realm.error_of(f'(async () => {{ const cache = await caches.open("a"); {steps} }})()'))


def test_what_was_put_is_matched_with_a_fresh_body_every_time(realm: Any) -> None:
    steps = """
        const response = new Response("text", { status: 201, statusText: "Made", headers: { a: "b" } });
        const result = [await cache.put("/x", response), response.bodyUsed];
        for (let i = 0; i < 2; i++) {
            const match = await cache.match("/x");
            result.push(match.status, match.statusText, match.headers.get("a"), await match.text());
        }
        return result.slice(1);
    """
    assert in_cache(realm, steps) == [True, 201, "Made", "b", "text", 201, "Made", "b", "text"]


def test_what_is_not_there_is_undefined(realm: Any) -> None:
    assert in_cache(realm, 'return [await cache.match("/x") === undefined, (await cache.matchAll("/x")).length]') == [True, 0]


def test_a_put_takes_the_place_of_what_it_matches_at_the_end(realm: Any) -> None:
    steps = """
        for (const [url, text] of [["/a", "1"], ["/b", "2"], ["/a", "3"]]) await cache.put(url, new Response(text));
        return Promise.all((await cache.matchAll()).map((response) => response.text()));
    """
    assert in_cache(realm, steps) == ["2", "3"]


@pytest.mark.parametrize(
    "arguments",
    [
        'new Request("/x", { method: "POST" }), new Response()',
        '"data:,x", new Response()',
        '"/x", new Response(null, { status: 206 })',
        '"/x", new Response(null, { headers: { Vary: "a, *" } })',
    ],
)
def test_put_refuses_what_cannot_be_cached(realm: Any, arguments: str) -> None:
    assert error_in_cache(realm, f"return cache.put({arguments})").startswith("TypeError")


def test_put_refuses_a_used_or_locked_body(realm: Any) -> None:
    assert error_in_cache(realm, 'const r = new Response("a"); await r.text(); return cache.put("/x", r)').startswith("TypeError")
    assert error_in_cache(realm, 'const r = new Response("a"); r.body.getReader(); return cache.put("/x", r)').startswith("TypeError")


def test_put_takes_the_bytes_of_a_stream(realm: Any) -> None:
    steps = """
        let left = 40;
        const body = new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(50000).fill(left)); if (--left === 0) c.close() } });
        await cache.put("/x", new Response(body));
        const bytes = await (await cache.match("/x")).bytes();
        return [bytes.length, bytes[0], bytes.at(-1)];
    """
    assert in_cache(realm, steps) == [2_000_000, 40, 1]


def test_put_rejects_with_the_error_of_the_stream(realm: Any) -> None:
    steps = """
        const error = new RangeError("mine");
        const body = new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)); c.error(error) } });
        const reason = await cache.put("/x", new Response(body)).catch((reason) => reason);
        return [reason === error, await cache.match("/x") === undefined];
    """
    assert in_cache(realm, steps) == [True, True]


def test_a_body_that_came_out_of_a_cache_is_linked(realm: Any, storage: Any) -> None:
    steps = """
        await cache.put("/x", new Response("x".repeat(300000)));
        const other = await caches.open("b");
        await other.put("/y", await cache.match("/x"));
        await cache.delete("/x");
        return (await (await other.match("/y")).text()).length;
    """
    assert in_cache(realm, steps) == 300000
    assert len(list(storage.profile.bodies_folder.rglob("[0-9a-f]*[0-9a-f]/*"))) == 1


def test_a_response_from_a_cache_survives_the_end_of_its_entry(realm: Any) -> None:
    steps = """
        await cache.put("/x", new Response("x".repeat(300000)));
        const response = await cache.match("/x");
        await cache.delete("/x");
        await caches.delete("a");
        return (await response.text()).length;
    """
    assert in_cache(realm, steps) == 300000


def test_a_network_body_is_stored(realm: Any, transport: Any) -> None:
    transport.route("https://example.test/x", FakeResponse([b"one", b"two"], headers=[(b"X-A", b"b")]))
    steps = """
        const response = await fetch("/x");
        await cache.put("/x", response);
        const match = await cache.match("/x");
        return [response.bodyUsed, match.type, match.url, match.headers.get("x-a"), await match.text()];
    """
    assert in_cache(realm, steps) == [True, "basic", "https://example.test/x", "b", "onetwo"]


def test_an_opaque_response_stays_opaque_and_keeps_its_body(realm: Any, transport: Any, storage: Any) -> None:
    transport.route("https://elsewhere.test/x", "secret")
    steps = """
        await cache.put("/x", await fetch("https://elsewhere.test/x", { mode: "no-cors" }));
        const match = await cache.match("/x");
        const shown = [match.type, match.status, await match.text(), match.body];
        const other = await caches.open("b");
        await other.put("/y", await cache.match("/x"));
        return shown;
    """
    assert in_cache(realm, steps) == ["opaque", 0, "", None]
    (body,) = storage.profile.bodies_folder.glob("*/*")
    assert body.read_bytes() == b"secret"


def test_quota(realm: Any) -> None:
    body = 'new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1000000)) } })'
    assert error_in_cache(realm, f'return cache.put("/x", new Response({body}))').startswith("QuotaExceededError")
    assert in_cache(realm, 'return await cache.match("/x") === undefined') is True


def test_vary(realm: Any) -> None:
    steps = """
        const request = (a) => new Request("/x", { headers: { a } });
        for (const a of ["1", "2"]) await cache.put(request(a), new Response(a, { headers: { vary: "A , b" } }));
        const texts = async (request, options) => Promise.all((await cache.matchAll(request, options)).map((response) => response.text()));
        return [await texts(request("2")), await texts("/x"), await texts("/x", { ignoreVary: true })];
    """
    assert in_cache(realm, steps) == [["2"], [], ["1", "2"]]


def test_ignore_search_and_fragment(realm: Any) -> None:
    steps = """
        await cache.put("/x?1", new Response("1"));
        await cache.put("/x?2#b", new Response("2"));
        const texts = async (...args) => Promise.all((await cache.matchAll(...args)).map((response) => response.text()));
        return [await texts("/x"), await texts("/x?2#a"), await texts("/x?3", { ignoreSearch: true })];
    """
    assert in_cache(realm, steps) == [[], ["2"], ["1", "2"]]


def test_ignore_method(realm: Any) -> None:
    steps = """
        await cache.put("/x", new Response());
        const request = new Request("/x", { method: "PUT" });
        return [
            await cache.match(request) === undefined, await cache.match(request, { ignoreMethod: true }) !== undefined,
            (await cache.keys(request)).length, (await cache.keys(request, { ignoreMethod: true })).length,
            await cache.delete(request), await cache.delete(request, { ignoreMethod: true }),
        ];
    """
    assert in_cache(realm, steps) == [True, True, 0, 1, False, True]


def test_keys_are_the_requests_in_order_with_immutable_headers(realm: Any) -> None:
    steps = """
        await cache.put(new Request("/b", { headers: { a: "1" } }), new Response());
        await cache.put("/a#f", new Response());
        const keys = await cache.keys();
        let error = null;
        try { keys[0].headers.set("a", "2") } catch (e) { error = e.name }
        return [Object.isFrozen(keys), keys.map((request) => request.url), keys[0].headers.get("a"), error];
    """
    assert in_cache(realm, steps) == [True, ["https://example.test/b", "https://example.test/a#f"], "1", "TypeError"]


def test_delete(realm: Any) -> None:
    steps = """
        await cache.put("/a", new Response());
        return [await cache.delete("/b"), await cache.delete("/a"), await cache.delete("/a"), (await cache.keys()).length];
    """
    assert in_cache(realm, steps) == [False, True, False, 0]


def test_add_fetches_and_stores(realm: Any, transport: Any) -> None:
    transport.route("https://example.test/x", "x")
    assert in_cache(realm, 'return [await cache.add("/x") === undefined, await (await cache.match("/x")).text()]') == [True, "x"]


@pytest.mark.parametrize(
    "answer", [FakeResponse(status=404), FakeResponse(status=206), FakeResponse(headers=[(b"Vary", b"*")])], ids=["404", "206", "vary"]
)
def test_add_all_is_all_or_nothing(realm: Any, transport: Any, answer: FakeResponse) -> None:
    transport.route("https://example.test/*", "good")
    transport.route("https://example.test/bad", answer)
    assert error_in_cache(realm, 'return cache.addAll(["/a", "/bad", "/b"])').startswith("TypeError")
    assert in_cache(realm, "return (await cache.keys()).length") == 0
    assert transport.open_bodies == 0


def test_add_all_refuses_the_same_request_twice(realm: Any, transport: Any) -> None:
    transport.route("https://example.test/*", "good")
    assert error_in_cache(realm, 'return cache.addAll(["/a", "/a#b"])').startswith("InvalidStateError")
    assert in_cache(realm, "return (await cache.keys()).length") == 0


def test_add_all_fetches_nothing_when_one_cannot_be_cached(realm: Any, transport: Any) -> None:
    assert error_in_cache(realm, 'return cache.addAll(["/a", new Request("/b", { method: "POST" })])').startswith("TypeError")
    assert error_in_cache(realm, 'return cache.addAll(["/a", "data:,b"])').startswith("TypeError")
    assert transport.requests == []


def test_an_abort_ends_add(realm: Any, transport: Any) -> None:
    transport.route("https://example.test/x", FakeResponse([b"begin", Event()]))
    steps = """
        const controller = new AbortController();
        const adding = cache.add(new Request("/x", { signal: controller.signal }));
        setTimeout(() => controller.abort("why"));
        return [await adding.catch((reason) => reason), (await cache.keys()).length];
    """
    assert in_cache(realm, steps) == ["why", 0]


def test_an_abort_ends_put(realm: Any, transport: Any) -> None:
    transport.route("https://example.test/x", FakeResponse([b"begin", Event()]))
    steps = """
        const controller = new AbortController();
        const response = await fetch("/x", { signal: controller.signal });
        const putting = cache.put("/x", response);
        setTimeout(() => controller.abort());
        return [await putting.catch((error) => error.name), (await cache.keys()).length];
    """
    assert in_cache(realm, steps) == ["AbortError", 0]


def test_reading_leaves_no_handles(realm: Any) -> None:
    before = len(realm.environment.handles)
    in_cache(realm, 'await cache.put("/x", new Response("a")); await (await cache.match("/x")).text(); await cache.keys()')
    realm._on_agent(lambda: realm.environment.realm.runtime.collect_garbage())
    realm.settled("new Promise((resolve) => setTimeout(resolve, 1))")
    assert len(realm.environment.handles) == before


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "X-Mine"])
@pytest.mark.parametrize("add", ['cache.add("/x")', 'cache.addAll([new Request("/x"), "/y"])'])
def test_what_was_added_is_kept_under_the_request_as_the_script_made_it(realm: Any, transport: Any, name: str, add: str) -> None:
    transport.route("*", FakeResponse(b"text", headers=[(b"Vary", name.encode())]))
    steps = f"""
        await {add};
        const [key] = await cache.keys("/x", {{ ignoreVary: true }});
        return [(await cache.match("/x"))?.status, (await cache.match(new Request("/x")))?.status, [...key.headers].length,
                await cache.match(new Request("/x", {{ headers: {{ "{name}": "other" }} }})) === undefined];
    """
    found = in_cache(realm, steps)
    # NB: what a script cannot set is the same for all.
    assert found == [200, 200, 0, name != "Accept-Encoding"]
    assert transport.requests[0].header("Accept") == b"*/*"


def test_headers_that_the_script_gave_are_part_of_the_key(realm: Any, transport: Any) -> None:
    transport.route("*", FakeResponse(b"text", headers=[(b"Vary", b"Accept, Accept-Language")]))
    steps = """
        const asked = () => new Request("/x", { headers: { accept: "a/b", "accept-language": "de" } });
        await cache.add(asked());
        return [(await cache.match(asked()))?.status, await cache.match("/x") === undefined, [...(await cache.keys(asked()))[0].headers]];
    """
    assert in_cache(realm, steps) == [200, True, [["accept", "a/b"], ["accept-language", "de"]]]
