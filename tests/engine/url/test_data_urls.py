import pytest

from engine.infra import FAILURE
from engine.url import URL, parse_url, process_a_data_url


@pytest.mark.parametrize(
    ("text", "mime_type", "body"),
    [
        ("data:,X%20Y", "text/plain;charset=US-ASCII", b"X Y"),
        ("data:text/html;charset=utf-8,<p>#no", "text/html;charset=utf-8", b"<p>"),
        ("data:;charset=x,X", "text/plain;charset=x", b"X"),
        ("data:;base64,WA", "text/plain;charset=US-ASCII", b"X"),
        ("data:image/png; BASE64,W A==", "image/png", b"X"),
        ("data:text/plain;base64;x=1,WA", "text/plain;x=1", b"WA"),
        ("data:not a type,%FF", "text/plain;charset=US-ASCII", b"\xff"),
        ("data:,a,b", "text/plain;charset=US-ASCII", b"a,b"),
    ],
)
def test_data_urls(text: str, mime_type: str, body: bytes) -> None:
    url = parse_url(text)
    assert isinstance(url, URL)
    struct = process_a_data_url(url)
    assert struct is not FAILURE
    assert (str(struct.mime_type), struct.body) == (mime_type, body)


@pytest.mark.parametrize("text", ["data:", "data:text/plain", "data:;base64,W"])
def test_what_carries_no_data(text: str) -> None:
    url = parse_url(text)
    assert isinstance(url, URL)
    assert process_a_data_url(url) is FAILURE
