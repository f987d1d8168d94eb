from typing import Any

import pytest

from engine.event_loop import FakeClock
from engine.infra import FAILURE
from engine.network import CookieStore, cookie_default_path, serialize_cookies
from engine.network.cookie_parsing import parse_a_cookie, parse_cookie_date
from engine.network.cookies import MOST_COOKIES_OF_A_HOST, path_matches
from engine.url import URL, parse_url


class Jar:
    """A store, spoken to in URLs."""

    def __init__(self, **options: Any) -> None:
        self.clock = FakeClock()
        self.store = CookieStore(self.clock, **options)

    def set(self, url: str, cookie: str, **more: Any) -> bool:
        parsed = parse_url(url)
        assert isinstance(parsed, URL) and parsed.host is not None
        stored = self.store.parse_and_store_a_cookie(
            cookie.encode("latin-1"), is_secure=parsed.scheme == "https", host=parsed.host, path=parsed.path, **more
        )
        return stored is not None

    def get(self, url: str, **more: Any) -> str:
        parsed = parse_url(url)
        assert isinstance(parsed, URL) and parsed.host is not None
        cookies = self.store.retrieve_cookies(
            is_secure=parsed.scheme == "https", host=parsed.host, path=parsed.path, **more
        )
        return serialize_cookies(cookies).decode("latin-1")


@pytest.fixture
def jar() -> Jar:
    return Jar()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (b"a=b", b"a", b"b"),
        (b" a = b c ; Path=/", b"a", b"b c"),
        (b"a=b=c", b"a", b"b=c"),
        (b"novalue", b"", b"novalue"),
        (b"=v", b"", b"v"),
        (b"a=", b"a", b""),
        (b'a="q;x"', b"a", b'"q'),
        (b"a=\xe9", b"a", b"\xe9"),
        (b"a\t=\tb", b"a", b"b"),
    ],
)
def test_pairs(text: bytes, name: bytes, value: bytes) -> None:
    cookie = parse_a_cookie(text, 0)
    assert cookie is not FAILURE
    assert (cookie.name, cookie.value) == (name, value)


@pytest.mark.parametrize("text", [b"", b"=", b" ; Path=/", b"a=\x00", b"a=b\x7f", b"a\n=b", b"a=" + b"x" * 4096])
def test_what_is_no_cookie(text: bytes) -> None:
    assert parse_a_cookie(text, 0) is FAILURE


def test_attributes() -> None:
    cookie = parse_a_cookie(
        b"a=b; PATH=/x; secure; HttpOnly=yes; SameSite=LAX; domain=.Example.COM; Max-Age=60; Expires=x", 1000
    )
    assert cookie is not FAILURE
    assert (cookie.path, cookie.secure, cookie.http_only, cookie.same_site) == ("/x", True, True, "lax")
    assert (cookie.domain, cookie.expiry_time) == ("example.com", 1060)


def test_the_last_attribute_of_a_name_wins_and_overlong_ones_are_none() -> None:
    cookie = parse_a_cookie(b"a=b; Path=/x; Path=nonsense; SameSite=Strict; SameSite=odd; Domain=" + b"x" * 1025, 0)
    assert cookie is not FAILURE
    assert (cookie.path, cookie.same_site, cookie.domain) == (None, "unset", None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("6 november 1994 08:49:37.123 +0100", 784111777),
        ("01 Jan 70 0:0:0", 0),
        ("01 Jan 69 00:00:00", 3124224000),
        ("1 jan 1601 00:00:00", -11644473600),
    ],
)
def test_dates(text: str, seconds: float) -> None:
    assert parse_cookie_date(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "06 Nov 1994",
        "08:49:37",
        "32 Nov 1994 08:49:37",
        "31 Feb 1994 08:49:37",
        "1 Jan 1600 00:00:00",
        "1 Jan 1994 24:00:00",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_cookie_date(text) is None


def test_host_only_unless_there_is_a_domain(jar: Jar) -> None:
    jar.set("https://www.example.com/", "host=1")
    jar.set("https://www.example.com/", "all=1; Domain=example.com")
    assert jar.get("https://www.example.com/") == "host=1; all=1"
    assert jar.get("https://example.com/") == "all=1"
    assert jar.get("https://other.example.com/") == "all=1"
    assert jar.get("https://notexample.com/") == ""


def test_domains_one_may_not_speak_for(jar: Jar) -> None:
    assert not jar.set("https://a.example.com/", "x=1; Domain=b.example.com")
    assert not jar.set("https://a.example.com/", "x=1; Domain=com")
    assert not jar.set("https://a.example.co.uk/", "x=1; Domain=co.uk")
    assert not jar.set("https://127.0.0.1/", "x=1; Domain=0.0.1")
    assert not jar.set("https://a.test/", "x=1; Domain=a/b")


def test_a_public_suffix_that_is_the_host_itself_sets_for_itself(jar: Jar) -> None:
    assert jar.set("https://github.io/", "x=1; Domain=github.io")
    assert jar.get("https://github.io/") == "x=1"
    assert jar.get("https://someone.github.io/") == ""
    assert jar.set("http://localhost/", "y=1; Domain=localhost")
    assert jar.get("http://localhost/") == "y=1"


def test_paths(jar: Jar) -> None:
    jar.set("https://a.test/docs/x", "default=1")
    jar.set("https://a.test/docs/x", "root=1; Path=/")
    assert jar.get("https://a.test/docs") == "default=1; root=1"
    assert jar.get("https://a.test/docs/deep/er") == "default=1; root=1"
    assert jar.get("https://a.test/docsx") == "root=1"
    assert cookie_default_path("/x") == "/"
    assert path_matches("/a/b", "/a/") and not path_matches("/ab", "/a")


def test_longer_paths_and_older_cookies_come_first(jar: Jar) -> None:
    for cookie in ("b=1; Path=/", "a=1; Path=/", "deep=1; Path=/x"):
        jar.set("https://a.test/", cookie)
        jar.clock.advance(1)
    jar.set("https://a.test/", "b=2; Path=/")  # keeps its age
    assert jar.get("https://a.test/x") == "deep=1; b=2; a=1"


def test_expiry(jar: Jar) -> None:
    jar.set("https://a.test/", "short=1; Max-Age=10")
    jar.set("https://a.test/", "session=1")
    jar.clock.advance(9)
    assert jar.get("https://a.test/") == "short=1; session=1"
    jar.clock.advance(1)
    assert jar.get("https://a.test/") == "session=1"
    assert len(jar.store) == 1


def test_an_expired_cookie_removes(jar: Jar) -> None:
    jar.set("https://a.test/", "x=1")
    jar.set("https://a.test/", "x=gone; Max-Age=0")
    assert jar.get("https://a.test/") == ""
    jar.set("https://a.test/", "x=1")
    jar.set("https://a.test/", "x=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert jar.get("https://a.test/") == ""


def test_nothing_lives_longer_than_400_days(jar: Jar) -> None:
    jar.set("https://a.test/", "x=1; Max-Age=99999999999")
    jar.clock.advance(400 * 24 * 3600)
    assert jar.get("https://a.test/") == ""


def test_secure_cookies(jar: Jar) -> None:
    assert not jar.set("http://a.test/", "x=1; Secure")
    assert jar.set("https://a.test/", "x=1; Secure")
    assert jar.get("http://a.test/") == ""
    assert jar.get("https://a.test/") == "x=1"


def test_an_insecure_channel_cannot_hide_a_secure_cookie(jar: Jar) -> None:
    jar.set("https://a.test/login/", "x=secure; Secure; Path=/login")
    assert not jar.set("http://a.test/", "x=evil; Path=/login/en")
    assert not jar.set("http://sub.a.test/", "x=evil; Domain=a.test; Path=/login")
    assert jar.set("http://a.test/", "x=harmless; Path=/")


@pytest.mark.parametrize("gone", ["x=; Max-Age=0; Secure; Path=/login", "x=plain; Path=/login"])
def test_a_secure_cookie_that_has_gone_is_not_hidden(jar: Jar, gone: str) -> None:
    jar.set("https://a.test/login/", "x=secure; Secure; Path=/login")
    jar.set("https://b.test/", "x=other; Secure")
    jar.set("https://a.test/login/", gone)
    assert jar.set("http://a.test/", "x=plain; Path=/login/en")
    assert len(jar.store) == len(list(jar.store))


def test_http_only_cookies_are_out_of_scripts_reach(jar: Jar) -> None:
    jar.set("https://a.test/", "x=1; HttpOnly")
    assert jar.get("https://a.test/", http_only_allowed=False) == ""
    assert not jar.set("https://a.test/", "x=2", http_only_allowed=False)
    assert not jar.set("https://a.test/", "y=2; HttpOnly", http_only_allowed=False)
    assert jar.get("https://a.test/") == "x=1"


def test_same_site(jar: Jar) -> None:
    for cookie in ("strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "none=1; SameSite=None; Secure", "unset=1"):
        assert jar.set("https://a.test/", cookie)
    assert jar.get("https://a.test/", same_site="strict-or-less") == "strict=1; lax=1; none=1; unset=1"
    assert jar.get("https://a.test/", same_site="lax-or-less") == "lax=1; none=1; unset=1"
    assert jar.get("https://a.test/", same_site="unset-or-less") == "none=1"
    assert not jar.set("https://a.test/", "x=1; SameSite=None")
    assert not jar.set("https://a.test/", "x=1; SameSite=Lax", same_site_strict_or_lax_allowed=False)
    assert not jar.set("https://a.test/", "x=1", same_site_strict_or_lax_allowed=False)
    assert jar.set("https://a.test/", "x=1; SameSite=None; Secure", same_site_strict_or_lax_allowed=False)


def test_unset_need_not_mean_lax() -> None:
    jar = Jar(unset_is_lax=False)
    jar.set("https://a.test/", "unset=1")
    assert jar.get("https://a.test/", same_site="unset-or-less") == "unset=1"
    assert jar.get("https://a.test/", same_site="none") == ""


@pytest.mark.parametrize(
    "cookie",
    [
        "__Secure-x=1",
        "__HOST-x=1; Secure; Path=/x",
        "__Host-x=1; Secure; Path=/; Domain=a.test",
        "__Host-x=1; Path=/",
        "__Http-x=1; Secure",
        "__Host-Http-x=1; Secure; Path=/",
        "=__Secure-x=1",
        "__host-x",
    ],
)
def test_prefixes_that_are_not_kept(jar: Jar, cookie: str) -> None:
    assert not jar.set("https://a.test/", cookie)


@pytest.mark.parametrize(
    "cookie",
    [
        "__Secure-x=1; Secure",
        "__Host-x=1; Secure; Path=/",
        "__Http-x=1; Secure; HttpOnly",
        "__Host-Http-x=1; Secure; HttpOnly; Path=/",
        "__Other-x=1",
    ],
)
def test_prefixes_that_are_kept(jar: Jar, cookie: str) -> None:
    assert jar.set("https://a.test/", cookie)


def test_partitioned_cookies_stay_with_their_site(jar: Jar) -> None:
    assert not jar.set("https://a.test/", "p=0; Partitioned", partition_key="https://top.test")
    assert jar.set("https://a.test/", "p=1; Partitioned; Secure", partition_key="https://top.test")
    assert jar.set("https://a.test/", "p=2; Partitioned; Secure", partition_key="https://other.test")
    assert jar.set("https://a.test/", "free=1")
    assert jar.get("https://a.test/", partition_key="https://top.test") == "p=1; free=1"
    assert jar.get("https://a.test/") == "free=1"


def test_too_many_cookies_of_a_host(jar: Jar) -> None:
    for number in range(MOST_COOKIES_OF_A_HOST + 20):
        jar.set("https://a.test/", f"c{number}=1" + ("; Secure" if number < 10 else ""))
        jar.clock.advance(1)
    jar.store.garbage_collect_cookies("a.test")
    names = {cookie.name for cookie in jar.store}
    assert len(names) == MOST_COOKIES_OF_A_HOST
    assert b"c0" in names and b"c10" not in names and b"c199" in names


def test_records_and_changes() -> None:
    changes: list[tuple[str, bytes]] = []
    jar = Jar(on_change=lambda kind, cookie: changes.append((kind, cookie.value)))
    jar.set("https://a.test/", "keep=\xe9; Max-Age=60; Path=/x; SameSite=Strict")
    jar.set("https://a.test/", "session=1")
    jar.set("https://a.test/", "session=2; Max-Age=0")
    assert changes == [("stored", b"\xe9"), ("stored", b"1"), ("removed", b"1")]
    jar.set("https://a.test/", "session=3")
    records = jar.store.records()
    assert [record["name"] for record in records] == ["keep"]
    assert len(jar.store.records(with_session_cookies=True)) == 2
    other = Jar()
    other.store.load(records)
    assert other.get("https://a.test/x") == "keep=\xe9"
    jar.store.end_session()
    assert len(jar.store) == 1
    assert jar.store.remove_where(lambda cookie: cookie.host == "a.test") == 1


def test_serializing() -> None:
    jar = Jar()
    jar.set("https://a.test/", "a=b")
    jar.set("https://a.test/", "nameless")
    assert jar.get("https://a.test/") == "a=b; nameless"
