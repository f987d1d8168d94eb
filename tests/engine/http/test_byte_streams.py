from __future__ import annotations

import pytest

from engine.event_loop import gather, in_parallel, yield_to_others
from engine.http.body import Body, BytesStream, Pipe, tee
from engine.webidl.exceptions import JSTypeError


async def everything(body: Body, maximum: int = 3) -> list[bytes]:
    chunks = []
    while chunk := await body.read(maximum):
        chunks.append(chunk)
    return chunks


class Failing(BytesStream):
    async def read(self, maximum: int) -> bytes:
        chunk = await super().read(maximum)
        if not chunk:
            raise JSTypeError("broken")
        return chunk


async def test_branches_read_at_once():
    left, right = tee(BytesStream(*[b"%d" % number for number in range(50)]))
    results = await gather(Body(left).read_all(), Body(right).read_all())
    assert results[0] == results[1] == b"".join(b"%d" % number for number in range(50))


async def test_a_broken_stream_breaks_both_branches():
    body = Body(Failing(b"abc"))
    clone = body.clone()
    for branch in (body, clone):
        assert await branch.read() == b"abc"
        for _ in range(2):
            with pytest.raises(JSTypeError):
                await branch.read()


async def test_a_stream_is_cancelled_when_both_branches_are():
    stream = BytesStream(b"abc", b"def")
    body = Body(stream)
    clone = body.clone()
    body.cancel()
    assert await body.read() == b""
    assert not stream.cancelled
    assert await clone.read() == b"abc"
    clone.cancel()
    assert stream.cancelled


async def test_a_cancelled_branch_buffers_nothing():
    left, right = tee(BytesStream(b"abc", b"def"))
    right.cancel()
    assert await Body(left).read_all() == b"abcdef"
    assert not right._buffer


async def test_a_pipe_holds_the_writer_back():
    pipe = Pipe(high_water_mark=4)
    written = []

    async def write():
        for chunk in (b"ab", b"cd", b"ef"):
            assert await pipe.write(chunk)
            written.append(chunk)
        pipe.close()

    writing = in_parallel(write())
    await yield_to_others()
    assert written == [b"ab"]
    assert await everything(Body(pipe), 100) == [b"ab", b"cd", b"ef"]
    await writing
    assert written == [b"ab", b"cd", b"ef"]


async def test_a_reader_waits_for_the_writer():
    pipe = Pipe()
    reading = in_parallel(Body(pipe).read())
    await yield_to_others()
    assert not reading.done
    await pipe.write(b"x")
    assert await reading == b"x"
    pipe.close()
    assert await pipe.read(1) == b""


async def test_a_failed_pipe_gives_what_it_had_and_then_the_error():
    pipe = Pipe()
    await pipe.write(b"x")
    pipe.error(JSTypeError("no more"))
    assert await pipe.read(10) == b"x"
    with pytest.raises(JSTypeError, match="no more"):
        await pipe.read(10)


async def test_a_cancelled_pipe_tells_its_writer():
    pipe = Pipe(high_water_mark=1)
    writing = in_parallel(pipe.write(b"x"))
    await yield_to_others()
    Body(pipe).cancel("enough")
    assert await writing is False and await pipe.write(b"y") is False
    assert pipe.cancel_reason == "enough" and await pipe.read(1) == b""
