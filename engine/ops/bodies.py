"""Bodies by handle: reading them from JavaScript, and filling them from a JavaScript stream. See docs/BINDINGS.md.

A handle stands for an `engine.http.body.Body` in the environment's table. Reading to the end, cancelling and releasing
end it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from engine.http.body import Body
from engine.http.byte_streams import Pipe
from engine.http.wire import body_from_wire, body_to_wire, end_bodies_with
from engine.infra import utf8_decode
from engine.ops.arguments import PositiveInteger
from engine.ops.registry import async_op, sync_op
from engine.service_worker.running import RunningWorker
from engine.webidl.exceptions import DOM_EXCEPTION_CODES, DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.realms import Environment


class DOMExceptionRecord(TypedDict):
    """What there is of a DOMException that a stream failed with."""

    name: str
    message: str


@async_op(task_source="networking task source")
async def op_body_read(environment: Environment, handle: int, maximum: PositiveInteger) -> bytes | None:
    """The next bytes, null at the end. Raises JSTypeError, DOMException AbortError."""
    body = environment.handles.find(handle, Body)
    if body is None:
        # Cancelled while the question was on its way.
        return None
    try:
        chunk = await body.read(maximum)
    except ScriptException:
        environment.handles.release(handle, Body)
        raise
    if not chunk:
        environment.handles.release(handle, Body)
    return chunk or None


@async_op(task_source="networking task source")
async def op_body_read_all(environment: Environment, handle: int) -> bytes | bytearray:
    """All the bytes. Raises what `op_body_read` does, and BudgetExceeded."""
    return await environment.handles.take(handle, Body).collect(budget=environment.byte_budget)


@async_op(task_source="networking task source")
async def op_body_read_text(environment: Environment, handle: int) -> str:
    """https://encoding.spec.whatwg.org/#utf-8-decode of all the bytes."""
    return await environment.handles.take(handle, Body).read_text(environment.byte_budget)


@sync_op
def op_body_take(environment: Environment, handle: int) -> bytes | None:
    """All the bytes if they are at hand, and the handle ends; else null."""
    data = environment.handles.get(handle, Body).take_buffered()
    if data is not None:
        environment.handles.release(handle, Body)
    return data


@sync_op
def op_body_take_text(environment: Environment, handle: int) -> str | None:
    """The same, decoded."""
    data = op_body_take(environment, handle)
    return None if data is None else utf8_decode(data)


@sync_op
def op_body_clone(environment: Environment, handle: int) -> int:
    """A handle to a clone of a body that nobody has read from."""
    return environment.handles.add(environment.handles.get(handle, Body).clone())


@sync_op
def op_body_cancel(environment: Environment, handle: int, reason: str) -> None:
    """Nobody will read the rest; the handle ends, unless reading has ended it."""
    body = environment.handles.release(handle, Body)
    if body is not None:
        environment.agent.browser_thread.post(body.cancel, reason)


@sync_op
def op_body_release(environment: Environment, handle: int) -> None:
    """Nobody will read the rest, or write to a pipe any more."""
    body = environment.handles.release(handle, Body)
    if body is not None:
        environment.agent.browser_thread.post(body.cancel)
    else:
        environment.handles.release(handle, Pipe)


@sync_op
def op_body_create(environment: Environment, data: bytes | str) -> int:
    """A handle to a body of these bytes, or of the string's UTF-8 encoding."""
    handle = body_to_wire(body_from_wire(data, environment), environment)
    assert handle is not None
    return handle


@sync_op
def op_body_create_pipe(environment: Environment) -> list[int]:
    """Two handles: the end to write to, and the body that the bytes come out of."""
    end_bodies_with(environment)
    pipe = Pipe(budget=environment.byte_budget)
    scope = environment.global_scope
    if isinstance(scope, RunningWorker):
        pipe.when_over(scope.may_be_idle)
    return [environment.handles.add(pipe), environment.handles.add(Body(pipe))]


@async_op(task_source="networking task source")
async def op_body_write(environment: Environment, handle: int, chunk: bytes) -> bool:
    """Returns when more is wanted. False: nobody wants any more. Raises BudgetExceeded."""
    pipe = environment.handles.find(handle, Pipe)
    return pipe is not None and await pipe.write(chunk)


@async_op(task_source="networking task source")
async def op_body_unwanted(environment: Environment, handle: int) -> bool:
    """Returns when the reader has gone away (true), or when the pipe was closed (false)."""
    pipe = environment.handles.find(handle, Pipe)
    if pipe is None:
        return False
    await pipe.wait_until_over()
    return pipe.cancelled


@async_op(task_source="networking task source")
async def op_body_close(environment: Environment, handle: int) -> None:
    """There is no more to come. Ends the writing end."""
    pipe = environment.handles.find(handle, Pipe)
    if pipe is not None:
        environment.handles.release(handle, Pipe)
        pipe.close()


@async_op(task_source="networking task source")
async def op_body_error(environment: Environment, handle: int, error: DOMExceptionRecord | None) -> None:
    """The stream failed. `error` is the DOMException it failed with (name, message), null for anything else. Ends the
    writing end.
    """
    pipe = environment.handles.find(handle, Pipe)
    if pipe is not None:
        environment.handles.release(handle, Pipe)
        pipe.error(error_from_record(error))


def error_from_record(error: DOMExceptionRecord | None) -> ScriptException:
    """The error that other realms see for one that a script's stream failed with."""
    if error is None or error["name"] not in DOM_EXCEPTION_CODES:
        return JSTypeError("the stream of the body failed")
    return DOMException(error["message"], error["name"])
