from __future__ import annotations

from typing import Any

import pytest

from engine.event_loop import in_parallel, yield_to_others
from engine.http.body import Body
from engine.http.byte_streams import HIGH_WATER_MARK, BytesStream
from engine.ops import bodies
from engine.webidl.exceptions import DOMException, JSTypeError


async def test_reading_in_pieces_ends_the_handle(environment: Any) -> None:
    handle = environment.handles.add(Body(b"abc"))
    assert [await bodies.op_body_read(environment, handle, 2) for _ in range(3)] == [b"ab", b"c", None]
    assert len(environment.handles) == 0


async def test_reading_all_ends_the_handle(environment: Any) -> None:
    for source in (b"\xef\xbb\xbfa", BytesStream(b"\xef\xbb", b"\xbfa")):
        assert await bodies.op_body_read_all(environment, environment.handles.add(Body(source))) == b"\xef\xbb\xbfa"
    for source in (b"\xef\xbb\xbfa\xff", BytesStream(b"\xef\xbb", b"\xbfa\xff")):
        assert await bodies.op_body_read_text(environment, environment.handles.add(Body(source))) == "a\ufffd"
    assert len(environment.handles) == 0


async def test_bytes_at_hand_are_taken_at_once_and_a_stream_is_not(environment: Any) -> None:
    handle = environment.handles.add(Body(b"abc"))
    assert bodies.op_body_take(environment, handle) == b"abc"
    assert len(environment.handles) == 0
    handle = environment.handles.add(Body(BytesStream(b"abc")))
    assert bodies.op_body_take_text(environment, handle) is None
    assert await bodies.op_body_read_text(environment, handle) == "abc"


async def test_a_clone_has_a_handle_of_its_own(environment: Any) -> None:
    handle = environment.handles.add(Body(BytesStream(b"abc")))
    clone = bodies.op_body_clone(environment, handle)
    assert await bodies.op_body_read_all(environment, clone) == b"abc"
    assert await bodies.op_body_read_all(environment, handle) == b"abc"


@pytest.mark.parametrize("op", [bodies.op_body_release, lambda *given: bodies.op_body_cancel(*given, "why")])
async def test_letting_go_cancels_and_may_come_too_late(environment: Any, op: Any) -> None:
    stream = BytesStream(b"abc")
    handle = environment.handles.add(Body(stream))
    op(environment, handle)
    op(environment, handle)
    await yield_to_others()
    assert stream.cancelled and len(environment.handles) == 0


async def test_a_pipe_holds_its_writer_back(environment: Any) -> None:
    pipe, body = bodies.op_body_create_pipe(environment)
    assert await bodies.op_body_write(environment, pipe, b"small")
    writing = in_parallel(bodies.op_body_write(environment, pipe, b"x" * HIGH_WATER_MARK))
    for _ in range(3):
        await yield_to_others()
    assert not writing.done
    await bodies.op_body_read(environment, body, HIGH_WATER_MARK)
    await bodies.op_body_read(environment, body, HIGH_WATER_MARK)
    assert await writing
    await bodies.op_body_close(environment, pipe)
    assert await bodies.op_body_read(environment, body, 1) is None
    assert len(environment.handles) == 0


async def test_the_writer_hears_that_nobody_reads(environment: Any) -> None:
    pipe, body = bodies.op_body_create_pipe(environment)
    unwanted = in_parallel(bodies.op_body_unwanted(environment, pipe))
    bodies.op_body_cancel(environment, body, "why")
    assert await unwanted is True
    assert not await bodies.op_body_write(environment, pipe, b"x")


async def test_a_closed_pipe_is_not_unwanted(environment: Any) -> None:
    pipe, _ = bodies.op_body_create_pipe(environment)
    unwanted = in_parallel(bodies.op_body_unwanted(environment, pipe))
    await yield_to_others()
    await bodies.op_body_close(environment, pipe)
    assert await unwanted is False


@pytest.mark.parametrize(
    ("record", "kind", "name"),
    [({"name": "DataError", "message": "m"}, DOMException, "DataError"), (None, JSTypeError, "TypeError")],
)
async def test_the_reader_gets_the_writers_error(environment: Any, record: Any, kind: Any, name: str) -> None:
    pipe, body = bodies.op_body_create_pipe(environment)
    await bodies.op_body_error(environment, pipe, record)
    with pytest.raises(kind) as raised:
        await bodies.op_body_read(environment, body, 1)
    assert raised.value.name == name
    assert len(environment.handles) == 0


@pytest.mark.parametrize("data", ["hé", b"h\xc3\xa9"])
async def test_a_body_is_made_of_bytes_or_text(environment: Any, data: Any) -> None:
    handle = bodies.op_body_create(environment, data)
    assert await bodies.op_body_read_all(environment, handle) == b"h\xc3\xa9"


async def test_what_is_asked_of_a_body_that_was_let_go_meanwhile_is_answered(environment: Any) -> None:
    pipe, body = bodies.op_body_create_pipe(environment)
    bodies.op_body_release(environment, body)
    bodies.op_body_release(environment, pipe)
    assert await bodies.op_body_read(environment, body, 1) is None
    assert await bodies.op_body_write(environment, pipe, b"x") is False
    assert await bodies.op_body_unwanted(environment, pipe) is False
    await bodies.op_body_close(environment, pipe)
    await bodies.op_body_error(environment, pipe, None)
