from __future__ import annotations

import pytest

from engine.event_loop import FakeClock
from engine.fetch import preflight_cache
from engine.fetch.preflight_cache import PreflightCache


@pytest.fixture
def a_request(a_request, page):
    return lambda address, **slots: a_request(address, origin=page.origin, **slots)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def cache(clock):
    return PreflightCache(clock)


def test_header_names_are_told_apart_whatever_their_case(cache, a_request):
    request = a_request("https://other.test/")
    cache.store_header_name(b"X-A", request, 60)
    assert cache.has_header_name_cache_entry_match(b"x-a", request)
    assert not cache.has_header_name_cache_entry_match(b"x-b", request)
    assert not cache.has_method_cache_entry_match("X-A", request)


def test_a_star_stands_for_all_but_authorization(cache, a_request):
    request = a_request("https://other.test/")
    cache.store_header_name(b"*", request, 60)
    cache.store_method("*", request, 60)
    assert cache.has_header_name_cache_entry_match(b"x-a", request)
    assert cache.has_method_cache_entry_match("PUT", request)
    assert not cache.has_header_name_cache_entry_match(b"Authorization", request)


def test_an_entry_that_matches_lasts_longer_instead_of_another_being_made(cache, clock, a_request):
    request = a_request("https://other.test/", credentials_mode="include")
    cache.store_method("PUT", request, 10)
    cache.store_method("PUT", a_request("https://other.test/"), 60)
    assert len(cache) == 1
    clock.advance(11)
    assert cache.has_method_cache_entry_match("PUT", request)


def test_what_has_expired_is_forgotten_when_it_is_asked_about(cache, clock, a_request):
    request = a_request("https://other.test/")
    for name in (b"a", b"b"):
        cache.store_header_name(name, request, 10)
    clock.advance(10)
    assert not cache.has_header_name_cache_entry_match(b"a", request)
    assert len(cache) == 1
    cache.store_header_name(b"a", request, 10)
    cache.clear_cache_entries(request)
    assert len(cache) == 0


def test_there_are_never_more_entries_than_so_many(cache, a_request, monkeypatch):
    monkeypatch.setattr(preflight_cache, "MOST_ENTRIES", 20)
    requests = [a_request(f"https://other.test/{number}") for number in range(50)]
    for request in requests:
        cache.store_method("PUT", request, 60)
        assert cache.has_method_cache_entry_match("PUT", requests[0])
    known = [request for request in requests if cache.has_method_cache_entry_match("PUT", request)]
    assert known == [requests[0], *requests[-19:]]
    assert len(cache) == 20
    for number in range(30):
        cache.store_header_name(b"%d" % number, requests[0], 60)
    assert len(cache) <= 20
