from __future__ import annotations

from typing import Any

import pytest


def test_url_is_parsed_against_the_base(realm: Any) -> None:
    assert realm.run('new Request("../a?b#c").url') == "https://example.test/a?b#c"


@pytest.mark.parametrize(
    "arguments",
    [
        '"http://a:b@c/"',
        '"http://"',
        '"/", { mode: "navigate" }',
        '"/", { method: "CONNECT" }',
        '"/", { method: "a b" }',
        '"/", { window: 1 }',
        '"/", { cache: "only-if-cached" }',
        '"/", { body: "a" }',
        '"/", { method: "HEAD", body: "a" }',
        '"/", { mode: "no-cors", method: "PUT" }',
        '"/", { referrer: "http://:" }',
        '"/", { method: "POST", body: new ReadableStream() }',
        '"/", { method: "POST", body: new ReadableStream(), duplex: "half", mode: "no-cors" }',
        '"/", { method: "POST", body: new ReadableStream(), duplex: "half", keepalive: true }',
    ],
)
def test_refused_with_a_type_error(realm: Any, arguments: str) -> None:
    assert realm.error_of(f"new Request({arguments})").startswith("TypeError")


def test_defaults(realm: Any) -> None:
    names = ["method", "mode", "credentials", "cache", "redirect", "referrer", "referrerPolicy", "integrity", "destination", "keepalive", "duplex"]
    assert realm.run(f"(() => {{ const r = new Request('/'); return {names}.map((name) => r[name]) }})()") == [
        "GET", "cors", "same-origin", "default", "follow", "about:client", "", "", "", False, "half",
    ]


def test_known_methods_are_uppercased_and_others_are_not(realm: Any) -> None:
    assert realm.run('["post", "patch"].map((method) => new Request("/", { method }).method)') == ["POST", "patch"]


def test_referrer(realm: Any) -> None:
    script = """["", "/here", "https://elsewhere.test/", "about:client"].map((referrer) => new Request("/", { referrer }).referrer)"""
    assert realm.run(script) == ["", "https://example.test/here", "about:client", "about:client"]


def test_a_copy_takes_over_what_init_does_not_say(realm: Any) -> None:
    script = """(() => {
        const first = new Request("/a", { method: "POST", headers: { a: "b" }, credentials: "omit", cache: "no-store", body: "x" });
        const second = new Request(first, { headers: { c: "d" }, cache: "reload" });
        return [second.url, second.method, second.credentials, second.cache, [...second.headers], first.bodyUsed, second.bodyUsed];
    })()"""
    assert realm.run(script) == [
        "https://example.test/a", "POST", "omit", "reload", [["c", "d"], ["content-type", "text/plain;charset=UTF-8"]][:1], True, False,
    ]


def test_a_copy_has_headers_of_its_own(realm: Any) -> None:
    script = """(() => {
        const first = new Request("/a", { headers: { a: "b" } });
        new Request(first).headers.set("a", "c");
        first.clone().headers.set("a", "d");
        return first.headers.get("a");
    })()"""
    assert realm.run(script) == "b"


def test_a_failed_construction_leaves_the_given_body_alone(realm: Any) -> None:
    script = """(() => {
        const first = new Request("/a", { method: "POST", body: "x" });
        try { new Request(first, { method: "GET" }) } catch {}
        return first.bodyUsed;
    })()"""
    assert realm.run(script) is False


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('"a"', "text/plain;charset=UTF-8"),
        ('new URLSearchParams("a=b")', "application/x-www-form-urlencoded;charset=UTF-8"),
        ('new Blob(["a"], { type: "image/x" })', "image/x"),
        ('new Blob(["a"])', None),
        ("new Uint8Array(2)", None),
        ("new ArrayBuffer(2)", None),
    ],
)
def test_the_body_says_its_type(realm: Any, body: str, content_type: str | None) -> None:
    assert realm.run(f'new Request("/", {{ method: "POST", body: {body} }}).headers.get("Content-Type")') == content_type


def test_the_signal_follows_the_given_one(realm: Any) -> None:
    script = """(() => {
        const controller = new AbortController();
        const first = new Request("/", { signal: controller.signal });
        const copy = new Request(first);
        const clone = first.clone();
        const free = new Request(first, { signal: null });
        controller.abort("why");
        return [first, copy, clone, free].map((request) => request.signal.aborted && request.signal.reason).concat(first.signal === first.signal, first.signal === controller.signal);
    })()"""
    assert realm.run(script) == ["why", "why", "why", False, True, False]


def test_changing_the_buffer_later_does_not_change_the_body(realm: Any) -> None:
    script = """(() => {
        const bytes = new Uint8Array([97]);
        const request = new Request("/", { method: "POST", body: bytes });
        bytes[0] = 98;
        return request.text();
    })()"""
    assert realm.settled(script) == "a"
