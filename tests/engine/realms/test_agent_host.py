"""What becomes of errors that no script caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.js import Limits
from engine.realms import Reports


@pytest.fixture
def reported(new_realm: Callable[..., Any]) -> Any:
    """A realm whose agent reports as in a browser."""
    realm = new_realm()
    environment = realm.environment
    interruptions: list[int] = []
    reports = Reports(environment.user_agent, lambda: interruptions.append(1))
    reports.environment = environment
    environment.agent._host = reports
    realm.interruptions = interruptions
    return realm


def task(realm: Any, script: str) -> None:
    realm.environment.agent.queue_a_task(
        "engine", lambda: realm.environment.realm.eval_script(script, "https://a.test/x.js")
    )
    realm.run("0")
    realm.run("0")


@pytest.mark.parametrize("thrown", ["new Error('mine')", "'mine'", "{ toString() { return 'mine' } }"])
def test_an_uncaught_error_is_told_to_the_global_and_then_to_the_embedder(reported: Any, thrown: str) -> None:
    reported.run(
        "globalThis.seen = []; self.addEventListener('error', (event) => seen.push(event.error === thrown)); 0"
    )
    task(reported, f"globalThis.thrown = {thrown}; throw thrown")
    assert reported.run("seen") == [True]
    assert [("mine" in message.text, message.uncaught) for message in reported.watcher.messages] == [(True, True)]


def test_a_buffer_that_was_thrown_is_the_very_same_in_the_event(reported: Any) -> None:
    reported.run("self.onerror = (m, f, l, c, error) => { globalThis.same = error === thrown; return true }; 0")
    task(reported, "globalThis.thrown = new ArrayBuffer(3); throw thrown")
    assert reported.run("same") is True
    assert reported.watcher.messages == []


def test_unhandled_rejections_are_told_with_their_reason(reported: Any) -> None:
    reported.run(
        "self.onunhandledrejection = (event) => { globalThis.same = event.reason === reason; event.preventDefault() }; 0"
    )
    task(reported, "globalThis.reason = new Uint8Array(2); Promise.reject(reason); 0")
    assert reported.run("same") is True
    assert reported.watcher.messages == []


def test_a_script_that_was_stopped_is_told_to_the_embedder(new_realm: Callable[..., Any], reported: Any) -> None:
    agent = reported.environment.agent
    object.__setattr__(agent.runtime, "limits", Limits(task_time=0.02))
    task(reported, "for (;;);")
    assert [message.text for message in reported.watcher.messages] == [
        "the script was stopped: it ran longer than 0.02 s"
    ]
    assert reported.interruptions == [1]
    assert reported.run("1") == 1


def test_nothing_is_told_to_an_environment_that_has_ended(reported: Any) -> None:
    reported.environment.destroyed = True
    task(reported, "Promise.reject(1); throw new Error('mine')")
    assert reported.watcher.messages == [] and reported.watcher.bugs == []


def test_an_error_in_reporting_an_error_does_not_end_the_agent(reported: Any) -> None:
    task(reported, "self.onerror = () => { throw new Error('again') }; throw new Error('mine')")
    assert reported.run("1 + 1") == 2
    assert reported.watcher.bugs == []
