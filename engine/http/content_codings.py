"""Content codings, decoded as the bytes come. https://fetch.spec.whatwg.org/#handle-content-codings"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from engine.http.header_values import extract_tokens
from engine.infra import FAILURE

if TYPE_CHECKING:
    from engine.http.headers import HeaderList

SUPPORTED_CODINGS = frozenset({b"br", b"deflate", b"gzip", b"identity", b"x-gzip", b"zstd"})
_MAXIMUM_CODINGS = 8  # so that a header cannot make us build an endless chain


class CodingError(Exception):
    """The bytes are not what their coding says. Fetch turns it into a TypeError of the body."""


class Decoder(Protocol):
    """One content coding being undone."""

    def decode(self, data: bytes) -> bytes:
        """What more is known now that `data` has come. Raises CodingError."""

    def finish(self) -> bytes:
        """The last of it, after the last byte. Raises CodingError when something is missing."""


def codings_of(headers: HeaderList) -> list[bytes]:
    """The codings of `Content-Encoding` in lowercase, in the order they were applied; empty when absent, wrong or
    identity. Ours.
    """
    codings = extract_tokens(b"Content-Encoding", headers)
    if codings is None or codings is FAILURE:
        return []
    return [coding.lower() for coding in codings]


def decoder_for(codings: list[bytes]) -> Decoder | None:
    """What undoes `codings`, or None when there is nothing to undo.

    That is also so when one of them is not supported: then the bytes are handed on as they came.
    """
    codings = [coding for coding in codings if coding != b"identity"]
    if not codings or len(codings) > _MAXIMUM_CODINGS or not SUPPORTED_CODINGS.issuperset(codings):
        return None
    decoders = [_DECODERS[coding]() for coding in reversed(codings)]
    return decoders[0] if len(decoders) == 1 else _Chain(decoders)


class _Chain:
    """Several codings: the last applied is undone first."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def decode(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            if not data:
                break
            data = decoder.decode(data)
        return data

    def finish(self) -> bytes:
        data = b""
        for decoder in self._decoders:
            data = (decoder.decode(data) if data else b"") + decoder.finish()
        return data


class _Gzip:
    """https://httpwg.org/specs/rfc9110.html#gzip.coding

    One or more members; what follows them and is none is ignored.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._begun = False
        self._complete = 0

    def decode(self, data: bytes) -> bytes:
        output = b""
        while data:
            if self._member.eof:
                if not data.startswith(b"\x1f"):
                    return output
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            self._begun = True
            try:
                output += self._member.decompress(data)
            except zlib.error as error:
                if self._complete:
                    return output
                raise CodingError(f"the body is not gzip: {error}") from error
            data = self._member.unused_data
            self._complete += self._member.eof
        return output

    def finish(self) -> bytes:
        if self._begun and not self._member.eof and not self._complete:
            raise CodingError("the gzip body ends too early")
        return b""


class _Deflate:
    """https://httpwg.org/specs/rfc9110.html#deflate.coding

    Zlib's format, or (as many servers send) the bare DEFLATE data.
    """

    def __init__(self) -> None:
        self._head = b""
        self._object: zlib._Decompress | None = None

    def decode(self, data: bytes) -> bytes:
        if self._object is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            data, self._head = self._head, b""
            has_zlib_head = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._object = zlib.decompressobj(zlib.MAX_WBITS if has_zlib_head else -zlib.MAX_WBITS)
        try:
            return self._object.decompress(data)
        except zlib.error as error:
            raise CodingError(f"the body is not deflate: {error}") from error

    def finish(self) -> bytes:
        if self._head or (self._object is not None and not self._object.eof):
            raise CodingError("the deflate body ends too early")
        return b""


class _Brotli:
    """https://www.rfc-editor.org/rfc/rfc7932"""

    def __init__(self) -> None:
        import brotli

        self._object = brotli.Decompressor()
        self._error: type[Exception] = brotli.error
        self._begun = False

    def decode(self, data: bytes) -> bytes:
        if self._object.is_finished():
            return b""
        self._begun = True
        try:
            output: bytes = self._object.process(data)
        except self._error as error:
            raise CodingError(f"the body is not brotli: {error}") from error
        return output

    def finish(self) -> bytes:
        if self._begun and not self._object.is_finished():
            raise CodingError("the brotli body ends too early")
        return b""


class _Zstandard:
    """https://www.rfc-editor.org/rfc/rfc8878

    With the window that https://www.rfc-editor.org/rfc/rfc9659 allows: 8 MiB.
    """

    def __init__(self) -> None:
        import zstandard

        self._new = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj
        self._object = self._new()
        self._error: type[Exception] = zstandard.ZstdError
        self._begun = False

    def decode(self, data: bytes) -> bytes:
        output = b""
        while data:
            if self._object.eof:
                self._object = self._new()
            self._begun = True
            try:
                output += self._object.decompress(data)
            except self._error as error:
                raise CodingError(f"the body is not zstd: {error}") from error
            data = self._object.unused_data
        return output

    def finish(self) -> bytes:
        if self._begun and not self._object.eof:
            raise CodingError("the zstd body ends too early")
        return b""


_DECODERS: dict[bytes, type[Decoder]] = {
    b"br": _Brotli,
    b"deflate": _Deflate,
    b"gzip": _Gzip,
    b"x-gzip": _Gzip,
    b"zstd": _Zstandard,
}
