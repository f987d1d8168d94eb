import pytest

from engine.infra import FAILURE
from engine.url import URL, domain_to_ascii, parse_url, serialize_url


def parsed(text: str, base: str | None = None) -> URL:
    base_url = None if base is None else parsed(base)
    url = parse_url(text, base_url)
    assert isinstance(url, URL)
    return url


def test_every_slot_of_a_full_url() -> None:
    url = parsed("HTTPS://us%65r:p%3Aw@EXAMPLE.org:8443/a/../b%20c?q=1#frag")
    assert (url.scheme, url.username, url.password, url.host, url.port) == (
        "https",
        "us%65r",
        "p%3Aw",
        "example.org",
        8443,
    )
    assert (url.path, url.query, url.fragment) == ("/b%20c", "q=1", "frag")
    assert url.serialized == "https://us%65r:p%3Aw@example.org:8443/b%20c?q=1#frag"
    assert url.includes_credentials
    assert url.host_and_port == "example.org:8443"
    assert url.request_target == "/b%20c?q=1"


def test_an_empty_query_is_not_the_null_query() -> None:
    assert parsed("https://a.test/?").query == ""
    assert parsed("https://a.test/?").request_target == "/?"
    assert parsed("https://a.test/").query is None
    assert parsed("https://a.test/#").fragment == ""


@pytest.mark.parametrize(
    ("text", "host", "port", "path", "opaque"),
    [
        ("http://[::1]:80/", "[::1]", None, "/", False),
        ("http://[::1]:81/", "[::1]", 81, "/", False),
        ("http://0x7f.1/", "127.0.0.1", None, "/", False),
        ("file:///etc/x", "", None, "/etc/x", False),
        ("mailto:a@b:1", None, None, "a@b:1", True),
        ("web+x:/.//not-a-host/", None, None, "//not-a-host/", False),
        ("foo://", "", None, "", False),
        ("about:blank", None, None, "blank", True),
    ],
)
def test_hosts_ports_and_paths(text: str, host: str | None, port: int | None, path: str, opaque: bool) -> None:
    url = parsed(text)
    assert (url.host, url.port, url.path, url.has_opaque_path) == (host, port, path, opaque)
    assert serialize_url(url) == url.serialized


@pytest.mark.parametrize(
    "text", ["", "x", "http://", "http://a b/", "http://a:99999/", "https://xn--/", "https://xn--pokxncvks/"]
)
def test_what_is_no_url(text: str) -> None:
    assert parse_url(text) is FAILURE


def test_honest_punycode_passes() -> None:
    assert parsed("https://xn--ls8h.la/").host == "xn--ls8h.la"
    assert parsed("https://bücher.test/").host == "xn--bcher-kva.test"


def test_relative_urls() -> None:
    assert parsed("../x?y#z", "https://a.test/b/c/d?e#f").serialized == "https://a.test/b/x?y#z"
    assert parsed("", "https://a.test/b?c#d").serialized == "https://a.test/b?c"
    assert parse_url("x", parsed("mailto:y")) is FAILURE


def test_lone_surrogates_are_replaced_and_not_an_error() -> None:
    assert parsed("https://a.test/\ud800").path == "/%EF%BF%BD"
    assert parsed("https://a.test/\ud83d\ude00").path == "/%F0%9F%98%80"


def test_long_urls_are_parsed_but_not_kept() -> None:
    text = "data:text/plain," + "x" * 5000
    assert parsed(text) is not parsed(text)
    assert parsed("https://kept.test/") is parsed("https://kept.test/")


def test_other_parts_make_another_url_with_its_own_serialization() -> None:
    url = parsed("http://user:pass@a.test:8080/x?y#z")
    assert url.with_parts(fragment=None).serialized == "http://user:pass@a.test:8080/x?y"
    assert url.with_parts(username="", password="", fragment=None, query=None).serialized == "http://a.test:8080/x"
    assert parsed("http://a.test:443/").with_parts(scheme="https").serialized == "https://a.test/"
    assert url.serialized == "http://user:pass@a.test:8080/x?y#z"


def test_equality() -> None:
    assert parsed("https://a.test/#x") != parsed("https://a.test/#y")
    assert parsed("https://a.test/#x").equals(parsed("https://a.test/#y"), exclude_fragments=True)
    assert len({parsed("https://a.test/"), parsed("https://a.test")}) == 1


def test_domain_to_ascii() -> None:
    assert domain_to_ascii("BÜCHER.test") == "xn--bcher-kva.test"
    assert domain_to_ascii("a/b") is FAILURE
    assert domain_to_ascii("") is FAILURE
