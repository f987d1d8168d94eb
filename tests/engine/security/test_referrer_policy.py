from __future__ import annotations

import pytest

from engine.http import HeaderList, Request
from engine.security.referrer_policy import determine_requests_referrer, parse_a_referrer_policy_from_a_header
from engine.url import parse_url

FULL = "https://a.test/p?q"
PLAIN = "http://a.test/p?q"
ORIGIN, PLAIN_ORIGIN = "https://a.test/", "http://a.test/"
NONE = "no-referrer"


@pytest.mark.parametrize(
    ("policy", "same", "cross", "downgrade", "plain_to_plain"),
    [
        ("no-referrer", NONE, NONE, NONE, NONE),
        ("no-referrer-when-downgrade", FULL, FULL, NONE, PLAIN),
        ("same-origin", FULL, NONE, NONE, NONE),
        ("origin", ORIGIN, ORIGIN, ORIGIN, PLAIN_ORIGIN),
        ("strict-origin", ORIGIN, ORIGIN, NONE, PLAIN_ORIGIN),
        ("origin-when-cross-origin", FULL, ORIGIN, ORIGIN, PLAIN_ORIGIN),
        ("strict-origin-when-cross-origin", FULL, ORIGIN, NONE, PLAIN_ORIGIN),
        ("unsafe-url", FULL, FULL, FULL, PLAIN),
        ("", FULL, ORIGIN, NONE, PLAIN_ORIGIN),
    ],
)
def test_what_each_policy_tells(request_from, policy, same, cross, downgrade, plain_to_plain):
    page, plain_page = "https://us:pw@a.test/p?q#f", "http://a.test/p?q#f"
    cases = [
        (page, "https://a.test/x", same),
        (page, "https://b.test/x", cross),
        (page, "http://b.test/x", downgrade),
        (plain_page, "http://b.test/x", plain_to_plain),
    ]
    for source, address, expected in cases:
        referrer = determine_requests_referrer(request_from(source, address, referrer_policy=policy))
        assert str(referrer) == expected


def test_a_request_may_name_its_referrer(request_from):
    request = request_from(FULL, "https://a.test/x", referrer=parse_url("https://a.test/other#f"))
    assert str(determine_requests_referrer(request)) == "https://a.test/other"


@pytest.mark.parametrize("page", ["about:blank", "data:text/html,x", "blob:https://a.test/1"])
def test_local_places_say_nothing(request_from, page):
    assert determine_requests_referrer(request_from(page, "https://a.test/x", referrer_policy="unsafe-url")) == NONE


def test_without_a_client_there_is_nothing_to_tell():
    assert determine_requests_referrer(Request([parse_url("https://a.test/")])) == NONE


def test_long_addresses_are_cut_to_the_origin(request_from):
    assert str(determine_requests_referrer(request_from(f"https://a.test/{'x' * 4096}", "https://a.test/x"))) == ORIGIN


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        (b"origin", "origin"),
        (b"ORIGIN, nonsense", "origin"),
        (b"origin, same-origin", "same-origin"),
        (b"", ""),
        (b"x", ""),
    ],
)
def test_the_last_known_word_counts(value, policy):
    assert parse_a_referrer_policy_from_a_header(HeaderList([(b"Referrer-Policy", value)])) == policy
