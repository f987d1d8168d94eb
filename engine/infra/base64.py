"""https://infra.spec.whatwg.org/#base64"""

from __future__ import annotations

import binascii
import re

from engine.infra.sentinels import FAILURE, Failure
from engine.infra.strings import remove_ascii_whitespace

_ALPHABET = re.compile(r"[A-Za-z0-9+/]*\Z")


def forgiving_base64_encode(data: bytes) -> str:
    """https://infra.spec.whatwg.org/#forgiving-base64-encode"""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def forgiving_base64_decode(data: str) -> bytes | Failure:
    """https://infra.spec.whatwg.org/#forgiving-base64-decode"""
    # 1. Remove ASCII whitespace.
    data = remove_ascii_whitespace(data)
    # 2. Remove the padding, where the length is a multiple of four.
    if len(data) % 4 == 0:
        if data.endswith("=="):
            data = data[:-2]
        elif data.endswith("="):
            data = data[:-1]
    # 3. A remainder of one code point is a failure.
    if len(data) % 4 == 1:
        return FAILURE
    # 4. Any code point outside the alphabet is a failure.
    if not _ALPHABET.match(data):
        return FAILURE
    # 5–10. Bits left over are dropped, whatever they are, which is what binascii does once the padding is whole.
    return binascii.a2b_base64(data + "=" * (-len(data) % 4))
