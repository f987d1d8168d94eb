from __future__ import annotations

import pytest

from engine.event_loop import gather, in_parallel, yield_to_others
from engine.http.body import Body, BytesStream, Pipe, tee
from engine.webidl.exceptions import JSTypeError


class Stored:
    body_id = "7"

    def __init__(self, data: bytes, size: int | None = None) -> None:
        self.data = data
        self.size = len(data) if size is None else size
        self.reads: list[tuple[int, int]] = []

    async def read(self, offset: int, maximum: int) -> bytes:
        self.reads.append((offset, maximum))
        return self.data[offset : offset + maximum]


class Failing(BytesStream):
    async def read(self, maximum: int) -> bytes:
        chunk = await super().read(maximum)
        if not chunk:
            raise JSTypeError("broken")
        return chunk


async def everything(body: Body, maximum: int = 3) -> list[bytes]:
    chunks = []
    while chunk := await body.read(maximum):
        chunks.append(chunk)
    return chunks


@pytest.mark.parametrize("source", [b"0123456789", Stored(b"0123456789"), BytesStream(b"01234", b"56789")])
async def test_reading_piece_by_piece(source):
    chunks = await everything(Body(source))
    assert b"".join(chunks) == b"0123456789" and all(len(chunk) <= 3 for chunk in chunks)


async def test_whole_bytes_are_not_copied():
    data = b"x" * 1000
    assert await Body(data).read() is data
    assert await Body(data).read_all() is data


async def test_lengths_and_kinds():
    stored = Stored(b"0123456789")
    assert (Body(b"abc").length, Body(b"abc").replayable, Body(b"abc").body_id) == (3, True, None)
    assert (Body(stored).length, Body(stored).replayable, Body(stored).body_id) == (10, True, "7")
    assert (Body(BytesStream(b"a")).length, Body(BytesStream(b"a")).replayable) == (None, False)
    part = Body(stored, start=4)
    assert (part.length, part.body_id, await part.read_all()) == (6, None, b"456789")
    body = Body(stored)
    await body.read(1)
    assert body.body_id is None  # it is not the whole file any more


async def test_clones_of_bytes_and_files_share_them():
    stored = Stored(b"0123456789")
    body = Body(stored)
    await body.read(4)
    clone = body.clone()
    assert clone.source is stored and await clone.read_all() == b"456789"
    assert await body.read_all() == b"456789"
    assert await clone.rewound().read_all() == b"0123456789"


async def test_clones_of_streams_get_the_same_bytes_at_their_own_pace():
    body = Body(BytesStream(b"abc", b"def", b"ghi"))
    clone = body.clone()
    third = clone.clone()
    assert await body.read() == b"abc"
    assert await everything(clone, 2) == [b"ab", b"c", b"de", b"f", b"gh", b"i"]
    assert await body.read_all() == b"defghi"
    assert await third.read_all() == b"abcdefghi"


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


async def test_read_all_with_a_limit():
    assert await Body(b"abc").read_all(3) == b"abc"
    with pytest.raises(JSTypeError):
        await Body(b"abcd").read_all(3)
    with pytest.raises(JSTypeError):
        await Body(BytesStream(b"ab", b"cd")).read_all(3)


async def test_take_buffered():
    body = Body(b"abc")
    await body.read(1)
    assert body.take_buffered() == b"bc" and body.take_buffered() == b""
    assert Body(BytesStream(b"x")).take_buffered() is None


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
