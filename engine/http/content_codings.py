"""Content codings, undone as the bytes are read. https://fetch.spec.whatwg.org/#handle-content-codings"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from engine.compression import BrotliFrame, Chain, Decoder, ZlibFrame, ZstandardFrame
from engine.http.header_values import extract_tokens
from engine.infra import FAILURE

if TYPE_CHECKING:
    from engine.http.headers import HeaderList

ContentDecoder: TypeAlias = Decoder | Chain

_MAXIMUM_CODINGS = 8  # so that a header cannot make us build an endless chain


def codings_of(headers: HeaderList) -> list[bytes]:
    """The codings of `Content-Encoding` in lowercase, in the order they were applied; empty when absent, wrong or
    identity. Ours.
    """
    codings = extract_tokens(b"Content-Encoding", headers)
    if codings is None or codings is FAILURE:
        return []
    return [coding.lower() for coding in codings]


def decoder_for(codings: list[bytes]) -> ContentDecoder | None:
    """What undoes `codings`, or None when there is nothing to undo.

    That is also so when one of them is not supported: then the bytes are handed on as they came.
    """
    codings = [coding for coding in codings if coding != b"identity"]
    if not codings or len(codings) > _MAXIMUM_CODINGS or not SUPPORTED_CODINGS.issuperset(codings):
        return None
    # The last applied is undone first.
    decoders = [_DECODERS[coding]() for coding in reversed(codings)]
    return decoders[0] if len(decoders) == 1 else Chain(decoders)


class _DeflateFrame:
    """https://httpwg.org/specs/rfc9110.html#deflate.coding

    Zlib's format, or (as many servers send) the bare DEFLATE data.
    """

    window = ZlibFrame.window

    def __init__(self) -> None:
        self._head = b""
        self._frame: ZlibFrame | None = None

    @property
    def ended(self) -> bool:
        return self._frame is not None and self._frame.ended

    @property
    def unused(self) -> bytes:
        return b"" if self._frame is None else self._frame.unused

    def decode(self, data: bytes, maximum: int) -> bytes:
        if self._frame is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            data = self._head
            has_zlib_head = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._frame = ZlibFrame("deflate" if has_zlib_head else "deflate-raw")
        return self._frame.decode(data, maximum)


def _gzip() -> Decoder:
    """https://httpwg.org/specs/rfc9110.html#gzip.coding: one or more members; what follows them and is none is ignored."""
    return Decoder(lambda: ZlibFrame("gzip"), "is another frame or ignored")


_DECODERS: dict[bytes, Callable[[], Decoder]] = {
    b"br": lambda: Decoder(BrotliFrame, "is ignored"),
    b"deflate": lambda: Decoder(_DeflateFrame, "is ignored"),
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"zstd": lambda: Decoder(ZstandardFrame, "is another frame"),
}
SUPPORTED_CODINGS = frozenset({b"identity", *_DECODERS})
