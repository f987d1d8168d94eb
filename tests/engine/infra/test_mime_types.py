import pytest

from engine.infra import (
    FAILURE,
    MimeType,
    is_a_javascript_mime_type,
    is_a_javascript_mime_type_essence_match,
    is_a_json_mime_type,
    is_an_xml_mime_type,
    minimize_a_supported_mime_type,
    parse_mime_type,
    serialize_mime_type,
)


@pytest.mark.parametrize(
    ("text", "serialized"),
    [
        (" TEXT/HTML;Charset=GBK ", "text/html;charset=GBK"),
        ("text/html;charset=gbk;charset=utf-8", "text/html;charset=gbk"),
        ('text/html;charset="gbk"', "text/html;charset=gbk"),
        ('text/html;charset="a b";x', 'text/html;charset="a b"'),
        ('text/html;charset="a\\"b"rubbish;x=1', 'text/html;charset="a\\"b";x=1'),
        ("text/html;charset=;x=1", "text/html;x=1"),
        ('text/html;charset=""', 'text/html;charset=""'),
        ("text/html;(=1;y=\u0100;z=3", "text/html;z=3"),
        ("x/x;", "x/x"),
    ],
)
def test_parsing_and_serializing(text: str, serialized: str) -> None:
    mime_type = parse_mime_type(text)
    assert isinstance(mime_type, MimeType)
    assert serialize_mime_type(mime_type) == serialized


@pytest.mark.parametrize(
    "text", ["", "text", "text/", "/html", "text/html/x", "te xt/html", "text /html", "t\u00e9xt/html", "text/ html"]
)
def test_what_is_no_mime_type(text: str) -> None:
    assert parse_mime_type(text) is FAILURE


def test_groups() -> None:
    assert is_a_javascript_mime_type(MimeType("text", "javascript1.5"))
    assert not is_a_javascript_mime_type(MimeType("text", "javascript1.6"))
    assert is_a_javascript_mime_type_essence_match("Text/JavaScript")
    assert not is_a_javascript_mime_type_essence_match("text/javascript;charset=utf-8")
    assert is_a_json_mime_type(MimeType("application", "manifest+json"))
    assert is_an_xml_mime_type(MimeType("image", "svg+xml"))


@pytest.mark.parametrize(
    ("text", "minimized"),
    [
        ("text/livescript;a=b", "text/javascript"),
        ("application/ld+json", "application/json"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/rss+xml", "application/xml"),
        ("image/png", "image/png"),
        ("image/jpe", ""),
    ],
)
def test_minimizing(text: str, minimized: str) -> None:
    mime_type = parse_mime_type(text)
    assert isinstance(mime_type, MimeType)
    assert minimize_a_supported_mime_type(mime_type) == minimized
