"""One compressed stream of one format, from its first byte to its last."""

from __future__ import annotations

import sys
import zlib
from typing import Literal, Protocol, TypeAlias

ZlibFormat: TypeAlias = Literal["deflate", "deflate-raw", "gzip"]

ZLIB_WINDOW_BITS: dict[ZlibFormat, int] = {"deflate": zlib.MAX_WBITS, "deflate-raw": -zlib.MAX_WBITS, "gzip": 16 + zlib.MAX_WBITS}
_ZSTANDARD_WINDOW_BITS = 23


class CompressionError(Exception):
    """The bytes are not what their format says. Its text goes on from "the data"."""


class Frame(Protocol):
    """A compressed stream under way. Ours."""

    @property
    def ended(self) -> bool:
        """Whether its last byte has been seen."""

    @property
    def unused(self) -> bytes:
        """What came after its last byte."""

    @property
    def window(self) -> int:
        """Bytes of its output that it may have to remember, at most."""

    def decode(self, data: bytes, maximum: int) -> bytes:
        """Take all of `data`; give about `maximum` bytes of what comes of it (never more than twice as many).

        The rest is kept, and comes with further calls that bring no data. Not after its end. Raises CompressionError.
        """


class ZlibFrame:
    """https://www.rfc-editor.org/rfc/rfc1950, https://www.rfc-editor.org/rfc/rfc1951, https://www.rfc-editor.org/rfc/rfc1952"""

    window = 1 << zlib.MAX_WBITS

    def __init__(self, format: ZlibFormat) -> None:
        self._format = format
        self._object = zlib.decompressobj(ZLIB_WINDOW_BITS[format])

    @property
    def ended(self) -> bool:
        return self._object.eof

    @property
    def unused(self) -> bytes:
        return self._object.unused_data

    def decode(self, data: bytes, maximum: int) -> bytes:
        tail = self._object.unconsumed_tail
        try:
            return self._object.decompress(tail + data if tail else data, maximum)
        except zlib.error as error:
            raise CompressionError(f"is not valid {self._format}: {error}") from error


class BrotliFrame:
    """https://www.rfc-editor.org/rfc/rfc7932"""

    window = 1 << 24
    unused = b""  # NB: the library takes bytes that follow for an error, unless they come later

    def __init__(self) -> None:
        import brotli

        self._object = brotli.Decompressor()
        self._error: type[Exception] = brotli.error

    @property
    def ended(self) -> bool:
        finished: bool = self._object.is_finished()
        return finished

    def decode(self, data: bytes, maximum: int) -> bytes:
        try:
            output: bytes = self._object.process(data, output_buffer_limit=maximum)
        except self._error as error:
            raise CompressionError("is not valid brotli") from error
        return output


class ZstandardFrame:
    """https://www.rfc-editor.org/rfc/rfc8878

    With the window that https://www.rfc-editor.org/rfc/rfc9659 allows: 8 MiB.
    """

    window = 1 << _ZSTANDARD_WINDOW_BITS

    def __init__(self) -> None:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        self._object = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTANDARD_WINDOW_BITS})
        self._error: type[Exception] = zstd.ZstdError

    @property
    def ended(self) -> bool:
        return bool(self._object.eof)

    @property
    def unused(self) -> bytes:
        return bytes(self._object.unused_data)

    def decode(self, data: bytes, maximum: int) -> bytes:
        try:
            return bytes(self._object.decompress(data, maximum))
        except self._error as error:
            raise CompressionError(f"is not valid zstd: {error}") from error
