"""Promises of the bindings."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def promises(realm: Any) -> Any:
    def give() -> None:
        environment = realm.environment
        environment.realm.set_property(
            environment.realm.global_this, "promises", environment.bindings.load("webidl/promises.js")
        )

    realm._on_agent(give)
    return realm


def test_a_promise_resolved_with_a_promise_is_a_new_one_that_follows_it(promises: Any) -> None:
    assert promises.run("const given = Promise.resolve(1); promises.a_promise_resolved_with(given) !== given")
    assert promises.settled("promises.a_promise_resolved_with(Promise.resolve(5))") == 5
    assert promises.settled("promises.a_promise_resolved_with(7)") == 7
    assert promises.settled("promises.a_promise_resolved_with({ then(resolve) { resolve(8) } })") == 8
    assert promises.error_of("promises.a_promise_resolved_with({ get then() { throw new RangeError('then') } })") == (
        "RangeError: then"
    )


def test_reactions_use_the_then_of_before(promises: Any) -> None:
    promises.run("Promise.prototype.then = () => { throw new Error('patched') }; 0")
    assert (
        promises.run(
            """globalThis.seen = [];
        const { promise, resolve } = promises.new_promise();
        promises.upon_fulfillment(promise, (value) => seen.push(value));
        promises.upon_rejection(promises.a_promise_rejected_with('bad'), (reason) => seen.push(reason));
        promises.upon_settlement(promises.a_promise_rejected_with('worse'), () => {}, (reason) => seen.push(reason));
        promises.react(promise, (value) => { seen.push(value + 1) });
        resolve(1); 0"""
        )
        == 0
    )
    assert sorted(map(str, promises.run("seen"))) == ["1", "2", "bad", "worse"]


def test_a_handled_promise_is_not_reported(promises: Any) -> None:
    promises.run(
        "const p = promises.a_promise_rejected_with(new Error('quiet')); promises.set_promise_is_handled(p); 0"
    )
    promises.run("0")
    assert promises.watcher.errors == []


def test_what_steps_throw_shows_as_an_unhandled_rejection(promises: Any) -> None:
    promises.run("promises.upon_fulfillment(Promise.resolve(), () => { throw new Error('a bug') }); 0")
    promises.run("0")
    assert [str(error) for error in promises.watcher.errors] == ["unhandled rejection: a bug"]
