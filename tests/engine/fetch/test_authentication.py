from __future__ import annotations

import pytest

from engine.fetch.authentication import basic_authorization, basic_realm
from engine.http import HeaderList


@pytest.mark.parametrize(
    ("challenges", "realm"),
    [
        ([b'Basic realm="here"'], "here"),
        ([b"basic realm=here"], "here"),
        ([b'Basic charset="UTF-8", realm="a \\"b\\""'], 'a "b"'),
        ([b"Basic"], ""),
        ([b'Digest realm="x", nonce="y"'], None),
        ([b'Digest realm="x"', b'Basic realm="y"'], "y"),
        ([b"NotBasic realm=x"], None),
        ([], None),
    ],
)
def test_realm(challenges, realm):
    assert basic_realm(HeaderList((b"WWW-Authenticate", value) for value in challenges)) == realm


def test_value():
    assert basic_authorization("ü", "p:w") == b"Basic w7w6cDp3"
