"""js_bindings/beacon/send_beacon.js"""

import pytest

from engine.event_loop import SystemClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.network.fake_transport import FakeResponse, FakeTransport


@pytest.fixture
def transport():
    return FakeTransport()


@pytest.fixture
def window(new_realm, transport):
    transport.route("https://example.test/b", FakeResponse(b"thrown away"))
    services = {"preflight_cache": PreflightCache(SystemClock()), "authentication_entries": AuthenticationEntries()}
    return new_realm("Window", "https://example.test/page.html", transport=transport, **services)


def sent(window, transport, count):
    """What has been sent, once it is so much."""
    for _ in range(10_000):
        if len(transport.requests) >= count:
            return transport.requests
        window.run("0")
    raise AssertionError(f"only {len(transport.requests)} requests")


def test_data_of_each_kind_is_posted(window, transport):
    for data in ("'text'", "new Uint8Array([1, 2])", "new URLSearchParams('q=1')", "null"):
        assert window.run(f"navigator.sendBeacon('/b', {data})") is True
    assert {(request.method, request.body) for request in sent(window, transport, 4)} == {
        ("POST", body) for body in (b"text", b"\1\2", b"q=1", None)
    }


@pytest.mark.parametrize("call", ["'http://'", "'ftp://example.test/'", "'/b', new ReadableStream()"])
def test_what_cannot_be_sent_throws(window, call):
    assert window.error_of(f"navigator.sendBeacon({call})").startswith("TypeError")


def test_too_much_at_a_time_is_refused(window, transport):
    assert window.run("navigator.sendBeacon('/b', 'x'.repeat(65537))") is False
    half = "navigator.sendBeacon('/b', 'x'.repeat(40000))"
    assert window.run(f"[{half}, {half}]") == [True, False]
    sent(window, transport, 1)
