"""What a filter hides is not in the realm's heap, nor to be had by any number; and a script's response is a script's."""

from __future__ import annotations

import asyncio
import json

import pytest

from engine.network.fake_transport import FakeResponse
from tests.security.op_border.conftest import OWN, World

OPAQUE = '{ url_list: ["https://victim.test/secret"], mode: "no-cors", credentials_mode: "include" }'


@pytest.fixture(autouse=True)
def secret(world: World) -> None:
    secret = [(b"X-Secret", b"SECRET"), (b"Set-Cookie", b"a=SECRET"), (b"Content-Type", b"text/SECRET")]
    world.transport.route("https://victim.test/secret", FakeResponse([b"SECRET", b"SECRET"], status=201, headers=secret, status_message=b"SECRET"))
    cors = [(b"Access-Control-Allow-Origin", b"*"), (b"X-Hidden", b"SECRET"), (b"Content-Language", b"de")]
    world.transport.route("https://victim.test/cors", FakeResponse(b"open", headers=cors))
    led = [(b"Access-Control-Allow-Origin", b"*"), (b"Location", b"https://victim.test/SECRET")]
    world.transport.route("https://victim.test/led", FakeResponse(b"", status=302, headers=led))
    back = [(b"Access-Control-Allow-Origin", b"*"), (b"Location", b"https://victim.test/cors")]
    world.transport.route("https://victim.test/SECRET", FakeResponse(b"", status=302, headers=back))
    world.transport.route(OWN + "/cookie", FakeResponse(b"own", headers=[(b"Set-Cookie", b"a=SECRET; HttpOnly"), (b"X-Own", b"1")]))


READ_ALL_NUMBERS = """(async () => {
  const found = [];
  const decode = (bytes) => found.push(typeof bytes === "string" ? bytes : bytes === null ? "" : String.fromCharCode(...new Uint8Array(bytes)));
  for (let number = 0; number < 40; number++) {
    for (const [name, ...rest] of [["op_body_take"], ["op_body_take_text"], ["op_body_clone"], ["op_xhr_is_received"], ["op_compression_transform", new ArrayBuffer(1)]]) {
      try { decode(String(ops[name](number, ...rest))) } catch {}
    }
    for (const [name, ...rest] of [["op_body_read", 100], ["op_body_read_all"], ["op_body_read_text"], ["op_background_fetch_response_ready"]]) {
      await Promise.race([ops[name](number, ...rest).then(decode, () => 0), new Promise((resolve) => setTimeout(resolve, 20))]);
    }
  }
  return found.join();
})()"""


async def test_nothing_of_an_opaque_response_is_in_the_realm(world: World) -> None:
    realm = await world.open()
    record = await realm.settled(f"ops.op_fetch_start(1, {OPAQUE}, null)")
    assert record == {"type": "opaque", "status": 0, "internal": record["internal"], "has_hidden_body": True}
    assert "SECRET" not in await realm.settled(READ_ALL_NUMBERS, timeout=30)


@pytest.mark.parametrize("url", ["https://victim.test/cors", "https://victim.test/led", OWN + "/cookie"])
async def test_hidden_headers_and_the_way_there_are_not_in_the_realm(world: World, url: str) -> None:
    realm = await world.open()
    asked = f"{{ url_list: [{json.dumps(url)}], mode: 'cors' }}"
    for answer in (
        f"ops.op_fetch_start(1, {asked}, null)",
        f"ops.op_xhr_start(1, {asked}, null, false)",
        f"(async () => ops.op_xhr_send({asked}, null, 0))()",
        f"caches.open('c').then((cache) => cache.add('{url}')).then(() => ops.op_cache_storage_match({asked}, {{}}, null))",
    ):
        text = json.dumps(await realm.settled(answer))
        assert "SECRET" not in text and '"status"' not in text.replace('"status": 302', ""), text
        assert "policy" not in text and "credentials" not in text


async def test_an_opaque_response_stays_opaque_wherever_it_goes(world: World) -> None:
    realm = await world.open()
    put = f"""(async () => {{
      const cache = await ops.op_cache_storage_open('c');
      const {{ internal }} = await ops.op_fetch_start(1, {OPAQUE}, null);
      await ops.op_cache_put(cache, {{ url_list: ['https://evil.test/x'] }}, {{ internal, type: 'default', status: 200 }}, null);
      return ops.op_cache_match_all(cache, {{ url_list: ['https://evil.test/x'] }}, {{}}, false);
    }})()"""
    (record,) = await realm.settled(put)
    assert record.keys() == {"type", "status", "internal", "has_hidden_body"} and record["type"] == "opaque"
    assert "SECRET" not in await realm.settled(READ_ALL_NUMBERS, timeout=30)
    through_the_bindings = await realm.settled("caches.match('/x').then(async (r) => [r.type, r.status, r.url, await r.clone().text(), r.body, r.redirected])")
    assert through_the_bindings == ["opaque", 0, "", "", None, False]


async def test_an_opaque_response_is_handed_on_once(world: World) -> None:
    realm = await world.open()
    twice = f"""(async () => {{
      const cache = await ops.op_cache_storage_open('c'), request = {{ url_list: ['https://evil.test/x'] }};
      const {{ internal }} = await ops.op_fetch_start(1, {OPAQUE}, null);
      const clone = ops.op_fetch_clone_response(internal);
      await ops.op_cache_put(cache, request, {{ internal }}, null);
      await ops.op_cache_put(cache, request, {{ internal: clone }}, null);
      return ops.op_cache_put(cache, request, {{ internal }}, null);
    }})()"""
    assert "TypeError" in str(await realm.settled(twice))


CLAIMS = [
    {"type": "opaque"},
    {"type": "basic", "url_list": ["https://victim.test/"]},
    {"type": "cors", "url": "https://victim.test/"},
    {"internal": 1},
    {"internal": 99999},
    {"status": 0},
    {"status": 101},
    {"status": 600},
    {"status_message": "a\r\nb"},
    {"status_message": "\u2603"},
    {"header_list": [["A", "b\nc"]]},
    {"header_list": [["A\n", "b"]]},
]


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
async def test_a_made_response_claims_nothing(world: World, claim: dict[str, object]) -> None:
    realm = await world.open()
    put = f"(async () => ops.op_cache_put(await ops.op_cache_storage_open('c'), {{ url_list: ['https://evil.test/x'] }}, {json.dumps(claim)}, 'x'))()"
    assert "TypeError" in str(await realm.settled(put))
    assert await realm.settled("caches.match('/x').then((found) => found === undefined)") is True


async def test_what_is_not_a_scripts_to_say_of_a_response_is_passed_over(world: World) -> None:
    realm = await world.open()
    lies = {"status": 204, "url_list": ["https://victim.test/"], "aborted": True, "redirect_taint": "cross-site", "cors_exposed_header_name_list": ["*"], "range_requested": True, "header_list": [["Set-Cookie", "x=1"], ["A", "b"]]}
    put = f"(async () => {{ await ops.op_cache_put(await ops.op_cache_storage_open('c'), {{ url_list: ['https://evil.test/x'] }}, {json.dumps(lies)}, 'body') }})()"
    assert await realm.settled(put) is None
    assert await realm.settled("caches.match('/x').then(async (r) => [r.type, r.url, r.redirected, r.status, [...r.headers], await r.text()])") == [
        "default", "", False, 204, [["a", "b"]], "",
    ]  # fmt: skip
    assert "x=1" not in await realm.run("document.cookie")


async def test_a_service_worker_answers_with_what_it_was_given_or_has_made(world: World) -> None:
    source = "onfetch = (event) => { if (event.request.url.endsWith('/forged')) { globalThis.given = event; event.respondWith(new Promise(() => {})) } }"
    worker = await world.service_worker(source=source)
    page = await world.open()
    await page.run("globalThis.answer = undefined; globalThis.got = fetch('/forged').then(async (r) => [r.type, r.url, r.redirected, await r.text()], (error) => error.name); 0")
    while not await worker.run("typeof given === 'object'"):
        await asyncio.sleep(0.001)
    forged = json.dumps({"type": "basic", "url_list": ["https://victim.test/a", "https://victim.test/"], "status": 200})
    # NB: events are numbered through all workers there have been in this process.
    for response, body in ((forged, "forged"), ("{ status: 200 }", "made")):
        await worker.run(
            f"for (let number = 1; number < 10000; number += 1) {{ try {{ ops.op_service_worker_respond(number, 'response', false, {response}, '{body}', null) }} catch {{}} }} 0"
        )
    assert await page.settled("got") == ["basic", "https://evil.test/forged", False, "made"]


async def test_a_cors_response_passes_through_a_service_worker_whole(world: World) -> None:
    source = "onfetch = (event) => { if (event.request.url.includes('victim')) event.respondWith(fetch(event.request).then((r) => { globalThis.kept = r; return r.clone() })) }"
    await world.service_worker(source=source)
    page = await world.open()
    assert await page.settled("fetch('https://victim.test/led').then(async (r) => [r.type, r.url, r.redirected, [...r.headers.keys()], await r.text()])") == [
        "cors", "https://victim.test/cors", True, ["content-language", "content-length"], "open",
    ]  # fmt: skip
    assert await page.settled("fetch('https://victim.test/secret', { mode: 'no-cors' }).then((r) => [r.type, r.status])") == ["opaque", 0]
    assert await page.settled("fetch('https://victim.test/secret').then((r) => r.type, (error) => error.name)") == "TypeError"
