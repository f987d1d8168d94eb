from __future__ import annotations

import pytest

from engine.http import (
    Body,
    HeaderList,
    Response,
    basic_filtered_response,
    cors_filtered_response,
    network_error,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)
from engine.http.body import BytesStream
from engine.infra import FAILURE
from engine.url import parse_url

HEADERS = [(b"Content-Type", b"a/b"), (b"Set-Cookie", b"a=b"), (b"X-A", b"1"), (b"X-B", b"2")]


def response() -> Response:
    return Response(
        url_list=[parse_url("https://a.test/")],
        status=201,
        status_message=b"Made",
        header_list=HeaderList(HEADERS),
        body=Body(BytesStream(b"abc")),
        cors_exposed_header_name_list=[b"x-a", b"set-cookie"],
    )


def test_filters():
    internal = response()
    basic = basic_filtered_response(internal)
    assert basic.header_list.names() == [b"Content-Type", b"X-A", b"X-B"]
    assert (basic.type, basic.status, basic.body) == ("basic", 201, internal.body)
    cors = cors_filtered_response(internal)
    assert (cors.type, cors.header_list.names()) == ("cors", [b"Content-Type", b"X-A"])
    opaque = opaque_filtered_response(internal)
    assert (opaque.type, opaque.status, opaque.url, opaque.body, len(opaque.header_list)) == (
        "opaque",
        0,
        None,
        None,
        0,
    )
    redirect = opaque_redirect_filtered_response(internal)
    assert (redirect.type, redirect.status, redirect.body) == ("opaqueredirect", 0, None)
    assert redirect.url.serialized == "https://a.test/"
    assert all(view.unsafe_response() is internal for view in (basic, cors, opaque, redirect))


async def test_a_clone_is_filtered_alike_and_reads_for_itself():
    for view in (basic_filtered_response(response()), opaque_filtered_response(response())):
        clone = view.clone()
        assert (clone.type, list(clone.header_list)) == (view.type, list(view.header_list))
        assert clone.internal_response is not view.internal_response
        assert await clone.internal_response.body.read_all() == b"abc"
        assert await view.internal_response.body.read_all() == b"abc"


def test_network_errors():
    error = network_error("because")
    assert (error.type, error.status, error.reason, error.is_network_error) == ("error", 0, "because", True)


@pytest.mark.parametrize(
    ("status", "locations", "fragment", "url"),
    [
        (302, [b"/x"], None, "https://a.test/x"),
        (302, [b"x#y"], "z", "https://a.test/x#y"),
        (302, [b"x"], "z", "https://a.test/x#z"),
        (302, [b"x"], "", "https://a.test/x#"),
        (302, ["ä".encode()], None, "https://a.test/%C3%A4"),
        (302, [b"\xe4"], None, "https://a.test/%E4"),
        (302, [b"http://["], None, FAILURE),
        (302, [b"a", b"b"], None, FAILURE),
        (302, [], None, None),
        (200, [b"/x"], None, None),
        (304, [b"/x"], None, None),
        (302, [b""], None, "https://a.test/"),
    ],
)
def test_location_url(status, locations, fragment, url):
    made = Response(
        url_list=[parse_url("https://a.test/")],
        status=status,
        header_list=HeaderList([(b"Location", location) for location in locations]),
    )
    location = made.location_url(fragment)
    assert (location.serialized if location else location) == url
