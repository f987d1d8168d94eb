"""What a request carries: cookies, credentials, ranges, cache wishes, lengths."""

from __future__ import annotations

import pytest

from engine.http import HeaderList, PolicyContainer
from engine.http.policy_container import EmbedderPolicy
from engine.network.fake_transport import FakeResponse


def sets(*cookies: str, **headers: str) -> FakeResponse:
    more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return FakeResponse(b"x", headers=[*((b"Set-Cookie", cookie.encode()) for cookie in cookies), *more])


async def test_cookies_come_back(go, a_request, transport):
    transport.route("https://site.test/*", sets("a=1; Path=/", "b=2; Path=/dir", "c=3; Secure; HttpOnly; Path=/"), "x")
    await go(a_request("https://site.test/set"))
    await go(a_request("https://site.test/dir/x"))
    await go(a_request("https://site.test/other"))
    assert [sent.header("cookie") for sent in transport.requests] == [None, b"b=2; a=1; c=3", b"a=1; c=3"]


@pytest.mark.parametrize(("credentials", "sent"), [("omit", False), ("same-origin", False), ("include", True)])
async def test_cookies_of_another_origin_of_the_site(go, a_request, transport, credentials, sent, user_agent):
    transport.route(
        "https://sub.site.test/*",
        sets(
            "a=1; Path=/; Secure; SameSite=Lax",
            Access_Control_Allow_Origin="https://site.test",
            Access_Control_Allow_Credentials="true",
        ),
    )
    await go(a_request("https://sub.site.test/x", credentials_mode="include"))
    response = await go(a_request("https://sub.site.test/y", credentials_mode=credentials))
    assert (transport.requests[1].header("cookie") is not None) == sent
    assert response.internal_response.request_includes_credentials == sent


async def test_cookies_of_another_site_need_samesite_none(go, a_request, transport, user_agent):
    transport.route(
        "https://other.test/*",
        sets(
            "lax=1; Path=/; Secure",
            "none=1; Path=/; Secure; SameSite=None",
            Access_Control_Allow_Origin="https://site.test",
            Access_Control_Allow_Credentials="true",
        ),
    )
    for _ in range(2):
        await go(a_request("https://other.test/x", credentials_mode="include"))
    assert transport.requests[1].header("cookie") == b"none=1"
    assert [cookie.name for cookie in user_agent.cookie_store] == [b"none"]


async def test_credentialless_embedders_send_no_cookies_elsewhere(go, a_request, transport, page, user_agent):
    page.policy_container = PolicyContainer(embedder_policy=EmbedderPolicy("credentialless"))
    transport.route("*", sets("a=1; Path=/; Secure; SameSite=None"))
    for _ in range(2):
        await go(a_request("https://other.test/x", mode="no-cors", credentials_mode="include", unsafe_request=False))
    assert [sent.header("cookie") for sent in transport.requests] == [None, None]


async def test_a_range_asks_for_the_thing_itself(go, a_request, transport):
    transport.route("*", FakeResponse(b"x", status=206))
    response = await go(a_request("https://site.test/a", header_list=HeaderList([(b"Range", b"bytes=5-")])))
    sent = transport.requests[0]
    assert (sent.header("range"), sent.header("accept-encoding")) == (b"bytes=5-", b"identity")
    assert response.internal_response.range_requested


@pytest.mark.parametrize(
    ("slots", "headers"),
    [
        ({"cache_mode": "no-store"}, {"pragma": b"no-cache", "cache-control": b"no-cache"}),
        ({"cache_mode": "reload"}, {"pragma": b"no-cache", "cache-control": b"no-cache"}),
        ({"cache_mode": "no-cache"}, {"pragma": None, "cache-control": b"max-age=0"}),
        ({"cache_mode": "default"}, {"pragma": None, "cache-control": None}),
        (
            {"cache_mode": "reload", "header_list": HeaderList([(b"Cache-Control", b"x"), (b"Pragma", b"y")])},
            {"pragma": b"y", "cache-control": b"x"},
        ),
    ],
)
async def test_cache_modes_are_told_to_the_caches_between(go, a_request, transport, slots, headers):
    transport.route("*", "x")
    await go(a_request("https://site.test/a", **slots))
    for name, value in headers.items():
        assert transport.requests[0].header(name) == value


async def test_only_if_cached_goes_nowhere(go, a_request, transport):
    response = await go(a_request("https://site.test/a", mode="same-origin", cache_mode="only-if-cached"))
    assert response.is_network_error and not transport.requests


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("POST", None, b"0"), ("PUT", None, b"0"), ("POST", "", b"0"), ("POST", "abc", b"3"), ("DELETE", None, None)],
)
async def test_content_length(go, a_request, transport, method, body, length):
    transport.route("*", "x")
    slots = {} if body is None else {"body": body}
    await go(a_request("https://site.test/a", method=method, **slots))
    assert transport.requests[0].header("content-length") == length


async def test_keepalive_is_for_small_things_together(go, a_request, transport, page):
    transport.route("*", "x")

    def request(size: int):
        return a_request("https://site.test/a", method="POST", body="x" * size, keepalive=True)

    assert not (await go(request(64 * 1024))).is_network_error  # its body is not read: it is still under way
    assert (await go(request(1))).is_network_error
    page.fetch_group.clear()
    assert (await go(request(64 * 1024 + 1))).is_network_error
    page.fetch_group.clear()
    assert not (await go(request(1))).is_network_error


async def test_url_credentials_answer_a_challenge(go, a_request, transport):
    challenge = FakeResponse(b"who?", status=401, headers=[(b"WWW-Authenticate", b'Basic realm="here"')])
    transport.route("*", challenge, "welcome")
    response = await go(a_request("https://us%40er:pass@site.test/a", mode="no-cors", unsafe_request=False))
    assert await response.body.read_all() == b"welcome"
    assert [sent.header("authorization") for sent in transport.requests] == [None, b"Basic dXNAZXI6cGFzcw=="]
    # What was accepted is sent at once the next time.
    await go(a_request("https://site.test/b"))
    assert transport.requests[2].header("authorization") == b"Basic dXNAZXI6cGFzcw=="


async def test_a_challenge_nobody_answers_stands(go, a_request, transport, user_agent):
    transport.route("*", FakeResponse(b"who?", status=401, headers=[(b"WWW-Authenticate", b"Basic realm=x")]))
    response = await go(a_request("https://site.test/a"))
    assert response.status == 401 and await response.body.read_all() == b"who?"

    async def answer(request, realm):
        return ("me", realm)

    user_agent.prompt_for_credentials = answer
    await go(a_request("https://site.test/a"))
    assert transport.requests[-1].header("authorization") == b"Basic bWU6eA=="


async def test_a_misdirected_request_tries_another_connection_once(go, a_request, transport):
    transport.route("*", FakeResponse(b"no", status=421))
    response = await go(a_request("https://site.test/a", method="POST", body="again"))
    assert response.status == 421
    assert [sent.body for sent in transport.requests] == [b"again", b"again"]


async def test_what_the_author_said_is_not_overruled(go, a_request, transport):
    transport.route("*", "x")
    mine = [(b"user-agent", b"Mine"), (b"accept-language", b"fr"), (b"accept", b"a/b"), (b"if-none-match", b"x")]
    await go(a_request("https://site.test/a", header_list=HeaderList(mine)))
    sent = transport.requests[0]
    for name, value in mine:
        assert sent.header(name.decode()) == value
    assert sent.header("cache-control") == b"no-cache"  # a conditional request is nobody else's to answer
