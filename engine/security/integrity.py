"""https://w3c.github.io/webappsec-subresource-integrity/"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

_STRENGTH = {"sha256": 1, "sha384": 2, "sha512": 3}


class IntegrityMetadata(NamedTuple):
    """One hash of https://w3c.github.io/webappsec-subresource-integrity/#grammardef-hash-expression, in base64, with
    its options.
    """

    algorithm: str
    value: str
    options: str


def parse_metadata(metadata: str) -> list[IntegrityMetadata]:
    """https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata"""
    # 1. No metadata yet.
    result: list[IntegrityMetadata] = []
    # 2. For each item between whitespace:
    for item in metadata.split():
        # 2.1–2.3. The hash expression, and options after a question mark, which are kept and not interpreted.
        expression, _, options = item.partition("?")
        # 2.4–2.5. Algorithm and base64 value.
        algorithm, _, value = expression.partition("-")
        # 2.6. An unknown algorithm is passed over.
        if algorithm.lower() in _STRENGTH:
            # 2.7–2.8. Append the metadata.
            result.append(IntegrityMetadata(algorithm.lower(), value, options))
    # 3. The parsed metadata.
    return result


def get_the_strongest_metadata(metadata: list[IntegrityMetadata]) -> list[IntegrityMetadata]:
    """https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata"""
    if not metadata:
        return []
    strongest = max(_STRENGTH[item.algorithm] for item in metadata)
    return [item for item in metadata if _STRENGTH[item.algorithm] == strongest]


def do_bytes_match_metadata_list(data: bytes, metadata: str) -> bool:
    """https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist"""
    # 1–2. Without metadata that we understand, anything matches.
    parsed = parse_metadata(metadata)
    if not parsed:
        return True
    # 3–5. One of the strongest metadata must match the bytes.
    return any(
        hmac.compare_digest(hashlib.new(item.algorithm, data).digest(), _decode(item.value))
        for item in get_the_strongest_metadata(parsed)
    )


def _decode(value: str) -> bytes:
    text = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
