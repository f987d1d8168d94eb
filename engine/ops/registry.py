"""Declaring ops, and giving a realm its own. See docs/BINDINGS.md, "The border to Python"."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar

import engine.ops
from engine.event_loop import Cancelled, TaskSource, begin_in_parallel
from engine.js import AgentClosed, Handle, Holding, JSError, Realm
from engine.ops.arguments import decoder_of
from engine.ops.content_security_policy import obey_policies
from engine.realms.blame import blamed, is_of_the_world
from engine.realms.environment import Environment
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

_CALL_SIZE = 4096
"""Bytes that an asynchronous call keeps until it is answered, roughly."""
_UNCOUNTED = 256 * 1024
"""What one call at a time may take beside the budget."""
_OPERATIONS = "Operations that have not been answered"

_LARGE = frozenset({str, bytes, bytearray})

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Op:
    """One op: its name, how it runs, and for an async one the task source its answer is queued on."""

    name: str
    kind: Literal["sync", "async", "blocking"]
    function: Callable[..., Any]
    task_source: TaskSource = "engine"


_ops: dict[str, Op] = {}


def sync_op(function: F) -> F:
    """An op that answers at once, on the agent's thread."""
    _register(Op(function.__name__, "sync", function))
    return function


def async_op(task_source: TaskSource) -> Callable[[F], F]:
    """An op whose promise is settled by a task on `task_source`. The coroutine function runs on the browser's thread."""

    def register(function: F) -> F:
        _register(Op(function.__name__, "async", function, task_source))
        return function

    return register


def blocking_op(function: F) -> F:
    """An op that stops its agent, and nobody else, until its coroutine has ended on the browser's thread."""
    _register(Op(function.__name__, "blocking", function))
    return function


def _register(op: Op) -> None:
    assert op.name.startswith("op_"), f"{op.name} is no name for an op"
    assert op.name not in _ops, f"{op.name} is defined twice"
    _ops[op.name] = op


@cache
def all_ops() -> tuple[Op, ...]:
    """Every op there is, sorted by name."""
    for module in pkgutil.iter_modules(engine.ops.__path__):
        importlib.import_module(f"engine.ops.{module.name}")
    return tuple(_ops[name] for name in sorted(_ops))


def host_object(environment: Environment, realm: Realm) -> dict[str, Handle | object]:
    """The functions and facts that the bindings of `realm` find in their host object."""
    obey_policies(environment, realm.scripts)
    agent = environment.agent
    functions = _Functions(environment)

    def call(number: Any = None, *arguments: Any) -> Any:
        if type(number) is not int:
            raise JSTypeError("there is no such op")
        return functions[number](*arguments)

    def perform_a_microtask_checkpoint(*ignored: Any) -> None:
        agent.perform_a_microtask_checkpoint_between_callbacks()

    return {
        "call": realm.new_function("call", call),
        "op_names": _names_of_ops(),
        "perform_a_microtask_checkpoint": realm.new_function(
            "perform_a_microtask_checkpoint", perform_a_microtask_checkpoint
        ),
        "global_names": sorted(environment.global_names),
        "global_interface": environment.global_interface,
        "is_secure_context": environment.is_secure_context,
        "exposed": environment.exposed_interfaces,
    }


@cache
def _names_of_ops() -> str:
    """All of them by number; an asynchronous one is marked by an asterisk."""
    return " ".join(f"*{op.name}" if op.kind == "async" else op.name for op in all_ops())


class _Functions(dict[int, Callable[..., Any]]):
    """What a realm calls, by number. OPTIMIZATION: made when it is first called; most ops never are in one realm."""

    __slots__ = ("_environment",)

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    def __missing__(self, number: int) -> Callable[..., Any]:
        function = self[number] = _function_of(_op_of(number), self._environment)
        return function


def _op_of(number: int) -> Op:
    ops = all_ops()
    if not 0 <= number < len(ops):
        raise JSTypeError("there is no such op")
    return ops[number]


def _function_of(op: Op, environment: Environment) -> Callable[..., Any]:
    """What a realm calls: the arguments that come are the realm's word, and checked before anything else."""
    function = op.function
    match op.kind:
        case "sync":
            return _answering_at_once(op, environment, function)
        case "blocking":
            return _answering_at_once(
                op, environment, lambda *arguments: environment.agent.wait_for(function(*arguments))
            )
        case "async":
            decode, budget, post = decoder_of(function), environment.byte_budget, environment.agent.browser_thread.post
            return lambda call_id=None, *arguments: post(
                _start,
                op,
                environment,
                _call_id(call_id),
                decode(arguments),
                budget.hold(_size(arguments), _OPERATIONS, passing=True),
            )


def _answering_at_once(op: Op, environment: Environment, function: Callable[..., Any]) -> Callable[..., Any]:
    decode = decoder_of(op.function)

    def answer(*arguments: Any) -> Any:
        try:
            decoded = decode(arguments)
            # OPTIMIZATION: most have nothing large.
            if _LARGE.isdisjoint(map(type, arguments)) or (size := _size(arguments)) <= _UNCOUNTED:
                return function(environment, *decoded)
            # What is made of it may take as much again.
            with environment.byte_budget.hold(2 * size, _OPERATIONS, passing=True):
                return function(environment, *decoded)
        except (ScriptException, JSError):
            raise
        except Exception as error:
            if not is_of_the_world(error):
                raise
            # A full disk, say: the script can go on.
            environment.user_agent.embedder.engine_bug(error)
            raise DOMException(_told_to_a_script(op), "UnknownError") from error

    return answer


def _told_to_a_script(op: Op) -> str:
    return f"{op.name.removeprefix('op_').replace('_', ' ')} failed"


def _call_id(given: Any) -> int:
    if type(given) is not int:
        raise JSTypeError("a call has a number")
    return given


def _start(op: Op, environment: Environment, call_id: int, arguments: Sequence[Any], holding: Holding) -> None:
    if not environment.agent.closing and not environment.destroyed:
        # What it keeps of its arguments from here on it pays for itself.
        if holding.size > 2 * _CALL_SIZE:
            holding.resize(_CALL_SIZE)
        begin_in_parallel(_answer(op, op.function(environment, *arguments), environment, call_id, holding), op.name)


def _size(values: Sequence[object]) -> int:
    """Bytes that a call or its answer takes, roughly. NB: large things are bytes and text."""
    size = _CALL_SIZE
    if _LARGE.isdisjoint(map(type, values)):
        return size
    for value in values:
        if type(value) in _LARGE:
            length = len(value)  # type: ignore[arg-type]
            # Text with the copy that crosses the border.
            size += length if not isinstance(value, str) else length * (2 if value.isascii() else 7)
    return size


async def _answer(
    op: Op, steps: Coroutine[Any, Any, Any], environment: Environment, call_id: int, holding: Holding
) -> None:
    if environment.destroyed:
        # It has ended since it asked; what its handles stood for is gone.
        steps.close()
        return
    try:
        value = await steps
        error = None
        holding.resize(_size((value,)))
    except ScriptException as exception:
        value = None
        holding.resize(_CALL_SIZE)
        error = [exception.message, exception.name, isinstance(exception, DOMException)]
    except (AgentClosed, Cancelled):
        # Somebody it needed has gone; or the environment itself, and then nothing is told.
        value = None
        error = [_told_to_a_script(op), "AbortError", True]
    except Exception as unexpected:  # whoever's fault it is, the script does not wait for ever
        environment.user_agent.embedder.engine_bug(blamed(unexpected, op.name))
        value = None
        error = [_told_to_a_script(op), "UnknownError", True]

    def settle() -> None:
        try:
            environment.bindings.upcall("up_settle", call_id, error, value)
        except JSError as failure:
            # There is no room for the answer in the heap; whoever asked does not wait for ever.
            environment.bindings.upcall("up_settle", call_id, [str(failure), "RangeError", False], None)
        except (TypeError, ValueError) as unexpected:
            # NB: an answer that is none for a realm is a fault of ours, too.
            environment.user_agent.embedder.engine_bug(blamed(unexpected, op.name))
            environment.bindings.upcall("up_settle", call_id, [_told_to_a_script(op), "UnknownError", True], None)
        finally:
            holding.release()

    environment.queue_a_global_task(op.task_source, settle)
