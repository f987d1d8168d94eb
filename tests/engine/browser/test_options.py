"""Mistakes in what a browser is given are told at the call, in one sentence that says what is possible."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine import BackgroundFetchLimits, Browser, Conditions, FakeClock, Fault
from engine.devtools import inspect
from engine.js import Limits
from engine.network.certificates import CertificatePolicy
from engine.network.fake_transport import FakeResponse, FakeTransport

HTML = [(b"Content-Type", b"text/html")]


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route("https://example.test/*", FakeResponse(b"<p>", headers=HTML))
    return transport


@pytest.fixture
async def browser(tmp_path: Path, transport: FakeTransport) -> AsyncIterator[Browser]:
    async with Browser(profile=tmp_path / "profile", transport=transport) as browser:
        yield browser


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"profile": 5}, TypeError, "profile cannot be 5: it is the path of a folder"),
        ({"profile": ""}, ValueError, "profile cannot be ''"),
        ({"profile": b"/tmp"}, TypeError, "profile cannot be"),
        ({"clock": FakeClock}, TypeError, r"clock cannot be .*: it is a clock, as FakeClock\(\), or None"),
        ({"clock": 5}, TypeError, "clock cannot be 5"),
        ({"transport": "http"}, TypeError, "transport cannot be 'http': it is a transport"),
        ({"hosts": ["a"]}, TypeError, "hosts cannot be"),
        ({"hosts": {"a": 5}}, TypeError, "the address of a cannot be 5: it is a str, or None"),
        ({"hosts": {"a": "rubbish"}}, ValueError, "the address of a cannot be 'rubbish': it is an IP address"),
        ({"hosts": {"a": "127.0.0.1:99999"}}, ValueError, "the address of a cannot be"),
        ({"hosts": {"a": ""}}, ValueError, "the address of a cannot be ''"),
        ({"certificates": None}, TypeError, "certificates cannot be None: it is a CertificatePolicy"),
        ({"conditions": {"offline": True}}, TypeError, "conditions cannot be"),
        ({"trusted_origins": "http://a.test"}, TypeError, "trusted_origins cannot be 'http://a.test': it is a collection"),
        ({"trusted_origins": ["rubbish"]}, ValueError, "a trusted origin cannot be 'rubbish'"),
        ({"permissions": {"notificatons": "granted"}}, ValueError, "perhaps 'notifications' was meant"),
        ({"permissions": {"notifications": "yes"}}, ValueError, "the state of notifications cannot be 'yes'"),
        ({"permissions": ["notifications"]}, TypeError, "permissions cannot be"),
        ({"quota": -1}, ValueError, "quota cannot be -1: it is a whole number of bytes, 0 or more, or None"),
        ({"quota": "1 GB"}, TypeError, "quota cannot be '1 GB'"),
        ({"limits": BackgroundFetchLimits()}, TypeError, "limits cannot be .*: it is a Limits"),
        ({"on_console": "print"}, TypeError, "on_console cannot be 'print': it is a function"),
        ({"background_fetch_limits": Limits()}, TypeError, "background_fetch_limits cannot be"),
        ({"plain_quota_errors": "no"}, TypeError, "plain_quota_errors cannot be 'no': it is a bool"),
    ],
)
def test_a_browser_is_not_made_of_what_cannot_be(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        Browser(**options)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:8443", "::1", "[::1]:8443", None])
def test_an_address_may_have_a_port(address: str | None, transport: FakeTransport) -> None:
    assert repr(Browser(hosts={"*.test": address}, transport=transport)) == "<Browser, not entered>"


async def test_trusted_origins_may_be_named_by_any_address_of_theirs(tmp_path: Path) -> None:
    transport = FakeTransport()
    transport.route("http://plain.test/*", FakeResponse(b"<p>", headers=HTML))
    async with Browser(profile=tmp_path, transport=transport, trusted_origins=["http://plain.test:80/start"]) as browser:
        assert await (await browser.open("http://plain.test/")).evaluate("isSecureContext") is True


ASKED_FOR: list[Callable[[Browser], Any]] = [
    lambda browser: browser.pages,
    lambda browser: browser.user_agent,
    lambda browser: browser.network,
    lambda browser: browser.service_workers,
    lambda browser: browser.service_worker("https://example.test/"),
    lambda browser: browser.background_fetches(),
    lambda browser: browser.downloads(),
    lambda browser: browser.rate_limits,
    lambda browser: browser.permissions,
    lambda browser: browser.profile,
    lambda browser: browser.events(),
    lambda browser: browser.on_background_fetch(print),
]


@pytest.mark.parametrize("ask", ASKED_FOR)
def test_a_browser_that_has_not_been_entered_says_so(ask: Callable[[Browser], Any], transport: FakeTransport) -> None:
    with pytest.raises(RuntimeError, match="the browser has not been entered: it works inside of `async with Browser"):
        ask(Browser(transport=transport))


async def test_what_takes_time_says_so_too(transport: FakeTransport, tmp_path: Path) -> None:
    browser = Browser(transport=transport, profile=tmp_path)
    assert repr(browser) == "<Browser, not entered>"
    for steps in (browser.open("https://example.test/"), browser.clear_site_data("https://example.test/")):
        with pytest.raises(RuntimeError, match="has not been entered"):
            await steps
    async with browser:
        assert repr(browser) == f"<Browser, profile {tmp_path}, 0 pages>"
        with pytest.raises(RuntimeError, match="has been entered already"):
            await browser.__aenter__()
        page = await browser.open("https://example.test/")
    assert repr(browser) == "<Browser, closed>"
    for steps in (browser.open("https://example.test/"), browser.clear_site_data("https://example.test/")):
        with pytest.raises(RuntimeError, match="the browser has been closed"):
            await steps
    for ask in (browser.events, lambda: browser.on_background_fetch(print), lambda: browser.service_worker("https://example.test/")):
        with pytest.raises(RuntimeError, match="the browser has been closed"):
            ask()
    assert (browser.pages, browser.background_fetches(), page.closed) == ([], [], True)


@pytest.mark.parametrize(
    ("ask", "error", "match"),
    [
        (lambda browser: browser.service_worker("rubbish"), ValueError, "an address cannot be 'rubbish'"),
        (lambda browser: browser.service_worker(None), TypeError, "an address cannot be None"),
        (lambda browser: browser.on_console("print"), TypeError, "it is a function"),
        (lambda browser: browser.on_background_fetch(5), TypeError, "it is a function"),
        (lambda browser: browser.permissions.set("notificatons", "granted", "http://a.test"), ValueError, "perhaps 'notifications'"),
        (lambda browser: browser.permissions.set("notifications", "yes", "http://a.test"), ValueError, "'denied', 'granted', 'prompt'"),
        (lambda browser: browser.permissions.set("notifications", None), ValueError, "cannot be None"),
        (lambda browser: browser.permissions.set("notifications", "denied", "rubbish"), ValueError, "the origin of a permission"),
        (lambda browser: browser.permissions.state("push ", "http://a.test"), ValueError, "perhaps 'push' was meant"),
        (lambda browser: browser.permissions.state("push", "a.test"), ValueError, "which is no origin"),
        (lambda browser: browser.network.conditions(latency=-1), ValueError, "latency cannot be -1: it is a number of seconds"),
        (lambda browser: browser.network.conditions(rate=0), ValueError, "more than 0, or None"),
        (lambda browser: browser.network.conditions(upload_rate="fast"), TypeError, "the upload rate cannot be 'fast'"),
        (lambda browser: browser.network.conditions(stall_timeout=float("nan")), ValueError, "stall_timeout cannot be nan"),
        (lambda browser: browser.network.conditions(offline=1), TypeError, "offline cannot be 1: it is a bool"),
        (lambda browser: browser.network.conditions(faults=Fault()), TypeError, "they are a list of Fault"),
        (lambda browser: browser.network.conditions(faults=["reset"]), TypeError, "a fault cannot be 'reset'"),
        (lambda browser: browser.network.add_fault("reset"), TypeError, "it is a Fault"),
        (lambda browser: browser.network.set_conditions(None), TypeError, "it is a Conditions"),
        (lambda browser: setattr(browser.rate_limits, "bytes_per_second", 0), ValueError, "bytes_per_second cannot be 0"),
        (lambda browser: setattr(browser.rate_limits, "bytes_per_second_each", "1 MB"), TypeError, "bytes_per_second_each cannot be"),
    ],
)
async def test_mistakes_are_told_at_the_call(browser: Browser, ask: Any, error: type[Exception], match: str) -> None:
    before = browser.network.current, browser.network.faults
    with pytest.raises(error, match=match):
        ask(browser)
    assert (browser.network.current, browser.network.faults) == before


async def test_mistakes_in_what_takes_time_are_told_too(browser: Browser) -> None:
    with pytest.raises(TypeError, match="an address cannot be 5"):
        await browser.open(5)  # type: ignore[arg-type]
    for origin in ("rubbish", "data:,x", ""):
        with pytest.raises(ValueError, match="the origin cannot be"):
            await browser.clear_site_data(origin)
    with pytest.raises(ValueError, match="perhaps 'cookies' was meant"):
        await browser.clear_site_data("https://example.test/", ["cookie"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="types cannot be 'cache': it is a collection"):
        await browser.clear_site_data("https://example.test/", "cache")  # type: ignore[arg-type]


async def test_an_address_with_a_path_stands_for_its_origin(browser: Browser) -> None:
    browser.permissions.set("notifications", "denied", "http://localhost/a/page")
    assert browser.permissions.state("notifications", "http://localhost") == "denied"
    assert browser.permissions.state("notifications", "http://localhost:80/") == "denied"


@pytest.mark.parametrize(
    ("fields", "error", "match"),
    [
        ({"url": None}, TypeError, "url cannot be None"),
        ({"occurrence": 0}, ValueError, "occurrence cannot be 0"),
        ({"occurrence": 1.5}, TypeError, "a whole number"),
        ({"method": 5}, TypeError, "method cannot be 5: it is bytes, or a str"),
        ({"fail": "broken"}, ValueError, "fail cannot be 'broken'.*'reset'"),
        ({"delay": -1}, ValueError, "delay cannot be -1"),
        ({"status": 42}, ValueError, "200 to 599"),
        ({"status": "500"}, TypeError, "status cannot be '500'"),
        ({"body": 5}, TypeError, "body cannot be 5"),
        ({"headers": "X-A: 1"}, TypeError, "headers cannot be"),
        ({"headers": [("X-A", "1\r\n")]}, ValueError, "no line ends"),
        ({"after_bytes": -1}, ValueError, "after_bytes cannot be -1"),
        ({"then": "nope"}, ValueError, "then cannot be 'nope': it is one of 'end', 'reset', 'stall', 'truncate'"),
        ({"content_length": "5"}, TypeError, "content_length cannot be '5'"),
    ],
)
def test_a_fault_is_not_made_of_what_cannot_be(fields: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        Fault(**fields)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Conditions(download_rate=0), "the rate cannot be 0"),
        (lambda: BackgroundFetchLimits(transfers_in_all=0), "transfers_in_all cannot be 0"),
        (lambda: BackgroundFetchLimits(bytes_per_second=-5), "bytes_per_second cannot be -5"),
        (lambda: Limits(memory=0), "memory cannot be 0"),
        (lambda: Limits(task_time=-1), "task_time cannot be -1"),
        (lambda: FakeClock(float("nan")), "wall_time cannot be nan"),
        (lambda: FakeResponse(delay=-1), "delay cannot be -1"),
    ],
)
def test_nor_is_any_other_value(make: Callable[[], object], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        make()


async def test_strings_are_taken_where_bytes_are_wanted(browser: Browser, transport: FakeTransport) -> None:
    page = await browser.open("https://example.test/")
    browser.network.conditions(faults=[Fault("*/a", method="GET", status=500, headers={"X-A": "1"}, body="hällo")])
    answer = "fetch('/a').then(async (answer) => [answer.status, answer.headers.get('x-a'), await answer.text()])"
    assert await page.evaluate(answer) == [500, "1", "hällo"]
    browser.network.conditions(faults=[Fault("*/a", headers=[[b"X-A", "2"]])])  # type: ignore[list-item]
    assert await page.evaluate("fetch('/a').then((answer) => answer.headers.get('x-a'))") == "2"
    browser.network.conditions()
    transport.route("https://example.test/b", FakeResponse("ä", headers={"X-B": "3"}))
    transport.route("https://example.test/c", FakeResponse(["c", b"d"]))
    assert await page.evaluate("fetch('/b').then(async (answer) => [answer.headers.get('x-b'), await answer.text()])") == ["3", "ä"]
    assert await page.evaluate("fetch('/c').then((answer) => answer.text())") == "cd"


async def test_a_callback_can_be_taken_away_twice(browser: Browser) -> None:
    said: list[str] = []
    end = browser.on_console(lambda message: said.append(message.text))
    page = await browser.open("https://example.test/")
    await page.evaluate("console.log('heard')")
    end()
    end()
    await page.evaluate("console.log('not heard')")
    assert said == ["heard"]


async def test_events_name_the_page_itself(browser: Browser) -> None:
    with browser.events() as events:
        page = await browser.open("https://example.test/")
        await page.goto("https://example.test/other")
        await page.close()
        opened, gone = await anext(events), await anext(events)
    assert (opened.page, gone.page, gone.url) == (page, page, "https://example.test/other")  # type: ignore[union-attr]
    assert repr(events).startswith("<EventStream closed")


async def test_a_handle_outlives_its_browser_without_hanging(tmp_path: Path, transport: FakeTransport) -> None:
    transport.route("https://example.test/sw.js", FakeResponse("", headers={"Content-Type": "text/javascript"}))
    async with Browser(profile=tmp_path, transport=transport) as browser:
        page = await browser.open("https://example.test/")
        await page.evaluate("await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; 1")
        worker = browser.service_worker("https://example.test/")
    assert worker is not None and worker.scope == "https://example.test/"
    worker.stop()
    with pytest.raises(RuntimeError, match="the browser has been closed"):
        await worker.unregister()


@pytest.mark.parametrize(("port", "error"), [(-1, ValueError), (70_000, ValueError), ("80", TypeError), (None, TypeError)])
async def test_a_port_is_one(browser: Browser, port: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"port cannot be .*: it is a whole number, 0 to 65535"):
        async with inspect(browser, port):
            pass


def test_certificates_name_their_hosts_in_a_collection() -> None:
    with pytest.raises(TypeError, match=r"accept_anything_for cannot be '.*': it is a collection"):
        CertificatePolicy(accept_anything_for="*.test")  # type: ignore[arg-type]
