from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode

import pytest

from engine.security.integrity import do_bytes_match_metadata_list


def of(algorithm: str, data: bytes, encode=b64encode) -> str:
    return f"{algorithm}-{encode(hashlib.new(algorithm, data).digest()).decode()}"


@pytest.mark.parametrize(
    ("metadata", "matches"),
    [
        ("", True),
        ("md5-x unknown", True),
        (of("sha256", b"data"), True),
        (of("sha256", b"data").upper()[:6] + of("sha256", b"data")[6:], True),
        (of("sha256", b"data", urlsafe_b64encode), True),
        (of("sha256", b"data").rstrip("="), True),
        (of("sha256", b"data") + "?option", True),
        (of("sha256", b"other"), False),
        (of("sha256", b"data") + " " + of("sha512", b"other"), False),
        (of("sha256", b"other") + " " + of("sha512", b"data"), True),
        (of("sha384", b"other") + "\n" + of("sha384", b"data"), True),
        ("sha256-***", False),
    ],
)
def test_matching(metadata, matches):
    assert do_bytes_match_metadata_list(b"data", metadata) == matches
