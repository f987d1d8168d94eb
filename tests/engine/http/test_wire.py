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
from engine.url import URL, origin_of, parse_url
from engine.webidl.exceptions import JSTypeError


class FakeEnvironment:
    def __init__(self) -> None:
        self.handles = Handles()
        self.byte_budget = ByteBudget(None)
        self.user_agent: Any = type("UserAgent", (), {"blob_urls": None})()
        self.global_kind = "Window"
        self.origin = origin_of(url("https://a.test/"))
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
    request = Request([url("https://a.test/")], method="PUT", header_list=HeaderList([(b"A", b"b")]), body=b"x", mode="cors")
    record, handle = request_to_wire(request, environment)
    decoded = {"url_list": [url(record["url_list"][0])], "header_list": HeaderList.from_record(record["header_list"])}
    again = request_from_wire({**record, **decoded}, handle, environment)
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
    body = internal.body
    record = response_to_wire(filtered_response(kind, internal), environment)
    again = response_from_wire({"internal": record["internal"]}, record.get("body"), environment)
    assert again.type == kind
    assert again.unsafe_response().status == 201
    assert again.unsafe_response().header_list == internal.header_list
    assert again.unsafe_response().body is body


def test_what_a_filter_hides_does_not_travel(environment: Any) -> None:
    def internal() -> Response:
        return Response(
            url_list=[url("https://a.test/secret"), url("https://b.test/")],
            status=201,
            status_message=b"why",
            header_list=HeaderList([(b"Set-Cookie", b"secret"), (b"Content-Type", b"x/y")]),
            body=Body(b"x"),
        )

    for kind in ("basic", "cors"):
        record = response_to_wire(filtered_response(kind, internal()), environment)
        assert record.keys() == {"type", "status", "status_message", "url", "redirected", "header_list", "internal", "body"}
        assert "secret" not in repr(record)
    record = response_to_wire(filtered_response("opaque", internal()), environment)
    assert record.keys() == {"type", "status", "internal", "has_hidden_body"}
    assert not environment.handles.of_kind(Body)[2:]


async def test_what_is_only_read_here_leaves_nothing_behind(environment: Any) -> None:
    response = filtered_response("cors", Response(body=Body(b"x")))
    record = response_to_wire(response, environment, is_read_here=True)
    assert "internal" not in record
    assert body_from_wire(record["body"], environment) is response.body
    assert len(environment.handles) == 0


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
