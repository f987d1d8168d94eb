from __future__ import annotations

import pytest

from engine.http import Response
from engine.security.mixed_content import (
    should_fetching_request_be_blocked_as_mixed_content,
    should_response_to_request_be_blocked_as_mixed_content,
    upgrade_a_mixed_content_request_to_a_potentially_trustworthy_url,
)
from engine.url import parse_url


@pytest.mark.parametrize(
    ("page", "address", "destination", "blocked"),
    [
        ("https://a.test/", "http://b.test/", "", True),
        ("https://a.test/", "ws://b.test/", "", True),
        ("https://a.test/", "https://b.test/", "", False),
        ("https://a.test/", "http://127.0.0.9/", "", False),
        ("https://a.test/", "http://x.localhost/", "", False),
        ("https://a.test/", "data:,x", "", False),
        ("https://a.test/", "http://b.test/", "document", False),
        ("https://a.test/", "http://b.test/", "iframe", True),
        ("http://a.test/", "http://b.test/", "", False),
        ("http://localhost/", "http://b.test/", "", False),
    ],
)
def test_requests_and_responses(request_from, page, address, destination, blocked):
    request = request_from(page, address, destination=destination)
    assert should_fetching_request_be_blocked_as_mixed_content(request) == blocked
    response = Response(url_list=[parse_url(address)])
    assert should_response_to_request_be_blocked_as_mixed_content(request, response) == blocked


def test_a_request_without_a_client_is_bound_by_its_origin(request_from):
    request = request_from("https://a.test/", "http://b.test/", client=None)
    assert should_fetching_request_be_blocked_as_mixed_content(request)


def test_origins_the_user_trusts(request_from):
    request = request_from("https://a.test/", "http://b.test/")
    assert not should_fetching_request_be_blocked_as_mixed_content(request, ["http://b.test"])


@pytest.mark.parametrize(
    ("page", "address", "slots", "upgraded"),
    [
        ("https://a.test/", "http://b.test/x", {"destination": "image"}, "https://b.test/x"),
        ("https://a.test/", "http://b.test:81/x", {"destination": "audio"}, "https://b.test:81/x"),
        ("https://a.test/", "http://b.test/x", {"destination": "image", "initiator": "imageset"}, None),
        ("https://a.test/", "http://1.2.3.4/x", {"destination": "image"}, None),
        ("https://a.test/", "http://b.test/x", {"destination": "script"}, None),
        ("http://a.test/", "http://b.test/x", {"destination": "image"}, None),
    ],
)
def test_upgrades(request_from, page, address, slots, upgraded):
    request = request_from(page, address, **slots)
    upgrade_a_mixed_content_request_to_a_potentially_trustworthy_url(request)
    assert request.current_url.serialized == (upgraded or address)
