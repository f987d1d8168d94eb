"""https://url.spec.whatwg.org/#percent-encoded-bytes"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from engine.infra import utf8_encode

PercentEncodeSet: TypeAlias = frozenset[int]
"""The bytes (of UTF-8 code points) that are to be percent-encoded. Bytes above 0x7E always are."""

_ABOVE_TILDE = frozenset(range(0x7F, 0x100))

C0_CONTROL: Final[PercentEncodeSet] = frozenset(range(0x20)) | _ABOVE_TILDE
"""https://url.spec.whatwg.org/#c0-control-percent-encode-set"""
FRAGMENT: Final[PercentEncodeSet] = C0_CONTROL | frozenset(b' "<>`')
"""https://url.spec.whatwg.org/#fragment-percent-encode-set"""
QUERY: Final[PercentEncodeSet] = C0_CONTROL | frozenset(b' "#<>')
"""https://url.spec.whatwg.org/#query-percent-encode-set"""
SPECIAL_QUERY: Final[PercentEncodeSet] = QUERY | frozenset(b"'")
"""https://url.spec.whatwg.org/#special-query-percent-encode-set"""
PATH: Final[PercentEncodeSet] = QUERY | frozenset(b"?^`{}")
"""https://url.spec.whatwg.org/#path-percent-encode-set"""
USERINFO: Final[PercentEncodeSet] = PATH | frozenset(b"/:;=@[\\]|")
"""https://url.spec.whatwg.org/#userinfo-percent-encode-set"""
COMPONENT: Final[PercentEncodeSet] = USERINFO | frozenset(b"$&+,") | frozenset(b"%")
"""https://url.spec.whatwg.org/#component-percent-encode-set, with "%" as encodeURIComponent() has it."""
FORM_URLENCODED: Final[PercentEncodeSet] = COMPONENT | frozenset(b"!'()~")
"""https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set"""

_PERCENT_ENCODED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")


def percent_encode(data: bytes, percent_encode_set: PercentEncodeSet) -> str:
    """https://url.spec.whatwg.org/#percent-encode

    For every byte that is in the set.
    """
    return "".join(f"%{byte:02X}" if byte in percent_encode_set else chr(byte) for byte in data)


def utf8_percent_encode(text: str, percent_encode_set: PercentEncodeSet) -> str:
    """https://url.spec.whatwg.org/#string-utf-8-percent-encode"""
    return percent_encode(utf8_encode(text), percent_encode_set)


def percent_decode(data: bytes) -> bytes:
    """https://url.spec.whatwg.org/#percent-decode"""
    if 0x25 not in data:
        return data
    return _PERCENT_ENCODED_BYTE.sub(lambda match: bytes((int(match[1], 16),)), data)


def percent_decode_string(text: str) -> bytes:
    """https://url.spec.whatwg.org/#string-percent-decode"""
    return percent_decode(utf8_encode(text))
