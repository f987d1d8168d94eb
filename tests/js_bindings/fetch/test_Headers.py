from __future__ import annotations

from typing import Any

import pytest


def test_iteration_sorts_lowercases_and_combines(realm: Any) -> None:
    assert realm.run('[...new Headers([["b", "1"], ["A", "2"], ["B", "3"]])]') == [["a", "2"], ["b", "1, 3"]]


def test_iteration_never_combines_cookies(realm: Any) -> None:
    headers = 'new Headers([["set-cookie", "a=1"], ["z", "1"], ["Set-Cookie", "b=2"]])'
    assert realm.run(f"[...{headers}]") == [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["z", "1"]]
    assert realm.run(f"{headers}.getSetCookie()") == ["a=1", "b=2"]


def test_iteration_sees_what_is_appended_on_the_way(realm: Any) -> None:
    script = """(() => {
        const headers = new Headers({ a: "1", b: "2" });
        const seen = [];
        for (const [name] of headers) { seen.push(name); if (name === "a") headers.append("c", "3"); }
        return seen;
    })()"""
    assert realm.run(script) == ["a", "b", "c"]


def test_iteration_sees_what_is_deleted_on_the_way(realm: Any) -> None:
    script = """(() => {
        const headers = new Headers({ a: "1", b: "2", c: "3" });
        const seen = [];
        for (const [name] of headers) { seen.push(name); headers.delete("b"); }
        return seen;
    })()"""
    assert realm.run(script) == ["a", "c"]


def test_set_keeps_the_place_and_the_case_of_the_first(realm: Any) -> None:
    script = """(async () => {
        const request = new Request("/", { headers: [["X-One", "1"], ["two", "2"], ["x-one", "3"]] });
        request.headers.set("x-ONE", "4");
        return [...request.headers];
    })()"""
    assert realm.settled(script) == [["two", "2"], ["x-one", "4"]]


@pytest.mark.parametrize("name", ["", "a b", "é", "a:"])
def test_a_name_that_is_none_is_a_type_error(realm: Any, name: str) -> None:
    assert realm.error_of(f"new Headers().get({name!r})").startswith("TypeError")


@pytest.mark.parametrize("value", ["a\\nb", "a\\0", "a\\rb"])
def test_a_value_that_is_none_is_a_type_error(realm: Any, value: str) -> None:
    assert realm.error_of(f'new Headers().append("a", "{value}")').startswith("TypeError")


def test_values_lose_the_whitespace_around_them(realm: Any) -> None:
    assert realm.run('new Headers([["a", " \\t\\r\\n b c \\n"]]).get("a")') == "b c"


def test_guard_request_drops_forbidden_headers(realm: Any) -> None:
    headers = '{ Cookie: "a", "Proxy-X": "b", "Sec-X": "c", "X-HTTP-Method": "GET, TRACE", "X-Method-Override": "GET", ok: "1" }'
    assert realm.run(f'[...new Request("/", {{ headers: {headers} }}).headers]') == [["ok", "1"], ["x-method-override", "GET"]]


def test_guard_response_drops_cookies(realm: Any) -> None:
    assert realm.run('[...new Response(null, { headers: { "Set-Cookie2": "a", b: "c" } }).headers]') == [["b", "c"]]


def test_guard_no_cors_keeps_simple_headers_only(realm: Any) -> None:
    script = """(() => {
        const { headers } = new Request("/", { mode: "no-cors", headers: { Accept: "a", "X-A": "b", "Content-Type": "text/html", Range: "bytes=0-1" } });
        headers.append("Content-Language", "de");
        headers.append("Accept", "x".repeat(130));
        return [...headers];
    })()"""
    assert realm.run(script) == [["accept", "a"], ["content-language", "de"]]


def test_guard_immutable_throws(realm: Any) -> None:
    assert realm.error_of('Response.error().headers.set("a", "b")').startswith("TypeError")


def test_a_headers_object_may_be_the_init(realm: Any) -> None:
    assert realm.run('[...new Headers(new Headers({ a: "b" }))]') == [["a", "b"]]


def test_a_pair_has_two_items(realm: Any) -> None:
    assert realm.error_of('new Headers([["a"]])').startswith("TypeError")
