"""What a hostile realm says of its requests reaches no server, and gains no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.network.fake_transport import FakeResponse
from tests.security.op_border.conftest import HTML, OTHER, OWN, World

SECRET = "https://victim.test/secret"


@pytest.fixture(autouse=True)
def secret(world: World) -> None:
    world.transport.route(SECRET, FakeResponse(b"the secret", headers=[(b"X-Secret", b"the secret"), (b"Set-Cookie", b"a=the secret")]))
    world.transport.route(OWN + "/own", FakeResponse(b"own"))


def asked(record: dict[str, Any], op: str = "op_fetch_start") -> str:
    """The expression that asks with a record by one of the ops that fetch."""
    text = json.dumps(record)
    return {
        "op_fetch_start": f"ops.op_fetch_start(1, {text}, null)",
        "op_xhr_start": f"ops.op_xhr_start(1, {text}, null, false)",
        "op_xhr_send": f"(async () => {{ const {{ response }} = ops.op_xhr_send({text}, null, 0); if (!response) throw new TypeError('none'); return response }})()",
        "op_cache_add_all": f"(async () => ops.op_cache_add_all(await ops.op_cache_storage_open('c'), [{text}], [1]))()",
    }[op]


OPS = ["op_fetch_start", "op_xhr_start", "op_xhr_send", "op_cache_add_all"]


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(
    "lie",
    [
        {"mode": "navigate"},
        {"mode": "navigate", "redirect_mode": "manual", "destination": "document"},
        {"mode": "navigate", "redirect_mode": "manual", "navigation": 1},
        {"mode": "websocket"},
        {"mode": "webtransport"},
        {"mode": "same-origin", "origin": OTHER, "client": OTHER},
        {"mode": "no-cors", "method": "DELETE"},
        {"mode": "no-cors", "redirect_mode": "manual"},
        {"mode": "cors", "method": "TRACE"},
        {"mode": "cors", "method": "connect"},
        {"mode": "cors", "method": "GET / HTTP/1.1\r\nX: y\r\n\r\nGET"},
        {"mode": "cors", "cache_mode": "only-if-cached"},
        {"mode": "cors", "header_list": [["X\r\nY", "z"]]},
        {"mode": "cors", "header_list": [["X", "y\r\nCookie: z"]]},
        {"mode": "cors", "header_list": [["X", "\u2603"]]},
        {"mode": "cors", "url_list": [SECRET, OWN + "/own"]},
        {"mode": "cors", "credentials_mode": "always"},
        {"mode": "cors", "referrer": "::"},
    ],
    ids=str,
)
async def test_what_no_script_may_ask_for_is_not_sent(world: World, lie: dict[str, Any], op: str) -> None:
    realm = await world.open()
    answer = await realm.settled(asked({"url_list": [SECRET], **lie}, op))
    assert answer is None or str(answer).startswith("TypeError"), answer
    assert not world.transport.requests_for(SECRET)
    assert not world.bugs


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(
    "lie",
    [
        {"origin": OTHER},
        {"client": OTHER, "response_tainting": "basic"},
        {"unsafe_request": False, "header_list": [["X-Own", "1"]]},
        {"unsafe_request": False, "method": "PUT"},
        {"local_urls_only": False, "redirect_count": -1000, "policy_container": {}, "parser_metadata": "parser-inserted"},
    ],
    ids=str,
)
async def test_another_site_is_asked_for_leave_in_the_realms_own_name(world: World, lie: dict[str, Any], op: str) -> None:
    realm = await world.open()
    answer = await realm.settled(asked({"url_list": [SECRET], "mode": "cors", "credentials_mode": "include", **lie}, op))
    assert answer is None or "TypeError" in str(answer)
    sent = world.transport.requests_for(SECRET)
    assert sent and all(request.header("Origin") == b"https://evil.test" for request in sent)
    if "unsafe_request" in lie:
        assert [request.method for request in sent] == ["OPTIONS"]


FORBIDDEN = [
    ("Cookie", "a=forged"),
    ("Host", "victim.test"),
    ("Origin", OTHER),
    ("Referer", OTHER),
    ("Sec-Fetch-Site", "same-origin"),
    ("Sec-Anything", "forged"),
    ("Proxy-Authorization", "forged"),
    ("Content-Length", "999"),
    ("Transfer-Encoding", "chunked"),
    ("X-HTTP-Method-Override", "TRACE"),
    ("cOOKIE", "a=forged"),
]


@pytest.mark.parametrize("op", OPS)
async def test_headers_of_the_user_agent_are_its_own(world: World, op: str) -> None:
    realm = await world.open()
    await realm.run("document.cookie = 'mine=1'; 0")
    record = {"url_list": [OWN + "/own"], "mode": "cors", "header_list": [*map(list, FORBIDDEN), ["X-Own", "1"]]}
    await realm.settled(asked(record, op))
    (sent,) = world.transport.requests_for(OWN + "/own")
    assert sent.header("X-Own") == b"1"
    assert sent.header("Cookie") == b"mine=1"
    assert sent.header("Sec-Fetch-Site") == b"same-origin"
    assert not any(value in (b"forged", OTHER.encode(), b"999", b"chunked", b"TRACE", b"victim.test") for _, value in sent.headers)


async def test_without_cors_only_simple_headers_go_out(world: World) -> None:
    realm = await world.open()
    headers = [["Accept", "a/b"], ["X-Own", "1"], ["Authorization", "x"], ["Range", "bytes=0-1,3-4"], ["Content-Type", "application/json"]]
    record = {"url_list": [SECRET], "mode": "no-cors", "header_list": headers}
    await realm.settled(asked(record))
    (sent,) = world.transport.requests_for(SECRET)
    assert [name for name, _ in headers if sent.header(name) is not None] == ["Accept"]


@pytest.mark.parametrize(
    ("lie", "header", "value"),
    [
        ({"referrer": SECRET, "referrer_policy": "unsafe-url"}, "Referer", b"https://evil.test/"),
        ({"destination": "document"}, "Sec-Fetch-Dest", b"empty"),
        ({"destination": "script"}, "Sec-Fetch-Dest", b"empty"),
        ({"mode": "same-origin", "user_activation": True}, "Sec-Fetch-User", None),
        ({"initiator": "prefetch", "initiator_type": "fetch"}, "Sec-Purpose", None),
    ],
    ids=str,
)
async def test_servers_hear_what_is_so(world: World, lie: dict[str, Any], header: str, value: bytes | None) -> None:
    realm = await world.open()
    await realm.settled(asked({"url_list": [OWN + "/own"], "mode": "cors", **lie}))
    (sent,) = world.transport.requests_for(OWN + "/own")
    assert sent.header(header) == value


@pytest.mark.parametrize("op", OPS)
async def test_policies_are_the_documents(world: World, op: str) -> None:
    world.page(OWN + "/strict", "<p>", (b"Content-Security-Policy", b"connect-src 'none'"))
    realm = await world.open(OWN + "/strict")
    for policies in ({"policy_container": {"csp_list": []}}, {"policy_container": "none"}, {"destination": "font"}, {"client": None}):
        answer = await realm.settled(asked({"url_list": [OWN + "/own"], "mode": "cors", **policies}, op))
        assert answer is None or "TypeError" in str(answer)
    assert not world.transport.requests_for(OWN + "/own")


async def test_a_body_that_comes_once_and_an_upload_that_is_watched_need_leave(world: World) -> None:
    realm = await world.open()
    record = json.dumps({"url_list": [SECRET], "mode": "cors", "method": "POST", "use_cors_preflight": False})
    await realm.settled(f"ops.op_xhr_start(1, {record}, 'x', true)")
    await realm.settled(f"ops.op_fetch_start(2, {record}, ops.op_body_create_pipe()[1])")
    assert [sent.method for sent in world.transport.requests_for(SECRET)] == ["OPTIONS", "OPTIONS"]


async def test_a_get_has_no_body_and_a_body_goes_out_once(world: World) -> None:
    realm = await world.open()
    assert "TypeError" in str(await realm.settled(f"ops.op_fetch_start(1, {{ url_list: ['{OWN}/own'], mode: 'cors' }}, 'x')"))
    twice = f"""(async () => {{
      const body = ops.op_body_create('x'), record = {{ url_list: ['{OWN}/own'], mode: 'cors', method: 'POST' }};
      await ops.op_fetch_start(1, record, body); return ops.op_fetch_start(2, record, body);
    }})()"""
    assert "TypeError" in str(await realm.settled(twice))


async def test_a_service_worker_hands_on_navigations_of_its_own_site_only_and_sees_no_redirect(world: World) -> None:
    world.transport.route(OWN + "/led", FakeResponse(b"", status=302, headers=[*HTML, (b"Location", SECRET.encode() + b"?token")]))
    realm = await world.service_worker(source="onfetch = (event) => { globalThis.seen = event.request; event.respondWith(fetch(event.request)) }")
    page = await world.browser.open(OTHER + "/")
    await page.evaluate("location = 'https://evil.test/led'; 0")
    for _ in range(200):
        if world.transport.requests_for(SECRET + "*"):
            break
        await realm.settled("new Promise((resolve) => setTimeout(resolve, 5))")
    (sent,) = world.transport.requests_for(OWN + "/led")
    assert sent.header("Sec-Fetch-Site") == b"cross-site"
    own = await realm.settled(f"ops.op_fetch_start(1, {{ url_list: ['{OWN}/led'], mode: 'navigate', redirect_mode: 'manual', navigation: 1 }}, null)")
    assert own["type"] == "opaqueredirect" and "token" not in str(own)
    assert "TypeError" in str(await realm.settled(asked({"url_list": [SECRET], "mode": "navigate", "redirect_mode": "manual", "navigation": 1})))
    # What the event's request holds says nothing of who began it.
    assert OTHER + "/" not in str(await realm.run("JSON.stringify(Object.values(seen))"))
