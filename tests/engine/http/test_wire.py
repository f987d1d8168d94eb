from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.http.body import Body
from engine.http.byte_streams import BytesStream, Pipe
from engine.http.headers import HeaderList
from engine.http.request import Request
from engine.http.response import Response, filtered_response
from engine.http.wire import (
    body_from_wire,
    body_to_wire,
    end_bodies_with,
    request_from_wire,
    request_to_wire,
    response_from_wire,
    response_to_wire,
)
from engine.js import ByteBudget
from engine.realms.handles import Handles
from engine.url import URL, parse_url
from engine.webidl.exceptions import JSTypeError


class FakeEnvironment:
    def __init__(self) -> None:
        self.handles = Handles()
        self.byte_budget = ByteBudget(None)
        self.user_agent: Any = type("UserAgent", (), {"blob_urls": None})()
        self.at_the_end: list[Callable[[], object]] = []

    def when_destroyed(self, steps: Callable[[], object]) -> None:
        self.at_the_end.append(steps)


@pytest.fixture
def environment() -> Any:
    return FakeEnvironment()


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


@pytest.mark.parametrize("body", [b"h\xc3\xa9", "hé"])
async def test_bytes_and_strings_are_bodies(environment: Any, body: bytes | str) -> None:
    made = body_from_wire(body, environment)
    assert made is not None and await made.read_all() == b"h\xc3\xa9"


def test_a_handle_ends_where_it_is_handed_over(environment: Any) -> None:
    body = Body(b"x")
    handle = body_to_wire(body, environment)
    assert body_from_wire(handle, environment) is body
    assert len(environment.handles) == 0


def test_a_request_says_whether_its_body_can_be_sent_again(environment: Any) -> None:
    for source, is_null in ((b"x", None), (BytesStream(b"x"), True)):
        record, _ = request_to_wire(Request([url("https://a.test/")], method="POST", body=Body(source)), environment)
        assert record.get("body_source_is_null") is is_null


def test_a_request_comes_back(environment: Any) -> None:
    request = Request([url("https://a.test/")], method="PUT", header_list=HeaderList([(b"A", b"b")]), body=b"x")
    record, handle = request_to_wire(request, environment)
    again = request_from_wire(record, handle, environment)
    assert (again.url, again.method, again.header_list) == (request.url, "PUT", request.header_list)
    assert again.client is environment


@pytest.mark.parametrize("kind", ["basic", "cors", "opaque", "opaqueredirect"])
async def test_a_filtered_response_comes_back_whole(environment: Any, kind: Any) -> None:
    internal = Response(
        url_list=[url("https://a.test/")],
        status=201,
        header_list=HeaderList([(b"Set-Cookie", b"a=1"), (b"Content-Type", b"x/y")]),
        body=Body(b"x"),
    )
    record = response_to_wire(filtered_response(kind, internal), environment)
    handle = record.pop("body")
    again = response_from_wire(record, handle, environment)
    assert again.type == kind
    assert again.unsafe_response().status == 201
    assert again.unsafe_response().header_list == internal.header_list
    assert again.unsafe_response().body is internal.body


def test_what_is_hidden_does_not_travel_twice(environment: Any) -> None:
    internal = Response(header_list=HeaderList([(b"Content-Type", b"x/y")]))
    assert "internal" not in response_to_wire(filtered_response("basic", internal), environment)


async def test_an_empty_body_has_no_handle(environment: Any) -> None:
    assert response_to_wire(Response(body=Body(b"")), environment)["body"] == 0
    assert response_to_wire(Response(body=Body(BytesStream(), 0)), environment)["body"] == 0
    assert len(environment.handles) == 0


async def test_bodies_end_with_their_environment(environment: Any) -> None:
    stream, pipe = BytesStream(b"x"), Pipe()
    end_bodies_with(environment)
    end_bodies_with(environment)
    environment.handles.add(Body(stream))
    environment.handles.add(pipe)
    (end,) = environment.at_the_end
    end()
    assert stream.cancelled
    with pytest.raises(JSTypeError):
        await pipe.read(1)
