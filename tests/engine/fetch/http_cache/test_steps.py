"""The HTTP cache as those who fetch notice it."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from engine.event_loop import Event, yield_to_others
from engine.fetch.http_cache import MemoryCacheStore
from engine.http import HeaderList
from engine.network.fake_transport import FakeResponse
from engine.network.transport import NetworkFailure

A = "https://site.test/a"


@pytest.fixture(autouse=True)
def cache(user_agent):
    user_agent.http_cache = MemoryCacheStore()
    return user_agent.http_cache


def answer(body="one", status=200, **headers):
    list_ = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return FakeResponse(body.encode(), status=status, headers=list_)


@pytest.fixture
def get(go, a_request):
    async def get(address=A, headers=(), **slots):
        response = await go(a_request(address, header_list=HeaderList(headers), **slots))
        if response.is_network_error:
            return response, None
        return response, await response.body.read_all() if response.body else b""

    return get


async def test_a_fresh_response_is_used_again(get, transport, user_agent):
    transport.route(A, answer(Cache_Control="max-age=60", X_A="1"), answer("two"))
    assert (await get())[1] == b"one"
    response, body = await get(A + "#fragment")
    assert (body, response.cache_state, response.header_list.get(b"x-a")) == (b"one", "local", b"1")
    assert response.url.serialized == A + "#fragment"
    user_agent.clock.advance(61)
    assert (await get())[1] == b"two"
    assert len(transport.requests) == 2


async def test_a_stale_one_is_asked_about(get, transport, user_agent):
    transport.route(
        A,
        answer(Cache_Control="max-age=60", ETag='"x"', Last_Modified="Sun, 06 Nov 1994 08:49:37 GMT", X_A="1"),
        answer(status=304, Cache_Control="max-age=60", X_A="2", Content_Length="7"),
    )
    await get()
    user_agent.clock.advance(61)
    response, body = await get()
    assert (body, response.status, response.cache_state) == (b"one", 200, "validated")
    assert (response.header_list.get(b"x-a"), response.header_list.get(b"content-length")) == (b"2", b"3")
    asked = transport.requests[1]
    assert asked.header("if-none-match") == b'"x"'
    assert asked.header("if-modified-since") == b"Sun, 06 Nov 1994 08:49:37 GMT"
    assert transport.open_bodies == 0
    assert (await get())[0].header_list.get(b"x-a") == b"2"
    assert len(transport.requests) == 2


async def test_or_replaced(get, transport, user_agent, cache):
    transport.route(A, answer(Cache_Control="max-age=60", ETag="x"), answer("two", Cache_Control="max-age=60"))
    await get()
    user_agent.clock.advance(61)
    assert [(await get())[1] for _ in range(2)] == [b"two", b"two"]
    assert len(transport.requests) == 2


@pytest.mark.parametrize(
    ("mode", "age", "network", "bodies"),
    [
        ("default", 0, 1, [b"one", b"one"]),
        ("no-store", 0, 2, [b"one", b"two"]),
        ("reload", 0, 2, [b"one", b"two"]),
        ("no-cache", 0, 2, [b"one", b"two"]),
        ("force-cache", 999, 1, [b"one", b"one"]),
        ("only-if-cached", 999, 1, [b"one", b"one"]),
    ],
)
async def test_cache_modes(get, transport, user_agent, mode, age, network, bodies):
    transport.route(A, answer(Cache_Control="max-age=60"), answer("two", Cache_Control="max-age=60"))
    seen = [(await get())[1]]
    user_agent.clock.advance(age)
    seen.append((await get(cache_mode=mode, mode="same-origin"))[1])
    assert seen == bodies and len(transport.requests) == network
    expected = b"one" if mode == "no-store" else bodies[-1]
    assert age or (await get())[1] == expected


@pytest.mark.parametrize(
    "response",
    [
        answer(Cache_Control="no-store, max-age=60"),
        answer(Cache_Control="max-age=60", Vary="*"),
        answer(),
        answer(status=299, Last_Modified="Sun, 06 Nov 1994 08:49:37 GMT"),
        answer(status=206, Cache_Control="max-age=60"),
    ],
)
async def test_not_everything_is_used_again(get, transport, response):
    transport.route(A, response)
    for _ in range(2):
        await get()
    assert len(transport.requests) == 2


async def test_requests_can_forbid_it(get, transport):
    transport.route(A, answer(Cache_Control="max-age=60"))
    for _ in range(2):
        await get(headers=[(b"Cache-Control", b"no-store")])
    assert len(transport.requests) == 2


async def test_vary(get, transport):
    transport.route(A, lambda sent: answer(sent.header("x-a").decode(), Cache_Control="max-age=60", Vary="X-A, x-b"))
    for value in (b"1", b"2", b"1", b"2"):
        assert (await get(headers=[(b"X-A", value)]))[1] == value
    assert len(transport.requests) == 2
    await get(headers=[(b"X-A", b"1"), (b"X-B", b"")])
    assert len(transport.requests) == 3


@pytest.mark.parametrize(
    ("method", "status", "forgotten"), [("POST", 200, True), ("FOO", 302, True), ("PUT", 500, False)]
)
async def test_unsafe_requests_make_it_forget(get, transport, method, status, forgotten):
    transport.route("*", answer(Cache_Control="max-age=60"))
    transport.route(A, answer(status=status, Content_Location="/b", Location=""), method=method)
    await get()
    await get("https://site.test/b")
    await get(method=method, redirect_mode="manual")
    count = len(transport.requests)
    await get()
    await get("https://site.test/b")
    assert len(transport.requests) - count == (2 if forgotten else 0)


async def test_what_a_post_says_a_get_would_bring(get, transport):
    transport.route(A, answer("new", Cache_Control="max-age=60", Content_Location=A))
    await get(method="POST")
    assert (await get())[1] == b"new" and len(transport.requests) == 1


async def test_redirects_and_empty_responses_are_kept_too(get, transport):
    transport.route(A, answer(status=301, Location="/b", Cache_Control="max-age=60"))
    transport.route("https://site.test/b", answer(status=204, Cache_Control="max-age=60"))
    for _ in range(2):
        response, _ = await get()
        assert (response.status, len(response.url_list)) == (204, 2)
    assert len(transport.requests) == 2


async def test_only_whole_bodies_are_kept(go, a_request, get, transport):
    transport.route(A, FakeResponse([b"o", Event()], headers=[(b"Cache-Control", b"max-age=60")]), answer("two"))
    response = await go(a_request(A))
    await response.body.read()
    response.body.cancel()
    assert await response.body.read() == b""
    assert (await get())[1] == b"two"


async def test_stale_while_revalidate(get, transport, user_agent):
    transport.route(
        A,
        answer(Cache_Control="max-age=1, stale-while-revalidate=60", ETag="x"),
        answer("two", Cache_Control="max-age=60"),
    )
    await get()
    user_agent.clock.advance(10)
    assert (await get())[1] == b"one"
    for _ in range(10):
        await yield_to_others()
    assert (await get())[1] == b"two"
    assert len(transport.requests) == 2
    assert transport.requests[1].header("cache-control") is None
    assert transport.requests[1].header("if-none-match") == b"x"


async def test_a_server_can_change_its_mind_about_what_a_response_depends_on(get, transport, user_agent):
    transport.route(A, answer(Cache_Control="max-age=1", ETag="x"), answer(status=304, Vary="*"), answer("two"))
    bodies = []
    for _ in range(3):
        bodies.append((await get())[1])
        user_agent.clock.advance(2)
    assert bodies == [b"one", b"one", b"two"]
    assert transport.requests[2].header("if-none-match") is None


async def test_only_if_cached_in_a_header_is_answered_here(get, transport):
    response, _ = await get(headers=[(b"Cache-Control", b"only-if-cached")])
    assert response.status == 504 and not transport.requests


@pytest.mark.parametrize(
    ("range", "status", "body", "content_range", "network"),
    [
        (b"bytes=0-1", 206, b"01", b"bytes 0-1/10", 1),
        (b"bytes=8-", 206, b"89", b"bytes 8-9/10", 1),
        (b"bytes=-3", 206, b"789", b"bytes 7-9/10", 1),
        (b"bytes=20-", 200, b"0123456789", None, 2),
        (b"bytes=0-1,3-4", 200, b"0123456789", None, 2),
    ],
)
async def test_parts_of_a_whole(get, transport, range, status, body, content_range, network):
    transport.route(A, answer("0123456789", Cache_Control="max-age=60"))
    await get()
    response, data = await get(headers=[(b"Range", range)])
    assert (response.status, data, response.header_list.get(b"content-range")) == (status, body, content_range)
    assert len(transport.requests) == network


async def test_parts_of_a_part(get, transport):
    transport.route(A, answer("456789", 206, Cache_Control="max-age=60", Content_Range="bytes 4-9/10"))
    await get(headers=[(b"Range", b"bytes=4-")])
    for wanted, data in ((b"bytes=4-", b"456789"), (b"bytes=5-6", b"56"), (b"bytes=-2", b"89")):
        response, body = await get(headers=[(b"Range", wanted)])
        assert (response.status, body) == (206, data)
    assert len(transport.requests) == 1
    await get(headers=[(b"Range", b"bytes=3-")])
    await get()
    assert len(transport.requests) == 3


async def test_each_site_has_its_own(get, transport, page, go, a_request):
    transport.route("*", answer(Cache_Control="max-age=60", Access_Control_Allow_Origin="*"))
    await get("https://shared.test/lib")
    from engine.url import origin_from_serialization

    page.top_level_origin = origin_from_serialization("https://elsewhere.test")
    await get("https://shared.test/lib")
    assert len(transport.requests) == 2
    await go(
        a_request("https://shared.test/lib", client=None, origin=page.origin, policy_container=page.policy_container)
    )
    assert len(transport.requests) == 3


async def test_heuristics(get, transport, user_agent):
    now = user_agent.clock.wall_time()
    transport.route(A, answer(Last_Modified=formatdate(now - 1000, usegmt=True)))
    await get()
    user_agent.clock.advance(99)
    await get()
    assert len(transport.requests) == 1
    user_agent.clock.advance(2)
    await get()
    assert len(transport.requests) == 2


async def test_many_stale_answers_are_revalidated_once(get, transport, user_agent):
    gates = [Event(), Event()]

    async def fail(request):
        await gates[0].wait()
        return NetworkFailure("reset", "gone")

    async def succeed(request):
        await gates[1].wait()
        return answer("two", Cache_Control="max-age=60")

    transport.route(A, answer(Cache_Control="max-age=1, stale-while-revalidate=60", ETag="x"), fail, succeed)
    await get()
    user_agent.clock.advance(10)
    for already, gate in enumerate(gates, 1):  # once more after one that failed
        for _ in range(5):
            assert (await get())[1] == b"one"
            await yield_to_others()
        assert len(transport.requests) == 1 + already
        gate.set()
        for _ in range(10):
            await yield_to_others()
    assert (await get())[1] == b"two"
    assert len(transport.requests) == 3
