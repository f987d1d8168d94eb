from __future__ import annotations

from typing import Any

import pytest


def test_defaults(realm: Any) -> None:
    script = "(() => { const r = new Response(); return [r.type, r.url, r.redirected, r.status, r.ok, r.statusText, [...r.headers], r.body, r.bodyUsed] })()"
    assert realm.run(script) == ["default", "", False, 200, True, "", [], None, False]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("null, { status: 199 }", "RangeError"),
        ("null, { status: 600 }", "RangeError"),
        ('null, { statusText: "\\n" }', "TypeError"),
        ('"", { status: 204 }', "TypeError"),
        ('"x", { status: 304 }', "TypeError"),
    ],
)
def test_refused(realm: Any, arguments: str, error: str) -> None:
    assert realm.error_of(f"new Response({arguments})").startswith(error)


def test_given_content_type_wins(realm: Any) -> None:
    assert realm.run('new Response("a", { headers: { "content-type": "x/y" } }).headers.get("Content-Type")') == "x/y"


def test_error_is_a_network_error(realm: Any) -> None:
    script = '(() => { const r = Response.error(); return [r.type, r.status, r.ok, r.body] })()'
    assert realm.run(script) == ["error", 0, False, None]


def test_redirect(realm: Any) -> None:
    script = '(() => { const r = Response.redirect("/there", 307); return [r.status, r.headers.get("Location")] })()'
    assert realm.run(script) == [307, "https://example.test/there"]
    assert realm.error_of('Response.redirect("/there", 200)').startswith("RangeError")
    assert realm.error_of('Response.redirect("http://:")').startswith("TypeError")


def test_json(realm: Any) -> None:
    script = '(async () => { const r = Response.json({ a: [1] }, { status: 201 }); return [r.status, r.headers.get("content-type"), await r.json()] })()'
    assert realm.settled(script) == [201, "application/json", {"a": [1]}]
    assert realm.error_of("Response.json(undefined)").startswith("TypeError")


def test_a_clone_has_body_and_headers_of_its_own(realm: Any) -> None:
    script = """(async () => {
        const response = new Response("text", { status: 201, statusText: "Made", headers: { a: "b" } });
        const clone = response.clone();
        clone.headers.set("a", "c");
        return [await response.text(), clone.bodyUsed, await clone.text(), clone.status, clone.statusText, response.headers.get("a")];
    })()"""
    assert realm.settled(script) == ["text", False, "text", 201, "Made", "b"]


def test_a_used_body_cannot_be_cloned(realm: Any) -> None:
    assert realm.error_of('(async () => { const r = new Response("a"); await r.text(); r.clone() })()').startswith("TypeError")
