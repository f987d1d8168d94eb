from __future__ import annotations

import pytest

from engine.event_loop import in_parallel, yield_to_others
from engine.http.byte_streams import BytesStream, Pipe
from engine.http.read_ahead import ReadAhead
from engine.js import ByteBudget
from engine.webidl.exceptions import JSTypeError


async def read_all(stream: ReadAhead, maximum: int = 100) -> list[bytes]:
    chunks = []
    while chunk := await stream.read(maximum):
        chunks.append(chunk)
    return chunks


async def test_nothing_is_read_before_it_is_wanted() -> None:
    source = BytesStream(b"one", b"two")
    assert await read_all(ReadAhead(source)) == [b"one", b"two"]


async def test_what_was_read_ahead_comes_first() -> None:
    stream = ReadAhead(BytesStream(b"one", b"two", b"three"))
    await stream.read_ahead(4)
    assert await read_all(stream, 2) == [b"on", b"e", b"tw", b"o", b"th", b"re", b"e"]


async def test_it_stops_at_the_limit() -> None:
    pipe = Pipe()
    for chunk in (b"one", b"two", b"three"):
        await pipe.write(chunk)
    await ReadAhead(pipe).read_ahead(4)
    assert await pipe.read(100) == b"three"


async def test_an_error_waits_for_its_reader() -> None:
    pipe = Pipe()
    await pipe.write(b"one")
    pipe.error(JSTypeError("gone"))
    stream = ReadAhead(pipe)
    await stream.read_ahead(100)
    assert await stream.read(100) == b"one"
    with pytest.raises(JSTypeError, match="gone"):
        await stream.read(100)


async def test_a_reader_takes_over() -> None:
    pipe = Pipe()
    stream = ReadAhead(pipe)
    ahead = in_parallel(stream.read_ahead(100))
    await yield_to_others()
    reading = in_parallel(stream.read(100))
    await yield_to_others()
    await pipe.write(b"one")
    await pipe.write(b"two")
    assert await reading == b"one"
    await ahead
    assert await stream.read(100) == b"two"


async def test_nothing_is_read_ahead_for_a_reader_that_began() -> None:
    pipe = Pipe()
    stream = ReadAhead(pipe)
    await pipe.write(b"one")
    await stream.read(100)
    await pipe.write(b"two")
    await stream.read_ahead(100)
    assert await pipe.read(100) == b"two"


async def test_cancelling_goes_through() -> None:
    source = BytesStream(b"one")
    stream = ReadAhead(source)
    await stream.read_ahead(100)
    stream.cancel()
    assert source.cancelled and await stream.read(100) == b""


async def test_no_more_is_read_ahead_than_there_is_room_for() -> None:
    budget = ByteBudget(200_000)

    class Paid(BytesStream):
        @property
        def budget(self) -> ByteBudget:
            return budget

    stream = ReadAhead(Paid(*[b"x" * 60_000] * 10))
    await stream.read_ahead(1 << 20)
    assert budget.used == 120_000
    assert len(b"".join(await read_all(stream))) == 600_000
    assert budget.used == 0


async def test_what_is_there_does_not_wait_for_what_comes_later() -> None:
    pipe = Pipe()
    stream = ReadAhead(pipe)
    ahead = in_parallel(stream.read_ahead(100))
    await pipe.write(b"one")
    await yield_to_others()
    await yield_to_others()
    assert await stream.read(2) == b"on"
    assert await stream.read(2) == b"e"
    assert not ahead.done
    await pipe.write(b"two")
    assert await stream.read(100) == b"two"
