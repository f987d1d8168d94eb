"""Declaring ops, and what a realm is given of them. How they run: tests/js_bindings/test_ops.py."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from engine.ops import registry
from engine.ops.registry import Op, all_ops, async_op, blocking_op, sync_op


@pytest.fixture(autouse=True)
def own_ops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_ops", dict(registry._ops))


def test_a_decorator_declares_an_op_and_leaves_the_function_as_it_is() -> None:
    @sync_op
    def op_test_now(environment: Any) -> int:
        return 1

    @async_op(task_source="file reading task source")
    async def op_test_later(environment: Any) -> int:
        return 2

    @blocking_op
    async def op_test_wait(environment: Any) -> int:
        return 3

    assert registry._ops["op_test_now"] == Op("op_test_now", "sync", op_test_now)
    assert registry._ops["op_test_later"] == Op("op_test_later", "async", op_test_later, "file reading task source")
    assert registry._ops["op_test_wait"].kind == "blocking"
    assert op_test_now(None) == 1


def test_a_name_is_given_once_and_begins_as_all_do() -> None:
    with pytest.raises(AssertionError, match="no name for an op"):

        @sync_op
        def test_now() -> None: ...

    def twice() -> None:
        @sync_op
        def op_test_twice() -> None: ...

    twice()
    with pytest.raises(AssertionError, match="defined twice"):
        twice()


def test_all_ops_are_found_and_sorted() -> None:
    names = [op.name for op in all_ops()]
    assert names == sorted(names) and len(names) > 50
    assert {"op_fetch_start", "op_timers_set", "op_url_parse"} <= set(names)


@pytest.mark.parametrize("op", all_ops(), ids=lambda op: op.name)
def test_an_op_runs_as_it_was_declared(op: Op) -> None:
    assert inspect.iscoroutinefunction(op.function) == (op.kind != "sync")
    assert next(iter(inspect.signature(op.function).parameters)) == "environment"
