from __future__ import annotations

import pytest

from engine.security.csp.matching import does_url_match_source_list
from engine.url import origin_of, parse_url

HOME = "https://a.test"


def matches(sources: str, url: str, home: str = HOME, redirects: int = 0) -> bool:
    return does_url_match_source_list(parse_url(url), sources.split(), origin_of(parse_url(home)), redirects)


@pytest.mark.parametrize(
    ("sources", "yes", "no"),
    [
        ("", [], ["https://a.test/"]),
        ("'none'", [], ["https://a.test/"]),
        ("'NONE'", [], ["https://none/"]),
        ("*", ["https://x.test:99/y", "http://x.test/", "wss://x.test/"], ["data:,x", "blob:https://a.test/1"]),
        (
            "'self'",
            ["https://a.test/x", "wss://a.test/x"],
            ["http://a.test/", "https://a.test:444/", "https://b.a.test/"],
        ),
        ("https:", ["https://x.test/"], ["http://x.test/", "data:,x"]),
        ("http:", ["https://x.test/", "http://x.test/"], ["ws://x.test/"]),
        ("ws:", ["wss://x.test/", "http://x.test/"], ["data:,"]),
        ("data:", ["data:,x"], ["https://x.test/"]),
        ("blob:", ["blob:https://a.test/1"], ["https://x.test/"]),
        ("x.test", ["https://x.test/"], ["http://x.test/", "https://y.x.test/", "https://x.test:8443/"]),
        ("X.TEST", ["https://x.test/"], []),
        ("*.x.test", ["https://y.x.test/", "https://z.y.x.test/"], ["https://x.test/", "https://yx.test/"]),
        ("http://x.test", ["http://x.test/", "https://x.test/"], ["http://y.test/"]),
        ("http://x.test:80", ["http://x.test/", "https://x.test/"], ["https://x.test:444/"]),
        ("x.test:*", ["https://x.test:1/", "https://x.test/"], ["http://x.test:1/"]),
        ("x.test:8443", ["https://x.test:8443/"], ["https://x.test/"]),
        ("https://x.test:443", ["https://x.test/"], ["https://x.test:8443/"]),
        ("x.test/a/", ["https://x.test/a/", "https://x.test/a/b/c"], ["https://x.test/a", "https://x.test/b/"]),
        ("x.test/a", ["https://x.test/a", "https://x.test/%61"], ["https://x.test/a/b", "https://x.test/ab"]),
        ("x.test/", ["https://x.test/anything"], []),
        ("127.0.0.1:*", ["https://127.0.0.1:1/"], ["https://127.0.0.2:1/"]),
        ("[::1]:8", ["https://[::1]:8/"], ["https://[::2]:8/"]),
        ("'self' x.test", ["https://a.test/", "https://x.test/"], ["https://b.test/"]),
        ("'nonce-x' 'unsafe-inline' bad^host", [], ["https://x.test/"]),
    ],
)
def test_source_lists(sources, yes, no):
    for url in yes:
        assert matches(sources, url), f"{url} should match {sources}"
    for url in no:
        assert not matches(sources, url), f"{url} should not match {sources}"


def test_plain_homes_accept_the_encrypted_form_of_themselves():
    assert matches("'self'", "https://a.test/", "http://a.test")
    assert matches("'self'", "ws://a.test/", "http://a.test")
    assert matches("'self'", "http://a.test:81/", "http://a.test:81")
    assert not matches("'self'", "https://a.test:8443/", "http://a.test")
    assert matches("x.test", "https://x.test/", "http://a.test")


def test_paths_do_not_count_after_a_redirect():
    assert not matches("x.test/a", "https://x.test/b")
    assert matches("x.test/a", "https://x.test/b", redirects=1)
    assert not matches("x.test/a", "https://y.test/a", redirects=1)
