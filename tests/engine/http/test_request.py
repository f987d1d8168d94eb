from __future__ import annotations

import pytest

from engine.http import Body, HeaderList, Request
from engine.http.body import BytesStream
from engine.url import origin_of, parse_url


def request(*urls: str, origin: str = "https://a.test") -> Request:
    return Request([parse_url(url) for url in urls], origin=origin_of(parse_url(origin)))


@pytest.mark.parametrize(
    ("urls", "taint", "origin"),
    [
        (["https://a.test/"], "same-origin", "https://a.test"),
        (["https://b.test/"], "same-origin", "https://a.test"),
        (["https://a.test/", "https://b.test/"], "same-origin", "https://a.test"),
        (["https://a.test/", "https://b.test/", "https://b.test/2"], "same-origin", "https://a.test"),
        (["https://b.test/", "https://a.test/"], "cross-site", "null"),
        (["https://a.test/", "https://b.test/", "https://c.test/"], "cross-site", "null"),
        (["https://x.a.test/", "https://y.a.test/"], "same-site", "null"),
        (["https://x.a.test/", "https://a.test/"], "same-site", "null"),
    ],
)
def test_redirect_taint(urls, taint, origin):
    made = request(*urls)
    assert made.redirect_taint() == taint
    assert made.serialize_origin() == origin


async def test_clone_has_its_own_lists_and_its_own_body():
    original = request("https://a.test/")
    original.header_list = HeaderList([(b"A", b"1")])
    original.body = Body(BytesStream(b"abc"))
    copy = original.clone()
    copy.header_list.append(b"B", b"2")
    copy.url_list.append(original.url)
    assert len(original.header_list) == 1 and len(original.url_list) == 1
    assert copy.request_id != original.request_id
    assert await copy.body.read_all() == b"abc" == await original.body.read_all()


def test_kinds():
    assert request("https://a.test/").is_subresource_request
    page = request("https://a.test/")
    page.destination = "document"
    assert page.is_navigation_request and not page.is_subresource_request
    worker = request("https://a.test/")
    worker.destination = "serviceworker"
    assert worker.is_script_like and worker.is_non_subresource_request and not worker.is_navigation_request
