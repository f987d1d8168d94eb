"""Whatever number a server says, it is bounded where it is read: nothing of it ends the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.browser import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport, SentRequest

A, B = "https://a.test", "https://b.test"
NUMBERS = [
    b"99999999999999999999", b"-99999999999999999999", b"9" * 5000, b"1e999", b"NaN", b"Infinity", b"0x7fffffffffffffff",
    "²".encode(), b"\xb2", "٣".encode(), b"1.7976931348623157e309", b"", b"+", b"9223372036854775808",
]  # fmt: skip
DATES = [
    b"Mon, 01 Jan 1970 00:00:00 +99999999999999999999", b"Mon, 01 Jan 99999999999 00:00:00 GMT", b"Mon, 99 Jan 1970 99:99:99 GMT",
    b"Mon, 01 Jan 0000 00:00:00 GMT", b"01 Jan -1 00:00:00 -0000", b"Mon, 01 Jan 1970 00:00:%s GMT" % (b"9" * 80),
]  # fmt: skip
HEADERS = {
    b"Last-Modified": b"%s", b"Expires": b"%s", b"Date": b"%s", b"Retry-After": b"%s", b"Age": b"%s", b"Content-Length": b"%s",
    b"Cache-Control": b"max-age=%s, s-maxage=%s, stale-while-revalidate=%s", b"Strict-Transport-Security": b"max-age=%s",
    b"Set-Cookie": b"a=b; Max-Age=%s; Expires=%s", b"Access-Control-Max-Age": b"%s", b"Content-Range": b"bytes 0-%s/%s",
    b"Refresh": b"%s", b"Keep-Alive": b"timeout=%s", b"Server-Timing": b"a;dur=%s", b"X-Frame-Options": b"%s", b"DPR": b"%s",
}  # fmt: skip
CASES = [(name, form.replace(b"%s", value)) for name, form in HEADERS.items() for value in NUMBERS + DATES]
OF_DOCUMENTS = [number for number, (name, _) in enumerate(CASES) if name in (b"Last-Modified", b"Set-Cookie") and number % 5 in (0, 1)]
OF_BODIES = [number for number, (name, _) in enumerate(CASES) if name in (b"Retry-After", b"Content-Range", b"Content-Length", b"Age")]
OPEN = [(b"Access-Control-Allow-Origin", b"*"), (b"Access-Control-Allow-Headers", b"*"), (b"Access-Control-Allow-Methods", b"*")]


def answer(request: SentRequest) -> FakeResponse:
    """The case whose number the query has, with any status."""
    number = int(request.url.rpartition("?")[2])
    status = 200 if request.method == "OPTIONS" else (200, 206, 416, 503, 304)[number % 5]
    headers = [(b"Content-Type", b"text/html"), *OPEN, CASES[number]]
    return FakeResponse(b"<p>shown" if status == 200 else b"", status=status, headers=headers)


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route(f"{A}/", FakeResponse(b"<body>", headers=[(b"Content-Type", b"text/html")]))
    transport.route(f"{A}/sw.js*", FakeResponse(b"onbackgroundfetchfail = () => 0", headers=[(b"Content-Type", b"text/javascript")]))
    for origin in (A, B):
        transport.route(f"{origin}/case*", answer)
    return transport


async def test_answers_to_scripts_may_say_any_number(transport: FakeTransport, tmp_path: Path) -> None:
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        page = await browser.open(f"{A}/")
        settled = await page.evaluate("""(async (count, other) => {
          let settled = 0;
          for (let number = 0; number < count; ++number) {
            const here = `/case?${number}`, ranged = { headers: { Range: "bytes=0-" } };
            for (const [url, init] of [[here, {}], [other + here, { method: "PUT" }], [here, ranged]]) {
              await fetch(url, init).then((response) => response.text()).catch(() => 0);
              ++settled;
            }
          }
          return settled;
        })""", len(CASES), B)
        assert settled == 3 * len(CASES)
    # What was kept of it can be read again.
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        assert await (await browser.open(f"{A}/")).evaluate("document.cookie, 1") == 1


async def test_documents_may_say_any_number(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{A}/")
        for number in OF_DOCUMENTS:
            await page.evaluate("""(url) => new Promise((resolve) => {
              const frame = document.createElement("iframe");
              frame.onload = () => { frame.remove(); resolve(0); };
              frame.src = url;
              document.body.append(frame);
            })""", f"{B}/case?{number}")


async def test_background_fetches_may_be_told_any_number(transport: FakeTransport, tmp_path: Path) -> None:
    allowed = {"background-fetch": "granted"}
    async with Browser(transport=transport, profile=tmp_path / "profile", permissions=allowed) as browser:
        page = await browser.open(f"{A}/")
        await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 0)")
        await page.evaluate("""async (numbers) => {
          const { backgroundFetch } = await navigator.serviceWorker.ready;
          await backgroundFetch.fetch("all", numbers.map((number) => `/case?${number}`));
          for (const number of numbers.slice(0, 20)) await backgroundFetch.fetch(`${number}`, `/case?${number}`);
        }""", OF_BODIES)
        for view in browser.downloads():
            assert view.retry_at is None or view.retry_at < 1e13
