import pytest

from engine.infra import FAILURE, forgiving_base64_decode, forgiving_base64_encode


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""),
        ("YWJj", b"abc"),
        ("Y W\tJ\nj", b"abc"),
        ("YQ==", b"a"),
        ("YQ", b"a"),
        ("YR", b"a"),  # the bits left over are dropped
        ("/A", b"\xfc"),
    ],
)
def test_what_decodes(text: str, data: bytes) -> None:
    assert forgiving_base64_decode(text) == data


@pytest.mark.parametrize("text", ["a", "YQ=", "=", "YQ===", "YW=Jj", "_A", "ab\u00a0cd", "YQ==YQ==", "Yé=="])
def test_what_does_not(text: str) -> None:
    assert forgiving_base64_decode(text) is FAILURE


def test_encoding() -> None:
    assert forgiving_base64_encode(b"a" * 100).startswith("YWFh")
    assert "\n" not in forgiving_base64_encode(b"a" * 100)
