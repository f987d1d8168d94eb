"""Text and bytes, natively: https://encoding.spec.whatwg.org/ and the base64 and isomorphic codings of https://infra.spec.whatwg.org/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from engine.encoding import decode, decode_chunk, get_an_encoding
from engine.infra import (
    forgiving_base64_encode,
    isomorphic_decode,
    utf8_decode_without_bom,
    utf8_encode,
)
from engine.ops.arguments import ByteString
from engine.ops.registry import sync_op
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.realms import Environment


def is_an_encoding(name: str) -> bool:
    """Whether it is the name of an encoding, as `op_encoding_get` gives it."""
    return get_an_encoding(name) == name or name == "replacement"


Encoding: TypeAlias = Annotated[str, is_an_encoding]


@sync_op
def op_encoding_utf8_encode(environment: Environment, text: str) -> bytes:
    return utf8_encode(text)


@sync_op
def op_encoding_utf8_decode(environment: Environment, data: bytes, fatal: bool) -> str:
    """Without BOM handling. Raises JSTypeError for bytes that are not UTF-8 if `fatal`."""
    if not fatal:
        return utf8_decode_without_bom(data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise JSTypeError("The encoded data is not valid utf-8") from None


@sync_op
def op_encoding_get(environment: Environment, label: str) -> str | None:
    return get_an_encoding(label)


@sync_op
def op_encoding_decode(environment: Environment, encoding: Encoding, data: bytes, fatal: bool) -> str:
    """All of it at once, without BOM handling. Raises JSTypeError for an error if `fatal`."""
    text, _, errors = decode_chunk(encoding, "", data, final=True)
    return _unless_fatal(text, errors and fatal, encoding)


@sync_op
def op_encoding_decode_chunk(
    environment: Environment, encoding: Encoding, state: ByteString, data: bytes, final: bool, fatal: bool
) -> str:
    """A piece of it. Returns the state to give with the next piece, a line feed, and the text, which is too long for
    a record.
    """
    try:
        text, state, errors = decode_chunk(encoding, state, data, final=final)
    except (ValueError, IndexError, OverflowError):
        raise JSTypeError("not the state of such a decoder") from None
    return _unless_fatal(f"{state}\n{text}", errors and fatal, encoding)


def _unless_fatal(text: str, is_fatal: bool, encoding: str) -> str:
    if is_fatal:
        raise JSTypeError(f"The encoded data is not valid {encoding}")
    return text


@sync_op
def op_encoding_decode_with_bom(environment: Environment, fallback_encoding: Encoding, data: bytes) -> str:
    """https://encoding.spec.whatwg.org/#decode"""
    return decode(data, fallback_encoding)


@sync_op
def op_encoding_isomorphic_decode(environment: Environment, data: bytes) -> str:
    return isomorphic_decode(data)


@sync_op
def op_encoding_base64_encode(environment: Environment, data: bytes) -> str:
    return forgiving_base64_encode(data)
