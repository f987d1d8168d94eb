"""Responses as those who fetched see them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from engine.http import HeaderList
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse


async def test_a_plain_get_gives_a_basic_response(go, a_request, transport):
    transport.route("https://site.test/a", FakeResponse(b"hello", headers=[(b"X-A", b"1"), (b"Set-Cookie", b"k=v")]))
    response = await go(a_request("https://site.test/a#f"))
    assert (response.type, response.status, response.status_message) == ("basic", 200, b"OK")
    assert response.url.serialized == "https://site.test/a#f"
    assert response.header_list.get(b"x-a") == b"1"
    assert response.header_list.get(b"set-cookie") is None
    assert response.internal_response.header_list.get(b"set-cookie") == b"k=v"
    assert response.body.length == 5
    assert await response.body.read_all() == b"hello"
    assert transport.open_bodies == 0


async def test_the_request_says_what_browsers_say(go, a_request, transport):
    transport.route("https://site.test/a", "x")
    await go(a_request("https://site.test/a"))
    sent = dict(transport.requests[0].headers)
    assert sent == {
        b"Accept": b"*/*",
        b"Accept-Language": b"en",
        b"Referer": b"https://site.test/dir/page.html?q=1",
        b"Sec-Fetch-Dest": b"empty",
        b"Sec-Fetch-Mode": b"cors",
        b"Sec-Fetch-Site": b"same-origin",
        b"User-Agent": b"Test/1.0",
        b"Accept-Encoding": b"gzip, deflate, br, zstd",
    }


async def test_no_cors_elsewhere_is_opaque_and_hides_everything(go, a_request, transport):
    transport.route("https://other.test/a", FakeResponse(b"secret", status=404, headers=[(b"X-A", b"1")]))
    response = await go(a_request("https://other.test/a", mode="no-cors", unsafe_request=False))
    assert (response.type, response.status, response.status_message) == ("opaque", 0, b"")
    assert response.url is None and response.body is None and not response.header_list
    assert response.internal_response.status == 404
    assert await response.internal_response.body.read_all() == b"secret"


async def test_same_origin_mode_refuses_another_origin(go, a_request, transport):
    response = await go(a_request("https://other.test/a", mode="same-origin"))
    assert response.is_network_error and "same-origin" in response.reason
    assert not transport.requests


async def test_cors_cannot_reach_non_http_schemes(go, a_request):
    for address in ("ftp://other.test/", "javascript:1", "file:///etc/passwd", "unknown:x"):
        assert (await go(a_request(address))).is_network_error


@pytest.mark.parametrize("port", [1, 22, 25, 6000, 10080])
async def test_bad_ports_are_never_connected_to(go, a_request, transport, port):
    transport.route("*", "x")
    response = await go(a_request(f"https://site.test:{port}/"))
    assert response.is_network_error and str(port) in response.reason
    assert not transport.requests


async def test_mixed_content_is_blocked_and_loopback_is_not(go, a_request, transport):
    transport.route("*", FakeResponse(b"x", headers=[(b"Access-Control-Allow-Origin", b"*")]))
    blocked = await go(a_request("http://site.test/a"))
    assert blocked.is_network_error and blocked.reason == "mixed content"
    assert not transport.requests
    for address in ("http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/"):
        assert not (await go(a_request(address))).is_network_error


async def test_mixed_content_redirects_are_blocked(go, a_request, transport):
    transport.route("https://site.test/a", FakeResponse(status=302, headers=[(b"Location", b"http://plain.test/")]))
    response = await go(a_request("https://site.test/a"))
    assert response.is_network_error and response.reason == "mixed content"
    assert [sent.url for sent in transport.requests] == ["https://site.test/a"]


async def test_images_are_upgraded_instead(go, a_request, transport):
    transport.route("https://pics.test/a.png", "x")
    response = await go(a_request("http://pics.test/a.png", mode="no-cors", destination="image", unsafe_request=False))
    assert response.internal_response.url.serialized == "https://pics.test/a.png"


async def test_local_urls_only(go, a_request):
    assert (await go(a_request("https://site.test/", local_urls_only=True))).is_network_error
    assert not (await go(a_request("data:,x", local_urls_only=True))).is_network_error


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304)])
async def test_some_responses_have_no_body(go, a_request, transport, method, status):
    transport.route("*", FakeResponse(b"x", status=status, headers=[(b"Content-Type", b"text/plain")]))
    response = await go(a_request("https://site.test/a", method=method))
    assert response.body is None and response.status == status
    assert transport.open_bodies == 0


async def test_network_failures_are_values_with_a_reason(go, a_request, transport):
    transport.route("*", NetworkFailure("name not resolved", "site.test: no such name"))
    response = await go(a_request("https://site.test/a"))
    assert response.is_network_error and response.status == 0
    assert (response.reason, response.failure_kind) == ("site.test: no such name", "name not resolved")


async def test_integrity_is_checked_before_anything_is_handed_over(go, a_request, transport):
    digest = b64encode(hashlib.sha256(b"right").digest()).decode()
    transport.route("https://site.test/right", "right")
    transport.route("https://site.test/wrong", "wrong")
    good = await go(a_request("https://site.test/right", integrity_metadata=f"sha256-{digest}"))
    assert await good.body.read_all() == b"right"
    bad = await go(a_request("https://site.test/wrong", integrity_metadata=f"sha256-{digest}"))
    assert bad.is_network_error and "integrity" in bad.reason


async def test_scripts_of_the_wrong_type_are_withheld(go, a_request, transport):
    transport.route("https://site.test/csv", FakeResponse(b"1", headers=[(b"Content-Type", b"text/csv")]))
    transport.route(
        "https://site.test/txt",
        FakeResponse(b"1", headers=[(b"Content-Type", b"text/plain"), (b"X-Content-Type-Options", b"nosniff")]),
    )
    for path in ("csv", "txt"):
        request = a_request(f"https://site.test/{path}", destination="script", mode="no-cors", unsafe_request=False)
        assert (await go(request)).is_network_error
    assert transport.open_bodies == 0


async def test_a_partial_response_nobody_asked_for_stays_hidden(go, a_request, transport, user_agent, page):
    transport.route("https://other.test/a", FakeResponse(b"x", status=206))
    request = a_request("https://other.test/a", mode="no-cors", unsafe_request=False)
    page.active_service_worker = object()

    async def answer_with_a_range(asked, controller):
        asked.service_workers_mode = "none"
        asked.header_list = HeaderList([(b"Range", b"bytes=0-0")])
        from engine.fetch import fetch

        return await fetch(asked, user_agent).response()

    user_agent.handle_fetch = answer_with_a_range
    response = await go(request)
    assert response.is_network_error and "partial" in response.reason


async def test_done_when_the_body_has_been_read(go, a_request, transport, page):
    transport.route("*", "x")
    request = a_request("https://site.test/a")
    response = await go(request)
    assert not request.done and [record.request for record in page.fetch_group] == [request]
    await response.body.read_all()
    assert request.done and page.fetch_group == []
