from __future__ import annotations

import pytest

from engine.security.fetch_metadata import append_the_fetch_metadata_headers
from engine.url import parse_url


@pytest.mark.parametrize(
    ("urls", "site"),
    [
        (["https://a.test/"], b"same-origin"),
        (["https://x.a.test/"], b"same-site"),
        (["https://b.test/"], b"cross-site"),
        (["https://b.test/", "https://a.test/"], b"cross-site"),
        (["https://a.test/", "https://x.a.test/"], b"same-site"),
        (["http://127.0.0.1/"], b"cross-site"),
    ],
)
def test_site(request_from, urls, site):
    request = request_from("https://a.test/", urls[0])
    request.url_list.extend(parse_url(url) for url in urls[1:])
    append_the_fetch_metadata_headers(request)
    assert request.header_list.get(b"sec-fetch-site") == site
    assert request.header_list.get(b"sec-fetch-dest") == b"empty"
    assert request.header_list.get(b"sec-fetch-user") is None


def test_nothing_over_the_open_wire(request_from):
    request = request_from("http://a.test/", "http://a.test/")
    append_the_fetch_metadata_headers(request)
    assert not request.header_list


def test_navigations(request_from):
    request = request_from(
        "https://a.test/", "https://b.test/", destination="document", mode="navigate", client=None, user_activation=True
    )
    append_the_fetch_metadata_headers(request)
    assert dict(request.header_list) == {
        b"Sec-Fetch-Dest": b"document",
        b"Sec-Fetch-Mode": b"navigate",
        b"Sec-Fetch-Site": b"none",
        b"Sec-Fetch-User": b"?1",
    }
