"""engine/compression.py"""

import zlib
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
    with pytest.raises(JSTypeError, match="after the end" if format != "brotli" else "not valid"):
        all_of(decompressor(format), compressed + b"x")
    with pytest.raises(JSTypeError, match="after the end"):
        all_of(decompressor(format), compressed, b"x")


def test_a_bomb_goes_off_in_pieces() -> None:
    codec = decompressor("deflate")
    assert len(codec.transform(zlib.compress(bytes(10 << 20)))) == 1 << 20
