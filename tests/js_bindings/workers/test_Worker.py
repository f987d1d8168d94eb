from __future__ import annotations

import time
from typing import Any

import pytest

from engine.http.policy_container import ContentSecurityPolicy, PolicyContainer, parse_a_directive_set
from engine.http.response import network_error
from engine.js import Limits

ECHO = "onmessage = (event) => postMessage(event.data)"
OUTCOME = """
  const outcome = (worker) => new Promise((resolve) => {
    worker.onmessage = (event) => resolve(["message", event.data]);
    worker.onerror = (event) => { event.preventDefault(); resolve(["error", event.constructor.name, event.message].filter(Boolean)); };
  });
"""


@pytest.fixture(autouse=True)
def helpers(realm: Any) -> None:
    realm.run(f"{OUTCOME} globalThis.outcome = outcome; undefined")


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def workers_of(realm: Any) -> Any:
    return realm.environment.user_agent.workers


def test_a_worker_has_a_global_of_its_own(realm: Any, site: Any) -> None:
    site.script(
        "/w.js?q",
        "postMessage([name, location.href, location.hash, self instanceof DedicatedWorkerGlobalScope, typeof Worker, origin])",
    )
    assert realm.settled("outcome(new Worker('/w.js?q#part', { name: 'its name' }))") == [
        "message",
        ["its name", "https://example.test/w.js?q#part", "#part", True, "function", "https://example.test"],
    ]


def test_messages_wait_until_its_script_has_run_and_keep_their_order(realm: Any, site: Any) -> None:
    site.script(
        "/w.js", "const seen = []; onmessage = (e) => { seen.push(e.data); if (e.data === 3) postMessage(seen) }"
    )
    assert realm.settled(
        "(() => { const w = new Worker('w.js'); for (const n of [1, 2, 3]) w.postMessage(n); return outcome(w) })()"
    ) == ["message", [1, 2, 3]]


def test_ports_and_buffers_move_into_a_worker(realm: Any, site: Any) -> None:
    site.script("/w.js", "onmessage = ({ data, ports }) => ports[0].postMessage([data.byteLength, ports.length])")
    script = """(async () => {
      const { port1, port2 } = new MessageChannel(), buffer = new ArrayBuffer(8);
      new Worker("w.js").postMessage(buffer, [buffer, port2]);
      return [await new Promise((resolve) => { port1.onmessage = (e) => resolve(e.data) }), buffer.byteLength];
    })()"""
    assert realm.settled(script) == [[8, 1], 0]


@pytest.mark.parametrize("type", ["classic", "module"])
@pytest.mark.parametrize(
    ("parts", "source"),
    [
        ({"status": 404}, ""),
        ({"headers": [(b"Content-Type", b"text/plain")]}, "postMessage('ran')"),
        ({}, "this is no script"),
    ],
    ids=["not found", "wrong MIME type", "syntax error"],
)
def test_a_worker_without_a_script_fires_a_plain_error_event(
    realm: Any, site: Any, type: str, parts: dict[str, Any], source: str
) -> None:
    site.script("/w.js", source, **parts)
    assert realm.settled(f"outcome(new Worker('w.js', {{ type: '{type}' }}))") == ["error", "Event"]
    assert "cannot run" in realm.watcher.messages[-1].text
    wait_until(lambda: not workers_of(realm).all())


def test_the_script_must_be_of_the_same_origin(realm: Any, site: Any) -> None:
    site.script("https://other.test/w.js", ECHO)
    assert realm.settled("outcome(new Worker('https://other.test/w.js'))") == ["error", "Event"]


def test_an_address_that_cannot_be_parsed_throws(realm: Any) -> None:
    assert realm.error_of("new Worker('https://:')").startswith("SyntaxError")
    assert realm.settled("(() => { try { new Worker('https://:') } catch (e) { return e.code } })()") == 12


def test_an_uncaught_error_is_told_to_the_owner(realm: Any, site: Any) -> None:
    site.script("/w.js", "\n  throw new RangeError('too much');")
    script = """new Promise((resolve) => {
      new Worker("w.js").onerror = (e) => {
        e.preventDefault();
        resolve([e.constructor.name, e.message, e.filename, e.lineno, e.colno > 0, e.error, e.cancelable]);
      };
    })"""
    assert realm.settled(script) == [
        "ErrorEvent", "Uncaught RangeError: too much", "https://example.test/w.js", 2, True, None, True,
    ]  # fmt: skip
    assert not realm.watcher.messages


def test_an_error_that_nobody_minds_becomes_the_owners_own_and_is_shown_once(realm: Any, site: Any) -> None:
    site.script("/w.js", "throw new Error('whose?')")
    script = """new Promise((resolve) => {
      self.onerror = (message, filename, lineno, colno, error) => { resolve([message, filename, lineno, error]) };
      new Worker("w.js");
    })"""
    assert realm.settled(script) == ["Uncaught Error: whose?", "https://example.test/w.js", 1, None]
    wait_until(lambda: realm.watcher.messages)
    (message,) = realm.watcher.messages
    assert (message.text, message.place.line, message.uncaught) == ("Uncaught Error: whose?", 1, True)
    assert "w.js" in message.stack


def test_a_worker_can_see_to_its_errors_itself(realm: Any, site: Any) -> None:
    site.script("/w.js", "onerror = (message) => { postMessage(message); return true }; throw new Error('mine')")
    assert realm.settled("outcome(new Worker('w.js'))") == ["message", "Uncaught Error: mine"]


def test_an_unhandled_rejection_is_no_business_of_the_owner(realm: Any, site: Any) -> None:
    site.script("/w.js", "onunhandledrejection = (e) => setTimeout(() => postMessage(e.reason)); Promise.reject('why')")
    assert realm.settled("outcome(new Worker('w.js'))") == ["message", "why"]


def test_terminate_stops_an_endless_loop_and_what_it_has_said(realm: Any, site: Any) -> None:
    site.script("/w.js", "for (;;) postMessage('again')")
    script = """new Promise((resolve) => {
      const worker = new Worker("w.js");
      let heard = 0;
      worker.onmessage = () => {
        heard += 1;
        worker.terminate();
        setTimeout(() => resolve(heard), 20);
      };
    })"""
    assert realm.settled(script) == 1
    wait_until(lambda: not workers_of(realm).all())
    assert not realm.watcher.messages


def test_close_lets_the_present_task_end_and_no_other_begin(realm: Any, site: Any) -> None:
    site.script(
        "/w.js",
        "onmessage = () => { setTimeout(() => postMessage('timer')); close(); postMessage('said after close()') }",
    )
    script = """(async () => {
      const worker = new Worker("w.js"), heard = [];
      worker.onmessage = (e) => heard.push(e.data);
      worker.postMessage(1);
      worker.postMessage(2);
      while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return heard;
    })()"""
    assert realm.settled(script) == ["said after close()"]
    wait_until(lambda: not workers_of(realm).all())
    assert list(realm.environment.user_agent.environments.values()) == [realm.environment]


def test_a_worker_ends_with_its_owner_and_so_do_its_own_workers(realm: Any, site: Any, browser_loop: Any) -> None:
    site.script("/outer.js", "const w = new Worker('inner.js'); w.onmessage = (e) => postMessage(e.data)")
    site.script("/inner.js", "postMessage(location.pathname)")
    assert realm.settled("outcome(new Worker('outer.js'))") == ["message", "/inner.js"]
    user_agent = realm.environment.user_agent
    agents = [worker.agent for worker in user_agent.workers.all()]
    assert len(agents) == 2
    assert {environment.global_kind for environment in user_agent.environments.values()} == {"DedicatedWorker"}
    browser_loop.call_soon_threadsafe(realm.environment.destroy)
    assert all(agent.join(10) for agent in agents)
    assert not user_agent.workers.all()


def test_a_module_worker_loads_what_it_imports(realm: Any, site: Any) -> None:
    site.script(
        "/w.js",
        "import { a } from './lib/a.js'; import('/lib/late.js').then(({ b }) => postMessage([a, b, import.meta.url]))",
    )
    site.script("/lib/a.js", "export * from './b.js'")
    site.script("/lib/b.js", "export const a = 'a'")
    site.script("/lib/late.js", "export const b = 'b'")
    assert realm.settled("outcome(new Worker('w.js', { type: 'module' }))") == [
        "message",
        ["a", "b", "https://example.test/w.js"],
    ]
    sent = {request.url: request for request in site.transport.requests}
    assert sent["https://example.test/lib/b.js"].header("Referer") == b"https://example.test/lib/a.js"
    destinations = {
        path: sent[f"https://example.test{path}"].header("Sec-Fetch-Dest")
        for path in ("/w.js", "/lib/b.js", "/lib/late.js")
    }
    assert destinations == {"/w.js": b"worker", "/lib/b.js": b"worker", "/lib/late.js": b"script"}


@pytest.mark.parametrize("imported", ["/missing.js", "/broken.js", "bare"])
def test_a_module_whose_imports_fail_fires_a_plain_error_event(realm: Any, site: Any, imported: str) -> None:
    site.script("/missing.js", "", status=404)
    site.script("/broken.js", "not a module")
    site.script("/w.js", f"import '{imported}'")
    assert realm.settled("outcome(new Worker('w.js', { type: 'module' }))") == ["error", "Event"]


def test_a_module_worker_imports_json(realm: Any, site: Any) -> None:
    json = {"headers": [(b"Content-Type", b"application/json")]}
    site.script("/data.json", '{"a": 1}', **json)
    site.script("/w.js", """import data from './data.json' with { type: 'json' };
        const late = async (path, attributes) => (await import(path, { with: attributes }).catch(error => ({ default: error.name }))).default;
        Promise.all([late('./data.json', { type: 'json' }), late('./data.json'), late('./w.js', { type: 'json' }), late('./x', { type: 'css' }),
            late('./x', { kind: 'json' })]).then(found => postMessage([data, ...found, import.meta.resolve('./x')]))""")  # fmt: skip
    assert realm.settled("outcome(new Worker('w.js', { type: 'module' }))") == [
        "message",
        [{"a": 1}, {"a": 1}, "TypeError", "TypeError", "TypeError", "TypeError", "https://example.test/x"],
    ]
    [request] = [each for each in site.transport.requests if each.url.endswith("data.json")][:1]
    assert request.header("Sec-Fetch-Dest") == b"json" and request.header("Accept") == b"application/json,*/*;q=0.5"


def test_what_a_module_throws_late_is_reported_once(realm: Any, site: Any) -> None:
    site.script("/w.js", "onunhandledrejection = () => postMessage('rejection'); await 0; throw new Error('late')")
    assert realm.settled("outcome(new Worker('w.js', { type: 'module' }))") == [
        "error",
        "ErrorEvent",
        "Uncaught Error: late",
    ]


def test_a_classic_worker_can_import_modules_later(realm: Any, site: Any) -> None:
    site.script("/w.js", "import('./m.js').then((m) => postMessage(m.default))")
    site.script("/m.js", "export default 7")
    assert realm.settled("outcome(new Worker('w.js'))") == ["message", 7]


def test_import_scripts_is_not_for_module_workers(realm: Any, site: Any) -> None:
    site.script("/w.js", "try { importScripts() } catch (e) { postMessage(e.name) }")
    assert realm.settled("outcome(new Worker('w.js', { type: 'module' }))") == ["message", "TypeError"]
    assert realm.settled("Promise.race([outcome(new Worker('w.js')), 'nothing thrown'])") == "nothing thrown"


def test_scripts_of_other_origins_do_not_tell_their_errors(realm: Any, site: Any) -> None:
    site.script(
        "/w.js",
        "try { importScripts('https://other.test/now.js') } catch (e) { postMessage(e.name) } importScripts('https://other.test/later.js')",
    )
    site.script("https://other.test/now.js", "throw new Error('secret')")
    site.script("https://other.test/later.js", "setTimeout(() => { throw new Error('secret') })")
    script = """new Promise((resolve) => {
      const worker = new Worker("w.js"), heard = [];
      worker.onmessage = (e) => heard.push(e.data);
      worker.onerror = (e) => { e.preventDefault(); resolve([...heard, e.message, e.filename, e.lineno]) };
    })"""
    assert realm.settled(script) == ["NetworkError", "Script error.", "", 0]


def test_a_blob_url_may_be_revoked_at_once(realm: Any) -> None:
    script = """(() => {
      const url = URL.createObjectURL(new Blob(["postMessage([origin, location.protocol])"], { type: "text/javascript" }));
      const worker = new Worker(url);
      URL.revokeObjectURL(url);
      return outcome(worker);
    })()"""
    assert realm.settled(script) == ["message", ["https://example.test", "blob:"]]


def test_a_data_url_belongs_to_no_origin(realm: Any) -> None:
    assert realm.settled("outcome(new Worker('data:,postMessage([origin, isSecureContext])'))") == [
        "message",
        ["null", True],
    ]


def test_the_owners_policies_say_which_workers_there_may_be(realm: Any, site: Any) -> None:
    site.script("/w.js", "postMessage(1)")
    policy = ContentSecurityPolicy(parse_a_directive_set("worker-src data:"), self_origin=realm.environment.origin)
    realm.environment.policy_container = PolicyContainer([policy])
    assert realm.settled("outcome(new Worker('w.js'))") == ["error", "Event"]
    # A local worker is under its owner's policies itself.
    assert (
        realm.settled("outcome(new Worker('data:,new%20Worker(%22w.js%22).onerror=()=>postMessage(2)'))")[0] == "error"
    )
    worker = "data:,new Worker('data:,postMessage(1)').onmessage = () => postMessage(3)"
    assert realm.settled(f'outcome(new Worker("{worker}"))') == ["message", 3]


def test_a_service_worker_is_asked_for_the_client_that_is_being_made(realm: Any, site: Any) -> None:
    asked: list[tuple[str, str, bool]] = []

    async def handle_fetch(request: Any, controller: Any) -> Any:
        client = request.reserved_client
        asked.append((request.destination, client.client_id, client.execution_ready))
        return network_error("the service worker says no") if "no" in request.url.path else None

    realm.environment.user_agent.handle_fetch = handle_fetch
    site.script("/w.js", ECHO)
    site.script("/no.js", ECHO)
    assert realm.settled("(() => { const w = new Worker('w.js'); w.postMessage(1); return outcome(w) })()") == [
        "message",
        1,
    ]
    (worker,) = workers_of(realm).all()
    assert asked == [("worker", worker.environment.client_id, False)]
    assert worker.environment.execution_ready
    assert realm.settled("outcome(new Worker('no.js'))") == ["error", "Event"]


def test_a_task_that_does_not_end_is_stopped_and_the_worker_lives_on(realm: Any, site: Any) -> None:
    realm.environment.user_agent.limits = Limits(task_time=0.1)
    site.script("/w.js", "onmessage = (e) => { if (e.data) postMessage('alive'); else for (;;); }; for (;;);")
    assert realm.settled(
        "(() => { const w = new Worker('w.js'); w.postMessage(0); w.postMessage(1); return outcome(w) })()"
    ) == [
        "message",
        "alive",
    ]
    assert [message.text for message in realm.watcher.messages] == [
        "the script was stopped: it ran longer than 0.1 s"
    ] * 2
