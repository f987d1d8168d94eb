from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import FakeClock, SystemClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.network.fake_transport import FakeResponse, FakeTransport

HELPERS = """
  globalThis.sent = (method, url, { prepare = () => {}, body, until = "loadend" } = {}) => new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    xhr.events = [];
    const note = (who) => (e) => xhr.events.push(who + (e.type === "readystatechange" ? xhr.readyState : `${e.type} ${e.loaded}/${e.total}`));
    xhr.onreadystatechange = note("");
    for (const type of ["loadstart", "progress", "load", "error", "abort", "timeout", "loadend"]) xhr.addEventListener(type, note(""));
    prepare(xhr, note);
    xhr.addEventListener(until, () => resolve(xhr));
    xhr.send(body);
  });
  undefined
"""


class Network:
    def __init__(self, clock: Any) -> None:
        self.transport = FakeTransport(clock)

    def answer(self, path: str, body: Any = b"", **parts: Any) -> None:
        self.transport.route(f"https://example.test{path}", FakeResponse(body, **parts))

    @property
    def sent(self) -> list[Any]:
        return self.transport.requests


@pytest.fixture
def network() -> Network:
    return Network(SystemClock())


@pytest.fixture
def realm(network: Network, new_realm: Callable[..., Any]) -> Any:
    """Replaces the plain realm of the other bindings' tests."""
    return make(new_realm, network)


def make(new_realm: Callable[..., Any], network: Network, **services: Any) -> Any:
    realm = new_realm(
        transport=network.transport,
        preflight_cache=PreflightCache(SystemClock()),
        authentication_entries=AuthenticationEntries(),
        **services,
    )
    realm.run(HELPERS)
    return realm


TEXT = [(b"Content-Type", b"text/plain")]


def test_the_events_of_a_small_response_in_order(realm: Any, network: Network) -> None:
    network.answer("/a", b"hello", headers=TEXT)
    assert realm.settled("(async () => { const x = await sent('GET', '/a'); return [x.events, x.responseText, x.status, x.responseURL] })()") == [
        ["loadstart 0/0", "2", "3", "progress 5/5", "4", "load 5/5", "loadend 5/5"],
        "hello", 200, "https://example.test/a",
    ]  # fmt: skip


def test_a_network_error_is_an_error_event(realm: Any) -> None:
    assert realm.settled("(async () => { const x = await sent('GET', '/missing'); return [x.events, x.status, x.responseText, x.readyState] })()") == [
        ["loadstart 0/0", "4", "error 0/0", "loadend 0/0"], 0, "", 4,
    ]  # fmt: skip


def test_uploads_tell_of_their_progress_when_somebody_listens(realm: Any, network: Network) -> None:
    network.answer("/a")
    script = """(async () => {
      const upload = (xhr, note) => { for (const t of ["loadstart", "progress", "load", "loadend"]) xhr.upload.addEventListener(t, note("up ")) };
      return (await sent("POST", "/a", { body: "12345", prepare: upload })).events;
    })()"""
    events = realm.settled(script)
    assert events[:2] == ["loadstart 0/0", "up loadstart 0/5"]
    assert events[-7:] == ["up load 5/5", "up loadend 5/5", "2", "progress 0/0", "4", "load 0/0", "loadend 0/0"]
    assert network.sent[0].body == b"12345"


def test_what_is_sent_says_what_it_is(realm: Any, network: Network) -> None:
    network.answer("/a")
    for body in ("'text'", "new URLSearchParams('a=1')", "new Blob(['x'], { type: 'image/x' })", "new Uint8Array(2)"):
        realm.settled(f"(async () => {{ await sent('POST', '/a', {{ body: {body} }}) }})()")
    types = [request.header("Content-Type") for request in network.sent]
    assert types == [b"text/plain;charset=UTF-8", b"application/x-www-form-urlencoded;charset=UTF-8", b"image/x", None]
    assert network.sent[3].body == b"\0\0"


def test_text_that_claims_another_encoding_is_corrected(realm: Any, network: Network) -> None:
    network.answer("/a")
    realm.settled(
        "(async () => { await sent('PUT', '/a', { body: 'ü', prepare: (x) => x.setRequestHeader('content-type', 'text/x; charset=latin1; a=b') }) })()"
    )
    assert network.sent[0].header("Content-Type") == b"text/x;charset=UTF-8;a=b"
    assert network.sent[0].body == "ü".encode()


def test_headers_are_combined_and_those_that_are_not_for_scripts_left_out(realm: Any, network: Network) -> None:
    network.answer("/a", headers=[(b"X-One", b"1"), (b"x-one", b"2"), (b"Set-Cookie", b"a=b"), (b"A", b"")])
    script = """(async () => {
      const prepare = (x) => { x.setRequestHeader("X-A", " 1 "); x.setRequestHeader("x-a", "2"); x.setRequestHeader("Cookie", "no") };
      const x = await sent("GET", "/a", { prepare });
      return [x.getResponseHeader("X-ONE"), x.getResponseHeader("none"), x.getAllResponseHeaders()];
    })()"""
    assert realm.settled(script) == ["1, 2", None, "a: \r\ncontent-length: 0\r\nx-one: 1, 2\r\n"]
    assert network.sent[0].header("X-A") == b"1, 2"
    assert network.sent[0].header("Cookie") is None


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("new XMLHttpRequest().send()", "InvalidStateError"),
        ("new XMLHttpRequest().setRequestHeader('a', 'b')", "InvalidStateError"),
        ("new XMLHttpRequest().open('a b', '/')", "SyntaxError"),
        ("new XMLHttpRequest().open('track', '/')", "SecurityError"),
        ("new XMLHttpRequest().open('GET', 'https://:')", "SyntaxError"),
        ("{ const x = new XMLHttpRequest(); x.open('GET', '/'); x.setRequestHeader('a b', '') }", "SyntaxError"),
        ("{ const x = new XMLHttpRequest(); x.responseType = 'json'; x.responseText }", "InvalidStateError"),
        ("new XMLHttpRequest().open('GET')", "TypeError"),
    ],
)
def test_misuse_throws(realm: Any, script: str, error: str) -> None:
    assert realm.error_of(script).startswith(f"{error}:")


@pytest.mark.parametrize(
    ("response_type", "see", "expected"),
    [
        ("", "x.response", '{"a":"ü"}'),
        ("text", "x.response", '{"a":"ü"}'),
        ("json", "x.response.a", "ü"),
        (
            "arraybuffer",
            "[x.response.constructor.name, x.response.byteLength, x.response === x.response]",
            ["ArrayBuffer", 10, True],
        ),
        ("blob", "[x.response.size, x.response.type, x.response === x.response]", [10, "application/json", True]),
        ("document", "x.responseType", ""),
    ],
)
def test_every_type_of_response(realm: Any, network: Network, response_type: str, see: str, expected: Any) -> None:
    network.answer("/a", '{"a":"ü"}'.encode(), headers=[(b"Content-Type", b"application/json")])
    script = f"(async () => {{ const x = await sent('GET', '/a', {{ prepare: (x) => {{ x.responseType = '{response_type}' }} }}); return {see} }})()"
    assert realm.settled(script) == expected


def test_what_is_no_json_is_null(realm: Any, network: Network) -> None:
    network.answer("/a", b"{")
    assert (
        realm.settled(
            "(async () => (await sent('GET', '/a', { prepare: (x) => { x.responseType = 'json' } })).response)()"
        )
        is None
    )


def test_the_encoding_is_what_the_response_says_unless_it_is_overridden(realm: Any, network: Network) -> None:
    network.answer("/a", b"\xe4", headers=[(b"Content-Type", b"text/plain;charset=windows-1252")])
    network.answer("/b", b"\xe4", headers=TEXT)
    network.answer(
        "/xml", b'<?xml version="1.0" encoding="windows-1252"?><a>\xe4</a>', headers=[(b"Content-Type", b"text/xml")]
    )
    override = "{ prepare: (x) => x.overrideMimeType('text/plain; charset=windows-1251') }"
    script = f"Promise.all([sent('GET', '/a'), sent('GET', '/a', {override}), sent('GET', '/b'), sent('GET', '/xml')]).then((all) => all.map((x) => x.responseText.at(-5) ?? x.responseText))"
    assert realm.settled(script) == ["ä", "д", "\ufffd", "ä"]


def test_abort_is_told_and_nothing_comes_after(realm: Any, network: Network) -> None:
    network.answer("/a", b"hello")
    script = """(async () => {
      const x = new XMLHttpRequest(), events = [];
      for (const type of ["readystatechange", "abort", "load", "loadend"]) x.addEventListener(type, () => events.push(type + x.readyState));
      x.open("GET", "/a");
      x.send();
      x.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [events, x.readyState, x.status];
    })()"""
    assert realm.settled(script) == [["readystatechange1", "readystatechange4", "abort4", "loadend4"], 0, 0]


def test_a_timeout_is_told(
    network: Network, new_realm: Callable[..., Any], browser_loop: asyncio.AbstractEventLoop
) -> None:
    clock = FakeClock()
    network = Network(clock)
    network.answer("/a", delay=1.0)
    realm = make(new_realm, network, clock=clock)
    realm.run("globalThis.over = sent('GET', '/a', { prepare: (x) => { x.timeout = 500 } }); undefined")
    while not network.sent:
        time.sleep(0.001)
    clock.advance(0.6)
    assert realm.settled("over.then((x) => x.events)") == [
        "loadstart 0/0", "4", "timeout 0/0", "loadend 0/0",
    ]  # fmt: skip


SYNCHRONOUS = """(() => {
  const x = new XMLHttpRequest(), events = [];
  x.onreadystatechange = () => events.push(x.readyState);
  for (const type of ["loadstart", "progress", "load", "loadend", "error"]) x.addEventListener(type, () => events.push(type));
  x.open("GET", "/a", false);
  x.responseType = "json";
  x.send();
  return [events, x.status, x.response];
})()"""


def test_a_synchronous_request_waits(realm: Any, network: Network) -> None:
    network.answer("/a", b"[1,2]")
    assert realm.run(SYNCHRONOUS) == [[1, 4, "load", "loadend"], 200, [1, 2]]


def test_a_synchronous_request_that_fails_throws(realm: Any) -> None:
    assert realm.error_of(SYNCHRONOUS).startswith("NetworkError:")


def test_a_request_can_be_opened_anew_while_it_runs(realm: Any, network: Network) -> None:
    network.answer("/a", b"first")
    network.answer("/b", b"second")
    script = """new Promise((resolve) => {
      const x = new XMLHttpRequest(), loads = [];
      x.onload = () => { loads.push(x.responseText); if (x.responseText === "second") setTimeout(() => resolve(loads), 20) };
      x.open("GET", "/a");
      x.send();
      x.open("GET", "/b");
      x.send();
    })"""
    assert realm.settled(script) == ["second"]
