"""Calling back scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
callback Callback = any (any value);
[Exposed=*] interface Caller { constructor(); any call(Callback callback); undefined report(Callback callback); undefined twice(Callback callback); };
"""
CLASSES = """
import { as_native_task, invoke_callback, invoke_callback_and_report } from "../webidl/callbacks.js";
export class Caller {
  call(callback) { return invoke_callback(callback, "this", [1, 2]) }
  report(callback) { return invoke_callback_and_report(callback, undefined, []) }
  twice(callback) { as_native_task(() => { invoke_callback(callback, undefined, [1]); invoke_callback(callback, undefined, [2]) }, []) }
}
"""


@pytest.fixture
def caller(define: Callable[..., Any]) -> Any:
    return define(IDL, CLASSES)


def test_a_callback_gets_this_and_arguments_and_its_result_and_errors_come_back(caller: Any) -> None:
    assert caller.run(
        "(function () { 'use strict'; return new Caller().call(function () { return [this, arguments[0], arguments[1]] }) })()"
    ) == ["this", 1, 2]
    assert caller.error_of("new Caller().call(() => { throw new RangeError('mine') })") == "RangeError: mine"


def test_an_error_can_be_reported_instead(caller: Any) -> None:
    caller.run(
        "self.onerror = (message) => { globalThis.reported = message; return true }; new Caller().report(() => { throw new RangeError('mine') })"
    )
    assert "mine" in caller.run("reported")


def test_microtasks_run_between_callbacks_that_no_script_has_called(caller: Any) -> None:
    script = "Promise.resolve().then(() => order.push('microtask ' + n)); order.push('callback ' + n)"
    caller.run(f"globalThis.order = []; new Caller().call(() => {{ const n = 0; {script} }}); order.push('script'); 0")
    assert caller.run("order") == ["callback 0", "script", "microtask 0"]

    def natively() -> Any:
        environment = caller.environment
        twice = environment.realm.eval_script("(caller, callback) => caller.twice(callback)")
        target = environment.realm.eval_script("order.length = 0; new Caller()")
        return environment.realm.call(twice, target, environment.realm.eval_script(f"(n) => {{ {script} }}"))

    caller._on_agent(natively)
    assert caller.run("order") == ["callback 1", "microtask 1", "callback 2", "microtask 2"]
