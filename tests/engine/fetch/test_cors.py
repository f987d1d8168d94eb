"""CORS: what the other side must say, what we ask beforehand, what scripts may see."""

from __future__ import annotations

import pytest

from engine.http import HeaderList
from engine.network.fake_transport import FakeResponse, SentRequest


def says(**headers: str) -> FakeResponse:
    return FakeResponse(
        b"data", headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    )


@pytest.mark.parametrize(
    ("credentials", "origin", "allow_credentials", "shared"),
    [
        ("omit", None, None, False),
        ("omit", "*", None, True),
        ("omit", "*", "true", True),
        ("omit", "https://site.test/", None, False),
        ("omit", "https://site.test", None, True),
        ("omit", "https://site.test, https://site.test", None, False),
        ("omit", "null", None, False),
        ("include", "*", "true", False),
        ("include", "https://site.test", "true", True),
        ("include", "https://site.test", "True", False),
        ("include", "https://site.test", None, False),
    ],
)
async def test_shared_or_not(go, a_request, transport, credentials, origin, allow_credentials, shared):
    headers = {}
    if origin is not None:
        headers["Access_Control_Allow_Origin"] = origin
    if allow_credentials is not None:
        headers["Access_Control_Allow_Credentials"] = allow_credentials
    transport.route("https://other.test/a", says(**headers))
    response = await go(a_request("https://other.test/a", credentials_mode=credentials))
    assert (response.type == "cors") == shared
    assert response.is_network_error != shared
    assert transport.requests[0].header("origin") == b"https://site.test"
    assert transport.open_bodies == (1 if shared else 0)


async def test_only_safelisted_and_exposed_headers_are_seen(go, a_request, transport):
    transport.route(
        "*",
        says(
            Access_Control_Allow_Origin="*",
            Access_Control_Expose_Headers="X-A, x-b",
            X_A="1",
            X_B="2",
            X_C="3",
            Content_Type="text/plain",
            Set_Cookie="a=b",
        ),
    )
    response = await go(a_request("https://other.test/a"))
    names = {name.lower() for name in response.header_list.names()}
    assert names == {b"x-a", b"x-b", b"content-type", b"content-length"}


@pytest.mark.parametrize(("credentials", "seen"), [("omit", True), ("include", False)])
async def test_the_wildcard_exposes_everything_but_not_with_credentials(go, a_request, transport, credentials, seen):
    headers = {
        "Access_Control_Allow_Origin": "https://site.test",
        "Access_Control_Allow_Credentials": "true",
        "Access_Control_Expose_Headers": "*",
        "X_A": "1",
    }
    transport.route("*", says(**headers))
    response = await go(a_request("https://other.test/a", credentials_mode=credentials))
    assert response.header_list.contains(b"X-A") == seen


def preflight(**headers: str) -> FakeResponse:
    answer = says(Access_Control_Allow_Origin="https://site.test", **headers)
    answer.body = b""
    return answer


async def test_a_preflight_asks_for_method_and_headers(go, a_request, transport):
    transport.route(
        "https://other.test/a",
        preflight(Access_Control_Allow_Methods="PUT", Access_Control_Allow_Headers="x-a, content-type"),
        method="OPTIONS",
    )
    transport.route("https://other.test/a", says(Access_Control_Allow_Origin="*"), method="PUT")
    headers = HeaderList([(b"X-A", b"1"), (b"Content-Type", b"application/json"), (b"Accept", b"text/x")])
    response = await go(a_request("https://other.test/a", method="PUT", header_list=headers, body="{}"))
    assert response.type == "cors"
    asked, sent = transport.requests
    assert (asked.method, sent.method) == ("OPTIONS", "PUT")
    assert asked.header("access-control-request-method") == b"PUT"
    assert asked.header("access-control-request-headers") == b"content-type,x-a"
    assert asked.header("origin") == b"https://site.test"
    assert asked.header("accept") == b"*/*"
    assert asked.header("cookie") is None and asked.header("content-type") is None and asked.body is None
    assert sent.body == b"{}" and sent.header("x-a") == b"1"


@pytest.mark.parametrize(
    "answer",
    [
        FakeResponse(status=200),
        FakeResponse(
            status=404,
            headers=[
                (b"Access-Control-Allow-Origin", b"*"),
                (b"Access-Control-Allow-Methods", b"PUT"),
                (b"Access-Control-Allow-Headers", b"x-a"),
            ],
        ),
        preflight(Access_Control_Allow_Headers="x-a"),
        preflight(Access_Control_Allow_Methods="PUT"),
        preflight(Access_Control_Allow_Methods="put", Access_Control_Allow_Headers="x-a"),
        preflight(Access_Control_Allow_Methods="PUT", Access_Control_Allow_Headers="x-a,b@d"),
        FakeResponse(status=302, headers=[(b"Location", b"/b"), (b"Access-Control-Allow-Origin", b"*")]),
    ],
)
async def test_a_preflight_can_fail_and_then_nothing_more_is_sent(go, a_request, transport, answer):
    transport.route("*", answer)
    request = a_request("https://other.test/a", method="PUT", header_list=HeaderList([(b"X-A", b"1")]))
    response = await go(request)
    assert response.is_network_error and response.reason.startswith("preflight")
    assert [sent.method for sent in transport.requests] == ["OPTIONS"]
    assert transport.open_bodies == 0


@pytest.mark.parametrize(
    ("credentials", "name", "allowed"),
    [("omit", b"X-A", True), ("include", b"X-A", False), ("omit", b"Authorization", False)],
)
async def test_wildcards_in_a_preflight(go, a_request, transport, credentials, name, allowed):
    transport.route(
        "*",
        preflight(
            Access_Control_Allow_Methods="*", Access_Control_Allow_Headers="*", Access_Control_Allow_Credentials="true"
        ),
    )
    response = await go(
        a_request("https://other.test/a", credentials_mode=credentials, header_list=HeaderList([(name, b"1")]))
    )
    assert response.is_network_error != allowed


async def test_no_preflight_for_what_a_form_could_send(go, a_request, transport):
    transport.route("*", says(Access_Control_Allow_Origin="*"))
    headers = HeaderList([(b"Content-Type", b"text/plain;charset=utf-8"), (b"Range", b"bytes=0-5")])
    await go(a_request("https://other.test/a", method="POST", header_list=headers, body="x"))
    assert [sent.method for sent in transport.requests] == ["POST"]


async def test_what_was_allowed_is_remembered_for_its_time(go, a_request, transport, user_agent):
    transport.route(
        "*",
        preflight(Access_Control_Allow_Methods="PUT", Access_Control_Allow_Headers="x-a", Access_Control_Max_Age="60"),
    )

    def request():
        return a_request("https://other.test/a", method="PUT", header_list=HeaderList([(b"X-A", b"1")]))

    for _ in range(2):
        await go(request())
    assert [sent.method for sent in transport.requests] == ["OPTIONS", "PUT", "PUT"]
    user_agent.clock.advance(61)
    await go(request())
    assert [sent.method for sent in transport.requests][3:] == ["OPTIONS", "PUT"]
    await go(a_request("https://other.test/other", method="PUT"))
    assert [sent.method for sent in transport.requests][5:] == ["OPTIONS", "PUT"]


async def test_a_refused_request_forgets_what_was_remembered(go, a_request, transport):
    transport.route("*", preflight(Access_Control_Allow_Methods="PUT", Access_Control_Max_Age="60"), method="OPTIONS")
    transport.route(
        "*",
        says(Access_Control_Allow_Origin="*"),
        FakeResponse(b"no"),
        says(Access_Control_Allow_Origin="*"),
        method="PUT",
    )
    for _ in range(3):
        await go(a_request("https://other.test/a", method="PUT"))
    assert [sent.method for sent in transport.requests] == ["OPTIONS", "PUT", "PUT", "OPTIONS", "PUT"]


async def test_leave_without_credentials_is_none_with_them(go, a_request, transport):
    def answer(sent: SentRequest) -> FakeResponse:
        return preflight(
            Access_Control_Allow_Methods="PUT", Access_Control_Max_Age="60", Access_Control_Allow_Credentials="true"
        )

    transport.route("*", answer)
    await go(a_request("https://other.test/a", method="PUT", credentials_mode="omit"))
    await go(a_request("https://other.test/a", method="PUT", credentials_mode="include"))
    await go(a_request("https://other.test/a", method="PUT", credentials_mode="omit"))
    assert [sent.method for sent in transport.requests] == ["OPTIONS", "PUT", "OPTIONS", "PUT", "PUT"]


@pytest.mark.parametrize(
    ("policy", "mode", "origin"),
    [
        ("no-referrer", "no-cors", b"null"),
        ("no-referrer", "cors", b"https://site.test"),
        ("same-origin", "no-cors", b"null"),
        ("origin", "no-cors", b"https://site.test"),
        ("strict-origin", "no-cors", b"https://site.test"),
    ],
)
async def test_posts_say_where_they_come_from_as_far_as_the_policy_lets_them(
    go, a_request, transport, policy, mode, origin
):
    address = "https://other.test/a" if mode == "no-cors" else "https://site.test/a"
    transport.route("*", "x")
    await go(a_request(address, method="POST", mode=mode, referrer_policy=policy, unsafe_request=False))
    assert transport.requests[0].header("origin") == origin
