from __future__ import annotations

from typing import Any

import pytest

from engine.event_loop import Event
from engine.http.body import Body
from engine.http.response import Response
from engine.ops import fetch


def test_a_response_is_read(realm: Any, network: Any) -> None:
    network.answer("/a", body=b"hello", status=201, headers=[(b"X-A", b"b"), (b"Set-Cookie", b"a=1")], status_message=b"Made")
    script = """(async () => {
        const response = await fetch("/a#b");
        return [response.status, response.statusText, response.type, response.url, response.redirected, response.headers.get("x-a"), response.headers.has("set-cookie"), await response.text()];
    })()"""
    assert realm.settled(script) == [201, "Made", "basic", "https://example.test/a", False, "b", False, "hello"]


def test_headers_of_a_response_are_immutable(realm: Any, network: Any) -> None:
    network.answer("/a")
    assert realm.error_of('fetch("/a").then((response) => response.headers.set("a", "b"))').startswith("TypeError")


def test_a_redirect_is_followed(realm: Any, network: Any) -> None:
    network.answer("/a", status=302, headers=[(b"Location", b"/b")])
    network.answer("/b", body=b"there")
    assert realm.settled('fetch("/a").then(async (r) => [r.url, r.redirected, await r.text()])') == ["https://example.test/b", True, "there"]


def test_a_network_error_is_a_type_error_and_the_reason_is_for_the_developer(realm: Any) -> None:
    assert realm.error_of('fetch("/nowhere")') == "TypeError: Failed to fetch"
    (message,) = realm.watcher.messages
    assert message.level == "error" and "https://example.test/nowhere" in message.text


def test_what_the_constructor_throws_is_a_rejection(realm: Any) -> None:
    assert realm.error_of('fetch("http://")').startswith("TypeError")


def test_bodies_of_every_kind_are_sent(realm: Any, network: Any) -> None:
    network.answer("/up")
    for body in ('"hé"', "new Uint8Array([1, 2])", 'new Blob(["a", "b"])', 'new URLSearchParams("q=1")'):
        assert realm.settled(f'fetch("/up", {{ method: "POST", body: {body} }}).then((r) => r.status)') == 200
    assert [request.body for request in network.sent] == ["hé".encode(), b"\1\2", b"ab", b"q=1"]


@pytest.fixture
def echo(realm: Any) -> Any:
    """A realm whose requests a service worker answers with their own bodies."""

    async def handle_fetch(request: Any, controller: Any) -> Response:
        return Response(body=request.body)

    realm.environment.active_service_worker = object()
    realm.environment.user_agent.handle_fetch = handle_fetch
    return realm


STREAM = "new ReadableStream({ pull(c) { globalThis.pulls = (globalThis.pulls ?? 0) + 1; c.enqueue(new Uint8Array(50000).fill(pulls)); if (pulls === LAST) c.close() } }, { highWaterMark: 0 })"


def test_a_stream_is_sent(echo: Any) -> None:
    script = f'fetch("/up", {{ method: "POST", duplex: "half", body: {STREAM.replace("LAST", "20")} }}).then(async (r) => [...await r.bytes()].reduce((a, b) => a + b))'
    assert echo.settled(script) == 50000 * 210


def test_a_stream_needs_a_preflight(echo: Any) -> None:
    asked = []

    async def handle_fetch(request: Any, controller: Any) -> Response:
        asked.append(request.use_cors_preflight)
        return Response()

    echo.environment.user_agent.handle_fetch = handle_fetch
    for body in ("new ReadableStream()", '"text"'):
        echo.settled(f'fetch("/up", {{ method: "POST", duplex: "half", body: {body} }}).then(() => 1)')
    assert asked == [True, False]


def test_a_stream_is_pulled_no_faster_than_it_is_read(echo: Any) -> None:
    script = f"""(async () => {{
        const response = await fetch("/up", {{ method: "POST", duplex: "half", body: {STREAM.replace("LAST", "1000")} }});
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve));
        const before = pulls;
        await response.body.cancel("enough");
        return before;
    }})()"""
    assert echo.settled(script) < 30


def test_a_stream_is_cancelled_when_nobody_wants_its_bytes(echo: Any) -> None:
    script = """new Promise((resolve) => {
        const body = new ReadableStream({ cancel: () => resolve("cancelled") });
        fetch("/up", { method: "POST", duplex: "half", body }).then((response) => response.body.cancel());
    })"""
    assert echo.settled(script) == "cancelled"


def test_a_stream_that_fails_fails_its_reader(echo: Any) -> None:
    body = 'new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)); c.error(new DOMException("m", "DataError")) } })'
    assert echo.error_of(f'fetch("/up", {{ method: "POST", duplex: "half", body: {body} }}).then((r) => r.text())') == "DataError: m"


def test_a_stream_of_something_else_fails_its_reader(echo: Any) -> None:
    body = 'new ReadableStream({ start(c) { c.enqueue("text") } })'
    assert echo.error_of(f'fetch("/up", {{ method: "POST", duplex: "half", body: {body} }}).then((r) => r.text())').startswith("TypeError")


def test_an_abort_cancels_the_stream_that_is_sent(echo: Any) -> None:
    script = """new Promise((resolve) => {
        const controller = new AbortController();
        const body = new ReadableStream({ cancel: resolve });
        fetch("/up", { method: "POST", duplex: "half", body, signal: controller.signal }).catch(() => undefined);
        controller.abort("why");
    })"""
    assert echo.settled(script) == "why"


def test_sending_uses_the_body_up(realm: Any, network: Any) -> None:
    network.answer("/up")
    script = """(async () => {
        const request = new Request("/up", { method: "POST", body: "x" });
        await fetch(request);
        return [request.bodyUsed, await fetch(request).catch((error) => error.name)];
    })()"""
    assert realm.settled(script) == [True, "TypeError"]


def test_a_body_comes_in_pieces(realm: Any, network: Any) -> None:
    network.answer("/a", b"one", b"two", b"three")
    script = '(async () => { let text = ""; for await (const chunk of (await fetch("/a")).body) text += String.fromCharCode(...chunk); return text })()'
    assert realm.settled(script) == "onetwothree"


def test_a_clone_of_a_network_body_reads_the_same(realm: Any, network: Any) -> None:
    network.answer("/a", b"one", b"two")
    script = "fetch('/a').then(async (r) => { const c = r.clone(); return [await r.text(), await new Response(c.body).text()] })"
    assert realm.settled(script) == ["onetwo", "onetwo"]


def test_aborted_before_it_began(realm: Any) -> None:
    script = """(async () => {
        const controller = new AbortController();
        controller.abort("why");
        return fetch("/a", { signal: controller.signal }).catch((reason) => [reason]);
    })()"""
    assert realm.settled(script) == ["why"]


def test_aborted_before_the_response(realm: Any, network: Any) -> None:
    network.answer("/slow", delay=3600)
    script = """(async () => {
        const controller = new AbortController();
        const fetching = fetch("/slow", { signal: controller.signal });
        setTimeout(() => controller.abort());
        return fetching.catch((error) => [error instanceof DOMException, error.name]);
    })()"""
    assert realm.settled(script) == [True, "AbortError"]


def test_aborted_while_the_body_comes(realm: Any, network: Any) -> None:
    for path in ("/text", "/stream", "/later"):
        network.answer(path, b"begin", Event(), b"end")
    script = """(async () => {
        const controller = new AbortController();
        const { signal } = controller;
        const [text, stream, later] = await Promise.all(["/text", "/stream", "/later"].map((path) => fetch(path, { signal })));
        const reading = text.text();
        const reader = stream.body.getReader();
        await reader.read();
        controller.abort("why");
        const reasons = [];
        for (const promise of [reading, reader.read(), later.text(), later.text()]) await promise.catch((reason) => reasons.push(reason));
        return [reasons, later.bodyUsed];
    })()"""
    assert realm.settled(script) == [["why", "why", "why", "why"], False]


def test_an_abort_closes_the_connection(realm: Any, network: Any) -> None:
    network.answer("/a", b"begin", Event())
    script = """(async () => {
        const controller = new AbortController();
        await fetch("/a", { signal: controller.signal });
        controller.abort();
    })()"""
    realm.settled(script)
    realm.settled("new Promise((resolve) => setTimeout(resolve, 1))")
    assert network.transport.open_bodies == 0


def test_reading_and_cancelling_at_once(realm: Any, network: Any) -> None:
    network.answer("/a", b"begin", Event())
    script = """(async () => {
        const reader = (await fetch("/a")).body.getReader();
        const reading = reader.read();
        await reader.cancel();
        return (await reading).done;
    })()"""
    assert realm.settled(script) is True


def test_cancelling_the_stream_closes_the_connection(realm: Any, network: Any) -> None:
    network.answer("/a", b"begin", Event())
    realm.settled('fetch("/a").then((response) => response.body.cancel())')
    realm.settled("new Promise((resolve) => setTimeout(resolve, 1))")
    assert network.transport.open_bodies == 0


def collect_garbage(realm: Any) -> None:
    """The finalizers run as tasks of their own, and post to the browser's thread."""
    realm._on_agent(lambda: realm.environment.realm.runtime.collect_garbage())
    realm.settled("new Promise((resolve) => setTimeout(resolve, 1))")
    realm.settled("caches && 1")


def test_a_response_that_nobody_keeps_is_let_go(realm: Any, network: Any) -> None:
    network.answer("/a", b"begin", Event())
    realm.settled('fetch("/a").then(() => undefined)')
    collect_garbage(realm)
    assert network.transport.open_bodies == 0
    assert len(realm.environment.handles) == 0


def test_a_small_body_that_nobody_reads_frees_its_connection(realm: Any, network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ops.fetch.PATIENCE", 0)
    network.answer("/a", b"one", b"two")
    realm.settled('fetch("/a").then((response) => { globalThis.kept = response })')
    for _ in range(100):
        if network.transport.open_bodies == 0:
            break
        realm.settled("new Promise((resolve) => setTimeout(resolve, 5))")
    assert network.transport.open_bodies == 0
    assert realm.settled("kept.text()") == "onetwo"


def test_reading_leaves_no_handles(realm: Any, network: Any) -> None:
    network.answer("/a", b"one", b"two")
    realm.settled("""(async () => {
        await (await fetch("/a")).text();
        for await (const chunk of (await fetch("/a")).body);
        const response = await fetch("/a");
        const clone = response.clone();
        await Promise.all([response.arrayBuffer(), clone.text()]);
    })()""")
    assert realm.environment.handles.of_kind(Body) == []
    assert not fetch._controllers[realm.environment]
    collect_garbage(realm)
    assert len(realm.environment.handles) == 0


def test_a_long_lived_signal_forgets_fetches_that_are_over(realm: Any, network: Any) -> None:
    network.answer("/a", body=b"x")
    network.answer("/b", status=204)
    realm.settled("""(async () => {
        globalThis.controller = new AbortController();
        const { signal } = controller;
        for (let i = 0; i < 5; i++) await (await fetch("/a", { signal })).text();
        await fetch("/b", { signal });
        await fetch("/nowhere", { signal }).catch(() => undefined);
    })()""")

    def followers() -> Any:
        js = realm.environment.realm
        implementation_of = js.get_property(realm.environment.bindings.load("webidl/platform_objects.js"), "implementation_of")
        implementation = js.call(implementation_of, js.eval_script("controller.signal"))
        return implementation.get("observed_dependent_signals").get("size")

    assert realm._on_agent(followers) == 0


def test_the_end_of_the_realm_ends_what_it_was_sending(realm: Any, network: Any) -> None:
    network.answer("/up")
    realm.run('fetch("/up", { method: "POST", duplex: "half", body: new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)) } }) }); undefined')
    network.on_the_browser_thread(realm.environment.destroy)
    realm.environment.agent.begin_closing()
    assert realm.environment.agent.join(5)


def test_a_signal_does_not_keep_responses_that_nobody_has(realm: Any, network: Any) -> None:
    network.answer("/a", b"begin", Event())
    network.answer("/b", b"x" * 10)
    realm.settled("""(async () => {
        globalThis.controller = new AbortController();
        const { signal } = controller;
        for (let i = 0; i < 5; i++) await fetch("/a", { signal });
        globalThis.kept = await fetch("/a", { signal });
        globalThis.reader = (await fetch("/a", { signal })).body.getReader();
        await reader.read();
    })()""")
    collect_garbage(realm)
    assert network.transport.open_bodies == 2
    error = realm.error_of("(globalThis.controller.abort(), kept.text())")
    assert error.startswith("AbortError")
    assert realm.error_of("reader.read()").startswith("AbortError")
