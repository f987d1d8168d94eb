"""https://www.rfc-editor.org/rfc/rfc6797"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.browser import Browser
from engine.event_loop import FakeClock
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.security.hsts import KnownHost, KnownHosts, parse_strict_transport_security, upgraded_by_hsts
from engine.url import URL, parse_url

YEAR = 31_536_000


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"max-age=31536000", (YEAR, False)),
        (b"max-age=31536000; includeSubDomains", (YEAR, True)),
        (b'  INCLUDESUBDOMAINS ;; MAX-AGE = "31536000" ;', (YEAR, True)),
        (b"max-age=0", (0, False)),
        (b"max-age=5; preload; report-to=x", (5, False)),
        (b"max-age=" + b"9" * 5000, (100 * YEAR, False)),
        (b"", None),
        (b"includeSubDomains", None),
        (b"max-age", None),
        (b"max-age=", None),
        (b"max-age=-1", None),
        (b"max-age=1e3", None),
        (b"max-age=5; max-age=6", None),
        (b"max-age=5; includeSubDomains=yes", None),
        (b"max-age=5 includeSubDomains", None),
        (b"max-age=\xb2", None),
        (b'max-age="5', None),
    ],
)
def test_what_a_header_says(value: bytes, expected: tuple[int, bool] | None) -> None:
    assert parse_strict_transport_security(value) == expected


def test_a_host_and_what_is_below_it_are_known_until_the_time_is_over() -> None:
    clock = FakeClock()
    hosts = KnownHosts(clock)
    hosts.note(url("https://all.test/"), b"max-age=60; includeSubDomains")
    hosts.note(url("https://one.test/"), b"max-age=60")
    for known in ("http://all.test/", "http://a.b.all.test:8080/", "http://one.test/", "http://one.test./"):
        assert hosts.matches(url(known)), known
    for unknown in ("http://a.one.test/", "http://all.test.evil.test/", "http://ball.test/", "http://test/"):
        assert not hosts.matches(url(unknown)), unknown
    clock.advance(61)
    assert not hosts.matches(url("http://all.test/"))


def test_only_hosts_with_names_that_answer_securely_are_noted() -> None:
    hosts = KnownHosts(FakeClock())
    for address in ("http://a.test/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://a.localhost./"):
        hosts.note(url(address), b"max-age=60")
    assert len(hosts) == 0


def test_zero_ends_it_and_a_domain_can_be_forgotten() -> None:
    changed: list[str] = []
    hosts = KnownHosts(FakeClock(), changed.append)
    for name in ("a.test", "b.a.test", "ba.test"):
        hosts.note(url(f"https://{name}/"), b"max-age=60")
    hosts.note(url("https://a.test/"), b"max-age=0")
    hosts.note(url("https://a.test/"), b"max-age=0")
    hosts.remove_domain("a.test")
    assert [hosts.matches(url(f"http://{name}/")) for name in ("a.test", "b.a.test", "ba.test")] == [False, False, True]
    assert changed == ["a.test", "b.a.test", "ba.test", "a.test", "b.a.test"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://a.test/x?y#z", "https://a.test/x?y#z"),
        ("http://a.test:80/", "https://a.test/"),
        ("http://a.test:8080/", "https://a.test:8080/"),
        ("http://b.test/", "http://b.test/"),
        ("ftp://a.test/", "ftp://a.test/"),
    ],
)
def test_an_address_becomes_a_secure_one(before: str, after: str) -> None:
    hosts = KnownHosts(FakeClock())
    hosts.load([KnownHost("a.test", 1e12, False)])
    assert upgraded_by_hsts(url(before), hosts).serialized == after
    assert upgraded_by_hsts(url(before), None).serialized == url(before).serialized


HTML = [(b"Content-Type", b"text/html")]
SECURE = [*HTML, (b"Strict-Transport-Security", b"max-age=600; includeSubDomains"), (b"Strict-Transport-Security", b"max-age=0")]


async def test_pages_and_fetches_go_encrypted_also_after_a_restart_and_until_all_is_forgotten(tmp_path: Path) -> None:
    transport = FakeTransport()
    transport.route("https://a.test/*", FakeResponse(b"<p>", headers=[*SECURE, (b"Access-Control-Allow-Origin", b"*")]))
    transport.route("https://sub.a.test/*", FakeResponse(b"<p>", headers=[*HTML, (b"Access-Control-Allow-Origin", b"*")]))
    transport.route("http://*", FakeResponse(b"<p>plain", headers=HTML))
    transport.route("https://there.test/", FakeResponse(b"", status=302, headers=[(b"Location", b"http://sub.a.test/led")]))

    async def open_all(browser: Browser) -> list[object]:
        page = await browser.open("http://a.test/")
        led = await browser.open("https://there.test/")
        plain = await browser.open("http://plain.test/")
        fetched = await plain.evaluate("fetch('http://sub.a.test/x').then((r) => r.url, (error) => error.name)")
        return [page.url, led.url, await led.evaluate("[location.href, isSecureContext]"), fetched]

    async with Browser(profile=tmp_path, transport=transport) as browser:
        assert (await browser.open("http://a.test/")).url == "http://a.test/"
        await browser.open("https://a.test/")
        encrypted = ["https://a.test/", "https://sub.a.test/led", ["https://sub.a.test/led", True], "https://sub.a.test/x"]
        assert await open_all(browser) == encrypted
    transport.requests.clear()
    async with Browser(profile=tmp_path, transport=transport) as browser:
        assert await open_all(browser) == encrypted
        assert not transport.requests_for("http://*a.test/*")
        await browser.clear_site_data("https://a.test")
        transport.route("https://a.test/*", FakeResponse(b"<p>", headers=HTML))
        assert (await browser.open("http://a.test/")).url == "http://a.test/"
    async with Browser(profile=tmp_path, transport=transport) as browser:
        assert (await browser.open("http://sub.a.test/")).url == "http://sub.a.test/"


async def test_a_plain_answer_says_nothing(tmp_path: Path) -> None:
    transport = FakeTransport()
    transport.route("http://a.test/", FakeResponse(b"<p>", headers=SECURE))
    async with Browser(profile=tmp_path, transport=transport) as browser:
        await browser.open("http://a.test/")
        assert (await browser.open("http://a.test/")).url == "http://a.test/"
