from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

COUNTER = "let count = 0; onconnect = (e) => e.ports[0].postMessage([++count, name, e.data, e.source === e.ports[0], e.constructor.name])"
OUTCOME = """
  globalThis.outcome = (worker) => new Promise((resolve) => {
    worker.port.onmessage = (event) => resolve(["message", event.data]);
    worker.onerror = (event) => resolve(["error", event.constructor.name]);
  });
  undefined
"""


@pytest.fixture
def new_page(new_owner: Callable[..., Any], with_shared_workers: Callable[[Any], Any]) -> Callable[..., Any]:
    """Makes realms of one browser that can have shared workers."""
    first: list[Any] = []

    def new_page(**services: Any) -> Any:
        if first:
            services["workers"] = first[0].environment.user_agent.workers
        page = with_shared_workers(new_owner(**services))
        if first:
            # One user agent for all: the realm's own had only been its maker's.
            page.environment.user_agent = first[0].environment.user_agent
        first.append(page)
        page.run(OUTCOME)
        return page

    return new_page


def wait_until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_those_who_ask_for_the_same_get_the_same(new_page: Any, site: Any) -> None:
    site.script("/s.js", COUNTER)
    site.script("/s.js?another", COUNTER)
    page, other = new_page(), new_page()
    assert page.settled("outcome(new SharedWorker('s.js', 'n'))") == ["message", [1, "n", "", True, "MessageEvent"]]
    assert other.settled("outcome(new SharedWorker('s.js', { name: 'n' }))")[1][0] == 2
    assert other.settled("outcome(new SharedWorker('s.js', { name: 'another' }))")[1][0] == 1
    assert other.settled("outcome(new SharedWorker('s.js?another', 'n'))")[1][0] == 1


def test_those_who_ask_while_it_starts_are_connected_in_order(new_page: Any, site: Any) -> None:
    site.script("/s.js", "let count = 0; onconnect = (e) => e.ports[0].postMessage(++count)")
    script = "Promise.all([1, 2, 3].map(() => outcome(new SharedWorker('s.js'))))"
    assert new_page().settled(script) == [["message", 1], ["message", 2], ["message", 3]]


@pytest.mark.parametrize("options", ["{ type: 'module' }", "{ credentials: 'omit' }"])
def test_those_who_ask_for_something_else_under_the_same_name_are_refused(
    new_page: Any, site: Any, options: str
) -> None:
    site.script("/s.js", COUNTER)
    page = new_page()
    assert page.settled("outcome(new SharedWorker('s.js'))")[0] == "message"
    assert page.settled(f"outcome(new SharedWorker('s.js', {options}))") == ["error", "Event"]


def test_all_who_wait_for_a_script_that_cannot_be_had_are_told(new_page: Any, site: Any) -> None:
    site.script("/s.js", "", status=404)
    script = "Promise.all([1, 2].map(() => outcome(new SharedWorker('s.js'))))"
    page = new_page()
    assert page.settled(script) == [["error", "Event"], ["error", "Event"]]
    site.script("/s.js", COUNTER)
    assert page.settled("outcome(new SharedWorker('s.js'))")[0] == "message"


def test_errors_of_its_script_are_nobodys_but_are_shown(new_page: Any, site: Any) -> None:
    site.script(
        "/s.js", "onconnect = (e) => { setTimeout(() => e.ports[0].postMessage('after')); throw new Error('mine') }"
    )
    page = new_page()
    page.run("onerror = () => { globalThis.failed = true }; undefined")
    assert page.settled("outcome(new SharedWorker('s.js'))") == ["message", "after"]
    assert page.run("globalThis.failed === undefined")
    assert [message.text for message in page.watcher.messages] == ["Uncaught Error: mine"]


def test_it_lives_as_long_as_its_last_owner(new_page: Any, site: Any, browser_loop: Any) -> None:
    site.script("/s.js", COUNTER)
    page, other = new_page(), new_page()
    workers = page.environment.user_agent.workers
    for owner in (page, other):
        assert owner.settled("outcome(new SharedWorker('s.js'))")[0] == "message"
    (worker,) = workers.all()
    browser_loop.call_soon_threadsafe(page.environment.destroy)
    assert other.settled("outcome(new SharedWorker('s.js'))")[1][0] == 3
    browser_loop.call_soon_threadsafe(other.environment.destroy)
    assert worker.agent.join(10)
    wait_until(lambda: not workers.all() and not workers.shared)


def test_one_that_has_closed_itself_is_not_found_again(new_page: Any, site: Any) -> None:
    site.script("/s.js", "let count = 0; onconnect = (e) => { close(); e.ports[0].postMessage(++count) }")
    page = new_page()
    for _ in range(2):
        assert page.settled("outcome(new SharedWorker('s.js'))") == ["message", 1]


def test_its_port_can_be_listened_to_late(new_page: Any, site: Any) -> None:
    site.script("/s.js", "onconnect = (e) => e.ports[0].postMessage('hello')")
    script = """(async () => {
      const { port } = new SharedWorker("s.js");
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Promise((resolve) => { port.addEventListener("message", (e) => resolve(e.data)); port.start() });
    })()"""
    assert new_page().settled(script) == "hello"


def test_objects_that_nobody_has_any_more_are_forgotten_while_the_worker_lives(new_page: Any, site: Any) -> None:
    site.script("/s.js", COUNTER)
    page = new_page()
    page.settled("(async () => { for (let i = 0; i < 5; i++) await outcome(globalThis.kept = new SharedWorker('s.js')) })()")
    (worker,) = page.environment.user_agent.workers.all()

    def is_only_what_is_kept() -> bool:
        page._on_agent(page.environment.agent.runtime.collect_garbage)
        page.run("0")
        return len(worker.objects) == 1

    wait_until(is_only_what_is_kept)
    assert page.settled("outcome(new SharedWorker('s.js'))")[1][0] == 6
