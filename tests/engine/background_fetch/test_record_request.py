"""The request that is sent for a record: whose it is, where it goes on, what of its body counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from engine.http import Request
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

SITE = "https://site.test"
World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 40


async def test_a_weak_validator_is_not_sent_but_compared(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, etag=b'W/"1"', cut_at=3000))
    _, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA]
    assert transport.requests[1].header("If-Range") is None


async def test_other_origins_are_resumed_too_without_a_preflight(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=3000, Access_Control_Allow_Origin=b"*"))
    _, bodies = await world.bodies_at_the_end("https://other.test/a")
    assert bodies == [DATA]
    assert [sent.method for sent in transport.requests] == ["GET", "GET"]
    assert transport.requests[1].header("Range") == b"bytes=3000-"
    assert transport.requests[1].header("If-Range") is None


async def test_redirects_are_followed_and_credentials_sent(world: World, transport: FakeTransport) -> None:
    cookies = world.user_agent.cookie_store
    assert cookies is not None
    cookies.parse_and_store_a_cookie(
        b"name=value", is_secure=True, host="site.test", path="/", http_only_allowed=True,
        allow_non_host_only_cookie_for_public_suffix=False, same_site_strict_or_lax_allowed=True, partition_key=None,
    )
    transport.route("*/from", FakeResponse(b"", 302, [(b"Location", b"to")]))
    transport.route("*/to", b"here")
    bg_fetch = await world.fetch("id", "from")
    data = bg_fetch.records[0].response_data
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
    assert data.response is not None and data.response.url.serialized == f"{SITE}/dir/to"
    assert [request.header("Cookie") for request in transport.requests] == [b"name=value", b"name=value"]


async def test_preflights_are_made(world: World, transport: FakeTransport) -> None:
    leave = [(b"Access-Control-Allow-Origin", SITE.encode()), (b"Access-Control-Allow-Methods", b"PUT")]
    transport.route("https://other.test/", FakeResponse(b"", 200, leave))
    request = world.request("https://other.test/", method="PUT")
    bg_fetch = await world.end_of(await world.fetch("id", request))
    assert bg_fetch.result == "success"
    assert [sent.method for sent in transport.requests] == ["OPTIONS", "PUT"]


async def test_the_policies_of_the_creator_hold(world: World, transport: FakeTransport) -> None:
    from engine.http.policy_container import ContentSecurityPolicy, parse_a_directive_set

    world.page.policy_container.csp_list.append(ContentSecurityPolicy(parse_a_directive_set("connect-src 'none'")))
    transport.route("*", b"x")
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert bg_fetch.failure_reason == "fetch-error"


async def test_the_referrer_is_that_of_the_creator(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"x")
    await world.end_of(await world.fetch("id", "a"))
    assert transport.requests[0].header("Referer") == f"{SITE}/dir/page.html".encode()


async def test_uploads_are_counted_and_sent_once(world: World, transport: FakeTransport) -> None:
    transport.route("*", lambda sent: FakeResponse(sent.body))
    requests = [world.request(f"up{number}", method="POST", body=b"x" * 100_000) for number in range(2)]
    bg_fetch = await world.fetch("id", *requests)
    assert bg_fetch.upload_total == 200_000
    data = [record.response_data for record in bg_fetch.records]
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
    assert bg_fetch.uploaded == 200_000
    assert [one.length for one in data] == [100_000, 100_000]


async def test_an_upload_that_is_sent_on_counts_once(world: World, transport: FakeTransport) -> None:
    transport.route("*/from", FakeResponse(b"", 307, [(b"Location", b"to")]))
    transport.route("*/to", lambda sent: FakeResponse(sent.body))
    bg_fetch = await world.fetch("id", world.request("from", method="POST", body=b"x" * 1000))
    await world.end_of(bg_fetch)
    assert (bg_fetch.result, bg_fetch.uploaded, bg_fetch.stored_body_bytes_total) == ("success", 1000, 1000)


async def test_an_upload_is_not_repeated(world: World, transport: FakeTransport) -> None:
    transport.route("*", NetworkFailure("reset", "torn"))
    bg_fetch = await world.end_of(await world.fetch("id", world.request("a", method="POST", body=b"data")))
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) == 1


async def test_a_request_object_is_not_changed_by_what_is_sent(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"x")
    bg_fetch = await world.fetch("id", "a")
    request: Request = bg_fetch.records[0].request
    await world.end_of(bg_fetch)
    assert not request.header_list.headers
    assert request.client is None
