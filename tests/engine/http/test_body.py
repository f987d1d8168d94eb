from __future__ import annotations

import pytest

from engine.event_loop import in_parallel, yield_to_others
from engine.http.body import Body, BytesStream, Pipe
from engine.js import BudgetExceeded, ByteBudget
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


class Paid(BytesStream):
    """A stream whose bytes are paid for by a budget."""

    def __init__(self, budget: ByteBudget, *chunks: bytes) -> None:
        super().__init__(*chunks)
        self._budget = budget

    @property
    def budget(self) -> ByteBudget:
        return self._budget


async def test_what_is_read_as_a_whole_is_paid_for_meanwhile():
    budget = ByteBudget(8000)
    for read in (Body.collect, Body.read_text):
        stream = Paid(budget, *[b"x" * 100] * 10)
        assert len(await read(Body(stream))) == 1000
        assert budget.used == 0
        stream = Paid(budget, *[b"x" * 1000] * 10)
        with pytest.raises(BudgetExceeded):
            await read(Body(stream))
        assert budget.used == 0 and stream.cancelled
    with pytest.raises(BudgetExceeded):
        await Body(BytesStream(b"x" * 10_000)).read_all(budget=budget)


async def test_reading_as_a_whole_that_is_stopped_gives_back_what_it_took():
    budget = ByteBudget(8000)
    pipe = Pipe()
    reading = in_parallel(Body(pipe).collect(budget=budget))
    await pipe.write(b"x" * 1000)
    await yield_to_others()
    assert budget.used == 1000
    reading.cancel()
    await yield_to_others()
    await yield_to_others()
    assert budget.used == 0


async def test_text_of_more_than_ascii_is_paid_for_too():
    budget = ByteBudget(8000)
    assert len(await Body(Paid(budget, "ä".encode() * 500)).read_text()) == 500
    with pytest.raises(BudgetExceeded):
        await Body(Paid(budget, "ä".encode() * 700)).read_text()
    assert budget.used == 0


async def test_the_slower_reader_of_a_clone_fails_when_there_is_no_room_for_what_it_is_behind():
    budget = ByteBudget(8000)
    stream = Paid(budget, *[b"x" * 1000] * 20)
    fast = Body(stream)
    slow = fast.clone()
    assert len(await slow.read(300)) == 300
    assert budget.used == 300
    assert len(await fast.read()) == 300
    assert budget.used == 0
    assert len(b"".join(await everything(fast, 1000))) > 15_000
    with pytest.raises(BudgetExceeded):
        await everything(slow, 1000)
    assert budget.used == 0
    assert not stream.cancelled


async def test_a_clone_that_is_not_wanted_takes_nothing():
    budget = ByteBudget(8000)
    body = Body(Paid(budget, *[b"x" * 1000] * 20))
    body.clone().cancel()
    assert len(await body.read_all(copies=0)) == 20_000
    assert budget.used == 0


async def test_a_pipe_that_finds_no_room_fails_on_both_ends():
    budget = ByteBudget(8000)
    pipe = Pipe(budget=budget)
    await pipe.write(b"x" * 5000)
    with pytest.raises(BudgetExceeded):
        await pipe.write(b"x" * 5000)
    assert await pipe.read(10_000) == b"x" * 5000
    with pytest.raises(BudgetExceeded):
        await pipe.read(10_000)
    assert budget.used == 0
    other = Pipe(budget=budget)
    await other.write(b"x" * 5000)
    other.cancel()
    assert budget.used == 0


async def test_bytes_are_paid_for_as_long_as_any_body_of_them_is_there():
    budget = ByteBudget(8000)
    body = Body(b"x" * 5000, holding=budget.hold(5000, "Bodies"))
    clone, again = body.clone(), body.rewound()
    del body, clone
    assert budget.used == 5000
    del again
    assert budget.used == 0
