from __future__ import annotations

import json

import pytest

from engine.http import (
    Body,
    ContentSecurityPolicy,
    EmbedderPolicy,
    HeaderList,
    PolicyContainer,
    Request,
    Response,
    cors_filtered_response,
    opaque_filtered_response,
    request_from_record,
    request_to_record,
    response_from_record,
    response_from_stored_record,
    response_to_record,
    response_to_stored_record,
)
from engine.url import OpaqueOrigin, origin_of, parse_url
from engine.webidl.exceptions import JSTypeError


def url(text: str):
    return parse_url(text)


def test_a_plain_request_is_a_small_record():
    assert request_to_record(Request([url("https://a.test/")])) == {"url_list": ["https://a.test/"]}


def test_requests_survive():
    container = PolicyContainer(
        [
            ContentSecurityPolicy(
                {"connect-src": ["'self'", "x.test"]}, "report", "meta", origin_of(url("https://a.test"))
            )
        ],
        EmbedderPolicy("require-corp", "here"),
        "origin",
    )
    request = Request(
        [url("https://a.test/x"), url("https://b.test/y#z")],
        method="POST",
        header_list=HeaderList([(b"X", b"\xff")]),
        mode="cors",
        credentials_mode="include",
        cache_mode="reload",
        redirect_mode="manual",
        referrer=url("https://a.test/page"),
        referrer_policy="same-origin",
        integrity_metadata="sha256-x",
        keepalive=True,
        origin=origin_of(url("https://a.test")),
        policy_container=container,
        priority="high",
        redirect_count=1,
    )
    record = json.loads(json.dumps(request_to_record(request)))
    again = request_from_record(record, body=Body(b"x"))
    assert request_to_record(again) == record
    assert (again.origin, again.policy_container, again.referrer) == (request.origin, container, request.referrer)
    assert again.current_url.serialized == "https://b.test/y#z" and again.body is not None


@pytest.mark.parametrize("referrer", ["client", "no-referrer"])
def test_referrers(referrer):
    record = request_to_record(Request([url("https://a.test/")], referrer=referrer))
    assert request_from_record(record).referrer == referrer


def test_opaque_origins_stay_themselves():
    origin = OpaqueOrigin()
    record = request_to_record(Request([url("https://a.test/")], origin=origin))
    assert request_from_record(record).origin == origin


def test_a_url_that_is_none():
    with pytest.raises(JSTypeError):
        request_from_record({"url": "http://["})


def test_responses_survive():
    response = Response(
        type="default",
        url_list=[url("https://a.test/"), url("https://b.test/")],
        status=404,
        status_message=b"N\xf6",
        header_list=HeaderList([(b"A", b"1")]),
        cors_exposed_header_name_list=[b"A"],
        range_requested=True,
        redirect_taint="cross-site",
    )
    record = json.loads(json.dumps(response_to_record(response)))
    assert response_to_record(response_from_record(record)) == record
    assert response_from_record(record).status_message == b"N\xf6"


@pytest.mark.parametrize("filter", [cors_filtered_response, opaque_filtered_response])
def test_stored_responses_keep_what_the_filter_hides(filter):
    internal = Response(
        url_list=[url("https://a.test/")], status=201, header_list=HeaderList([(b"X-A", b"1")]), body=Body(b"x")
    )
    response = filter(internal)
    record = json.loads(json.dumps(response_to_stored_record(response)))
    body = Body(b"x")
    again = response_from_stored_record(record, body)
    assert (again.type, again.status, list(again.header_list)) == (
        response.type,
        response.status,
        list(response.header_list),
    )
    assert again.internal_response.status == 201 and again.internal_response.body is body
    assert response_from_stored_record(response_to_stored_record(internal)).status == 201
