from __future__ import annotations

import pytest

from engine.http.body import Body, BytesStream
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
