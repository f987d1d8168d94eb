"""engine/compression/streams.py"""

from typing import Any

import pytest

from engine.compression import compressor, decompressor
from engine.webidl.exceptions import JSTypeError

FORMATS: list[Any] = ["brotli", "deflate", "deflate-raw", "gzip"]


def all_of(codec: Any, *pieces: bytes) -> bytes:
    output = b""
    for piece in pieces:
        out = codec.transform(piece)
        while out:
            output += out
            out = codec.transform(b"")
    return output + codec.finish()


@pytest.mark.parametrize("format", FORMATS)
def test_there_and_back_byte_by_byte(format: Any) -> None:
    data = bytes(range(256)) * 20
    compressed = all_of(compressor(format), data[:100], data[100:])
    assert len(compressed) < len(data)
    assert all_of(decompressor(format), *(compressed[i : i + 1] for i in range(len(compressed)))) == data


@pytest.mark.parametrize("format", FORMATS)
def test_too_little_and_too_much(format: Any) -> None:
    compressed = all_of(compressor(format), b"some data")
    with pytest.raises(JSTypeError, match="too early"):
        all_of(decompressor(format), compressed[:-1])
    with pytest.raises(JSTypeError, match="followed by more" if format != "brotli" else "not valid"):
        all_of(decompressor(format), compressed + b"x")
    with pytest.raises(JSTypeError, match="followed by more"):
        all_of(decompressor(format), compressed, b"x")


@pytest.mark.parametrize("format", FORMATS)
def test_a_bomb_goes_off_in_pieces(format: Any) -> None:
    bomb = all_of(compressor(format), bytes(10 << 20))
    codec = decompressor(format)
    piece = codec.transform(bomb)
    size = 0
    while piece:
        assert len(piece) <= 2 << 20
        size += len(piece)
        piece = codec.transform(b"")
    assert size == 10 << 20
