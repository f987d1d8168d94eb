"""https://infra.spec.whatwg.org/#byte-sequences and the strings that stand for them."""

from __future__ import annotations

HTTP_TAB_OR_SPACE = b"\t "
HTTP_WHITESPACE = "\n\r\t "
"""https://fetch.spec.whatwg.org/#http-whitespace"""

_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_ASCII_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def isomorphic_decode(value: bytes) -> str:
    """https://infra.spec.whatwg.org/#isomorphic-decode"""
    return value.decode("latin-1")


def isomorphic_encode(value: str) -> bytes:
    """https://infra.spec.whatwg.org/#isomorphic-encode

    Raises UnicodeEncodeError for a string that is no isomorphic string: callers assert that it is one.
    """
    return value.encode("latin-1")


def byte_lowercase(value: bytes) -> bytes:
    """https://infra.spec.whatwg.org/#byte-lowercase"""
    return value.lower()


def byte_uppercase(value: bytes) -> bytes:
    """https://infra.spec.whatwg.org/#byte-uppercase"""
    return value.upper()


def byte_case_insensitive_match(a: bytes, b: bytes) -> bool:
    """https://infra.spec.whatwg.org/#byte-case-insensitive"""
    return len(a) == len(b) and a.lower() == b.lower()


def code_unit_less_than(a: str, b: str) -> bool:
    """https://infra.spec.whatwg.org/#code-unit-less-than"""
    return a.encode("utf-16-be", "surrogatepass") < b.encode("utf-16-be", "surrogatepass")


def utf8_decode(value: bytes | bytearray) -> str:
    """https://encoding.spec.whatwg.org/#utf-8-decode"""
    return value.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def utf8_decode_without_bom(value: bytes) -> str:
    """https://encoding.spec.whatwg.org/#utf-8-decode-without-bom"""
    return value.decode("utf-8", "replace")


def utf8_encode(value: str) -> bytes:
    """https://encoding.spec.whatwg.org/#utf-8-encode

    Of any string: lone surrogates are converted first.
    """
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        return scalar_value_string(value).encode("utf-8")


def scalar_value_string(value: str) -> str:
    """https://infra.spec.whatwg.org/#javascript-string-convert

    Surrogates that make a pair become their code point, lone ones U+FFFD.
    """
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def ascii_lowercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#ascii-lowercase"""
    return value.lower() if value.isascii() else value.translate(_ASCII_LOWER)


def ascii_uppercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#ascii-uppercase"""
    return value.upper() if value.isascii() else value.translate(_ASCII_UPPER)


def ascii_case_insensitive_match(a: str, b: str) -> bool:
    """https://infra.spec.whatwg.org/#ascii-case-insensitive"""
    return len(a) == len(b) and ascii_lowercase(a) == ascii_lowercase(b)
