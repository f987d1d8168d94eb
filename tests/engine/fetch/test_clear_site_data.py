"""What `Clear-Site-Data` says. What becomes of it: tests/engine/browser/test_site_data.py."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from engine.fetch.clear_site_data import clear_site_data_for_response, parse_clear_site_data
from engine.http.headers import HeaderList
from engine.http.request import Request
from engine.http.response import Response
from engine.url import OpaqueOrigin, Origin, parse_url

ALL = ["cache", "cookies", "storage", "executionContexts"]


def response(*values: str) -> Response:
    return Response(header_list=HeaderList([(b"Clear-Site-Data", value.encode()) for value in values]))


@pytest.mark.parametrize(
    ("values", "types"),
    [
        ([], []),
        (['"cache"'], ["cache"]),
        (['"cookies","storage"'], ["cookies", "storage"]),
        (['"storage"', ' "cookies" '], ["storage", "cookies"]),
        (['"storage", "storage"'], ["storage"]),
        (['"*"'], ALL),
        (['"storage", "*"'], ["storage", "cache", "cookies", "executionContexts"]),
        (['"clientHints", "prefetchCache"'], []),
        (["storage"], []),
        (["*"], []),
        (['"STORAGE"'], []),
        (["\"storage"], []),
        (['"storage" "cookies"'], []),
    ],
)
def test_words(values: list[str], types: list[str]) -> None:
    assert parse_clear_site_data(response(*values)) == types


@pytest.mark.parametrize(
    ("address", "counts"),
    [
        ("https://site.test/a", True),
        ("http://127.0.0.1:8000/", True),
        ("http://trusted.test/", True),
        ("http://site.test/a", False),
    ],
)
async def test_who_may_say_so(user_agent: Any, address: str, counts: bool) -> None:
    cleared: list[tuple[str, list[str]]] = []

    async def clear(origin: Origin, types: Collection[str]) -> None:
        cleared.append((origin.serialize(), list(types)))

    user_agent.clear_site_data = clear
    user_agent.trusted_origins = ["http://trusted.test"]
    url = parse_url(address)
    assert url
    await clear_site_data_for_response(url, response('"cache"'), user_agent)
    assert [types for _, types in cleared] == ([["cache"]] if counts else [])
    await clear_site_data_for_response(url, response('"nothing"'), user_agent)
    assert len(cleared) == counts


def test_passwords_and_preflights_of_a_site_are_forgotten(user_agent: Any) -> None:
    entries, preflights = user_agent.authentication_entries, user_agent.preflight_cache
    requests = {name: Request([parse_url(f"https://{name}/")], origin=OpaqueOrigin()) for name in ("a.test", "b.a.test", "aa.test")}
    for request in requests.values():
        entries.create(request, "realm", b"Basic x")
        preflights.store_method("PUT", request, 100)
    entries.remove_domain("a.test")
    preflights.remove_host("a.test")
    assert [name for name, request in requests.items() if entries.get(request)] == ["aa.test"]
    known = [name for name, request in requests.items() if preflights.has_method_cache_entry_match("PUT", request)]
    assert known == ["b.a.test", "aa.test"]
