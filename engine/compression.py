"""https://compression.spec.whatwg.org/ (snapshot 2025-11): the formats of CompressionStream and DecompressionStream."""

from __future__ import annotations

import zlib
from typing import Literal, Protocol

from engine.webidl.exceptions import JSTypeError

CompressionFormat = Literal["brotli", "deflate", "deflate-raw", "gzip"]

# Bytes that come out at once at most, so that a small bomb cannot fill the memory before anybody can stop it.
_PIECE = 1 << 20
_WINDOW_BITS = {"deflate": zlib.MAX_WBITS, "deflate-raw": -zlib.MAX_WBITS, "gzip": 16 + zlib.MAX_WBITS}


class Codec(Protocol):
    """A compression or decompression context: https://compression.spec.whatwg.org/#supported-formats"""

    def transform(self, data: bytes) -> bytes:
        """A piece of what comes out when `data` goes in. Call it again with nothing until nothing comes out.

        Raises JSTypeError for data that is not in the format, or that follows its end.
        """

    def finish(self) -> bytes:
        """The last of it. Raises JSTypeError when the input ends too early."""


def compressor(format: CompressionFormat) -> Codec:
    """Ours: a new compression context."""
    return _BrotliCompressor() if format == "brotli" else _ZlibCompressor(_WINDOW_BITS[format])


def decompressor(format: CompressionFormat) -> Codec:
    """Ours: a new decompression context."""
    return _BrotliDecompressor() if format == "brotli" else _ZlibDecompressor(_WINDOW_BITS[format])


class _ZlibCompressor:
    def __init__(self, window_bits: int) -> None:
        self._object = zlib.compressobj(wbits=window_bits)

    def transform(self, data: bytes) -> bytes:
        return self._object.compress(data)

    def finish(self) -> bytes:
        return self._object.flush()


class _ZlibDecompressor:
    def __init__(self, window_bits: int) -> None:
        self._object = zlib.decompressobj(wbits=window_bits)

    def transform(self, data: bytes) -> bytes:
        decompress = self._object
        if decompress.eof and data:
            raise JSTypeError("There is more data after the end of the compressed data")
        try:
            output = decompress.decompress(decompress.unconsumed_tail + data, _PIECE)
        except zlib.error as error:
            raise JSTypeError(f"The compressed data is not valid: {error}") from None
        if decompress.unused_data and not output:
            raise JSTypeError("There is more data after the end of the compressed data")
        return output

    def finish(self) -> bytes:
        if not self._object.eof:
            raise JSTypeError("The compressed data ends too early")
        return b""


class _BrotliCompressor:
    def __init__(self) -> None:
        import brotli

        self._object = brotli.Compressor()

    def transform(self, data: bytes) -> bytes:
        output: bytes = self._object.process(data)
        return output

    def finish(self) -> bytes:
        output: bytes = self._object.finish()
        return output


class _BrotliDecompressor:
    def __init__(self) -> None:
        import brotli

        self._object = brotli.Decompressor()
        self._error = brotli.error

    def transform(self, data: bytes) -> bytes:
        if not data:
            return b""
        if self._object.is_finished():
            raise JSTypeError("There is more data after the end of the compressed data")
        try:
            output: bytes = self._object.process(data)
        except self._error as error:
            raise JSTypeError(f"The compressed data is not valid: {error}") from None
        return output

    def finish(self) -> bytes:
        if not self._object.is_finished():
            raise JSTypeError("The compressed data ends too early")
        return b""
