"""https://compression.spec.whatwg.org/ (snapshot 2025-11): the formats of CompressionStream and DecompressionStream."""

from __future__ import annotations

import zlib
from typing import Literal, Protocol

from engine.compression.decoder import Decoder
from engine.compression.frames import ZLIB_WINDOW_BITS, BrotliFrame, CompressionError, ZlibFrame
from engine.webidl.exceptions import JSTypeError

CompressionFormat = Literal["brotli", "deflate", "deflate-raw", "gzip"]

_PIECE = 1 << 20


class Codec(Protocol):
    """A compression or decompression context: https://compression.spec.whatwg.org/#supported-formats"""

    @property
    def memory(self) -> int:
        """Bytes that it holds, roughly."""

    def transform(self, data: bytes) -> bytes:
        """A piece of what comes out when `data` goes in. Call it again with nothing until nothing comes out.

        Raises JSTypeError for data that is not in the format, or that follows its end.
        """

    def finish(self) -> bytes:
        """The last of it. Raises JSTypeError when the input ends too early."""


def compressor(format: CompressionFormat) -> Codec:
    """Ours: a new compression context."""
    return _BrotliCompressor() if format == "brotli" else _ZlibCompressor(ZLIB_WINDOW_BITS[format])


def decompressor(format: CompressionFormat) -> Codec:
    """Ours: a new decompression context."""
    return _Decompressor(format)


class _ZlibCompressor:
    memory = 272 * 1024  # measured

    def __init__(self, window_bits: int) -> None:
        self._object = zlib.compressobj(wbits=window_bits)

    def transform(self, data: bytes) -> bytes:
        return self._object.compress(data)

    def finish(self) -> bytes:
        return self._object.flush()


class _BrotliCompressor:
    def __init__(self) -> None:
        import brotli

        self._object = brotli.Compressor()
        self._taken = 0

    @property
    def memory(self) -> int:
        # Measured, with the quality that is used.
        return min(20 * _PIECE, 16 * self._taken) + 18 * 1024

    def transform(self, data: bytes) -> bytes:
        self._taken += len(data)
        output: bytes = self._object.process(data)
        return output

    def finish(self) -> bytes:
        output: bytes = self._object.finish()
        return output


class _Decompressor:
    def __init__(self, format: CompressionFormat) -> None:
        new_frame = BrotliFrame if format == "brotli" else lambda: ZlibFrame(format)
        self._decoder = Decoder(new_frame, "is wrong", may_be_empty=False)

    @property
    def memory(self) -> int:
        return self._decoder.memory

    def transform(self, data: bytes) -> bytes:
        if data:
            self._decoder.push(data)
        try:
            return self._decoder.pull(_PIECE)
        except CompressionError as error:
            raise JSTypeError(f"The compressed data {error}") from None

    def finish(self) -> bytes:
        try:
            self._decoder.finish()
        except CompressionError as error:
            raise JSTypeError(f"The compressed data {error}") from None
        return b""
