from __future__ import annotations

from typing import Any


def test_there_is_one_per_global(realm: Any) -> None:
    assert realm.run("caches === caches && caches instanceof CacheStorage") is True


def test_open_has_keys_delete(realm: Any) -> None:
    script = """(async () => {
        const result = [await caches.has("b")];
        for (const name of ["b", "a", "b", "", "\\ud800"]) await caches.open(name);
        result.push(await caches.has("b"), await caches.keys(), await caches.delete("b"), await caches.delete("b"), await caches.keys());
        return result;
    })()"""
    assert realm.settled(script) == [False, True, ["b", "a", "", "\ud800"], True, False, ["a", "", "\ud800"]]


def test_a_deleted_cache_goes_on_for_those_who_hold_it(realm: Any) -> None:
    script = """(async () => {
        const held = await caches.open("a");
        await held.put("/x", new Response("old"));
        await caches.delete("a");
        const fresh = await caches.open("a");
        await held.put("/y", new Response("more"));
        return [(await held.keys()).length, (await fresh.keys()).length, await (await held.match("/x")).text(), await caches.match("/x") === undefined];
    })()"""
    assert realm.settled(script) == [2, 0, "old", True]


def test_match_asks_the_caches_in_order(realm: Any) -> None:
    script = """(async () => {
        for (const name of ["first", "second", "third"]) {
            const cache = await caches.open(name);
            if (name !== "first") await cache.put("/x", new Response(name));
        }
        const text = async (...args) => (await caches.match(...args))?.text();
        return [await text("/x"), await text("/x", { cacheName: "third" }), await text("/x", { cacheName: "first" }) ?? null, await text("/x", { cacheName: "none" }) ?? null, await text("/y") ?? null];
    })()"""
    assert realm.settled(script) == ["second", "third", None, None, None]


def test_match_with_another_method(realm: Any) -> None:
    script = """(async () => {
        await (await caches.open("a")).put("/x", new Response("x"));
        const request = new Request("/x", { method: "POST" });
        return [await caches.match(request) === undefined, (await caches.match(request, { ignoreMethod: true })).status];
    })()"""
    assert realm.settled(script) == [True, 200]


def test_realms_of_an_origin_share_their_caches_and_others_do_not(another_realm: Any) -> None:
    first, second, foreign = another_realm(), another_realm(), another_realm("https://elsewhere.test/worker.js")
    first.settled('caches.open("a").then((cache) => cache.put("/x", new Response("x")))')
    assert second.settled('caches.match("/x").then((response) => response.text())') == "x"
    assert foreign.settled("caches.keys()") == []


def test_an_opaque_origin_has_no_caches(another_realm: Any) -> None:
    realm = another_realm("data:text/javascript,")
    assert realm.run("isSecureContext") in (True, False)
    if realm.run("typeof caches") != "undefined":
        assert realm.error_of('caches.open("a")').startswith("SecurityError")
