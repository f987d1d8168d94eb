"""Redirects: where they lead, what they change, when they end."""

from __future__ import annotations

import pytest

from engine.http import Body, HeaderList
from engine.http.body import BytesStream
from engine.network.fake_transport import FakeResponse


def to(location: str, status: int = 302, **headers: str) -> FakeResponse:
    more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return FakeResponse(b"moved", status=status, headers=[(b"Location", location.encode()), *more])


OPEN = FakeResponse(b"there", headers=[(b"Access-Control-Allow-Origin", b"*")])


async def test_followed_and_remembered(go, a_request, transport):
    transport.route("https://site.test/a", to("/b"))
    transport.route("https://site.test/b", to("c?x", 307))
    transport.route("https://site.test/c?x", "there")
    response = await go(a_request("https://site.test/a"))
    assert await response.body.read_all() == b"there"
    assert [url.serialized for url in response.url_list] == [
        "https://site.test/a",
        "https://site.test/b",
        "https://site.test/c?x",
    ]
    assert transport.open_bodies == 0


async def test_the_fragment_goes_along_unless_there_is_a_new_one(go, a_request, transport):
    transport.route("https://site.test/a", to("/b"))
    transport.route("https://site.test/c", to("/b#new"))
    transport.route("https://site.test/b", "there")
    assert (await go(a_request("https://site.test/a#old"))).url.fragment == "old"
    assert (await go(a_request("https://site.test/c#old"))).url.fragment == "new"


async def test_twenty_are_followed_and_no_more(go, a_request, transport):
    for number in range(25):
        transport.route(f"https://site.test/{number}", to(f"/{number + 1}"))
    transport.route("https://site.test/20", "end")
    assert (await go(a_request("https://site.test/0"))).status == 200
    transport.route("https://site.test/20", to("/21"))
    transport.route("https://site.test/21", "end")
    response = await go(a_request("https://site.test/0"))
    assert response.is_network_error and "20 redirects" in response.reason
    assert transport.open_bodies == 1  # the first response's, which nobody has read


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "GET", "GET"),
    ],
)
async def test_methods_and_bodies(go, a_request, transport, status, method, becomes):
    transport.route("https://site.test/a", to("/b", status))
    transport.route("https://site.test/b", "there")
    body = b"data" if method in ("POST", "PUT") else None
    request = a_request(
        "https://site.test/a", method=method, body=body, header_list=HeaderList([(b"Content-Type", b"text/plain")])
    )
    await go(request)
    sent = transport.requests[1]
    assert sent.method == becomes
    kept = body if becomes == method else None
    assert sent.body == kept
    assert (sent.header("content-type") is not None) == (becomes == method)
    assert sent.header("content-length") == (b"4" if kept else None)


async def test_a_stream_cannot_be_sent_twice(go, a_request, transport, user_agent):
    transport.route("https://site.test/a", to("/b", 307))
    request = a_request("https://site.test/a", method="POST", body=Body(BytesStream(b"x")))
    response = await go(request)
    assert response.is_network_error and "stream" in response.reason


async def test_mode_error(go, a_request, transport):
    transport.route("https://site.test/a", to("/b"))
    response = await go(a_request("https://site.test/a", redirect_mode="error"))
    assert response.is_network_error
    assert len(transport.requests) == 1 and transport.open_bodies == 0


async def test_mode_manual_is_opaque(go, a_request, transport):
    transport.route("https://site.test/a", to("/b"))
    response = await go(a_request("https://site.test/a", redirect_mode="manual"))
    assert (response.type, response.status, len(response.header_list), response.body) == ("opaqueredirect", 0, 0, None)
    assert response.url.serialized == "https://site.test/a"
    assert response.internal_response.header_list.get(b"location") == b"/b"


async def test_a_navigation_goes_on_by_hand(user_agent, a_request, transport):
    from engine.fetch import fetch

    transport.route("https://site.test/a", to("/b"))
    transport.route("https://site.test/b", "there")
    request = a_request("https://site.test/a", mode="navigate", destination="document", redirect_mode="manual")
    controller = fetch(request, user_agent)
    response = await controller.response()
    assert (response.type, response.status) == ("basic", 302)
    response = await controller.process_the_next_manual_redirect()
    assert (response.status, response.url.serialized) == (200, "https://site.test/b")


@pytest.mark.parametrize("location", ["data:,x", "about:blank", "ftp://site.test/", "http://[", "blob:x"])
async def test_only_to_http(go, a_request, transport, location):
    transport.route("https://site.test/a", to(location))
    assert (await go(a_request("https://site.test/a"))).is_network_error


async def test_without_location_it_is_a_response_like_any_other(go, a_request, transport):
    transport.route("https://site.test/a", FakeResponse(b"x", status=302))
    response = await go(a_request("https://site.test/a"))
    assert response.status == 302 and await response.body.read_all() == b"x"


async def test_to_another_origin_it_becomes_a_cors_response(go, a_request, transport):
    transport.route("https://site.test/a", to("https://other.test/b"))
    transport.route("https://other.test/b", OPEN)
    response = await go(a_request("https://site.test/a"))
    assert (response.type, response.redirect_taint) == ("cors", "same-origin")
    assert transport.requests[1].header("origin") == b"https://site.test"


async def test_through_foreign_origins_it_hides_where_it_came_from(go, a_request, transport):
    transport.route("https://other.test/a", to("https://third.test/b", Access_Control_Allow_Origin="*"))
    transport.route("https://third.test/b", OPEN)
    response = await go(a_request("https://other.test/a"))
    assert transport.requests[1].header("origin") == b"null"
    assert response.redirect_taint == "cross-site"


async def test_credentials_in_the_location_do_not_cross_origins(go, a_request, transport):
    transport.route("https://site.test/a", to("https://u:p@other.test/b"))
    transport.route("https://other.test/*", OPEN)
    assert (await go(a_request("https://site.test/a"))).is_network_error
    transport.route("https://other.test/x", to("https://u:p@other.test/y", Access_Control_Allow_Origin="*"))
    assert (await go(a_request("https://other.test/x"))).is_network_error


async def test_authorization_is_for_one_origin(go, a_request, transport):
    transport.route("https://site.test/a", to("/b"))
    transport.route("https://site.test/b", to("https://other.test/c"))
    transport.route("https://other.test/c", OPEN)
    await go(a_request("https://site.test/a", header_list=HeaderList([(b"Authorization", b"Basic x")])))
    assert [(sent.method, sent.header("authorization")) for sent in transport.requests] == [
        ("GET", b"Basic x"),
        ("GET", b"Basic x"),
        ("GET", None),
    ]


async def test_the_referrer_policy_can_change_on_the_way(go, a_request, transport):
    transport.route("https://site.test/a", to("/b", Referrer_Policy="origin"))
    transport.route("https://site.test/b", "there")
    await go(a_request("https://site.test/a"))
    assert [sent.header("referer") for sent in transport.requests] == [
        b"https://site.test/dir/page.html?q=1",
        b"https://site.test/",
    ]
