from __future__ import annotations

from typing import Any

import pytest

COMPONENTS = (
    "href",
    "origin",
    "protocol",
    "username",
    "password",
    "host",
    "hostname",
    "port",
    "pathname",
    "search",
    "hash",
)


def components(realm: Any, expression: str) -> list[str]:
    return realm.run(f"{{ const url = {expression}; {list(COMPONENTS)}.map((name) => url[name]) }}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://user:pass@example.org:8443/a/b?c=d#e",
            [
                "https://example.org:8443",
                "https:",
                "user",
                "pass",
                "example.org:8443",
                "example.org",
                "8443",
                "/a/b",
                "?c=d",
                "#e",
            ],
        ),
        ("http://[::1]/", ["http://[::1]", "http:", "", "", "[::1]", "[::1]", "", "/", "", ""]),
        ("http://[::1]:81/?#", ["http://[::1]:81", "http:", "", "", "[::1]:81", "[::1]", "81", "/", "", ""]),
        ("mailto:a@b?c#d?e", ["null", "mailto:", "", "", "", "", "", "a@b", "?c", "#d?e"]),
        ("web+demo:/.//not-a-host/", ["null", "web+demo:", "", "", "", "", "", "//not-a-host/", "", ""]),
        ("file:///a", ["null", "file:", "", "", "", "", "", "/a", "", ""]),
        ("foo://host", ["null", "foo:", "", "", "host", "host", "", "", "", ""]),
        ("foo://u@host?/x", ["null", "foo:", "u", "", "host", "host", "", "", "?/x", ""]),
        ("blob:https://a:81/x", ["https://a:81", "blob:", "", "", "", "", "", "https://a:81/x", "", ""]),
        ("blob:mailto:x", ["null", "blob:", "", "", "", "", "", "mailto:x", "", ""]),
        ("data:,a:b@c/d", ["null", "data:", "", "", "", "", "", ",a:b@c/d", "", ""]),
    ],
)
def test_the_components_are_found_in_the_serialization(realm: Any, url: str, expected: list[str]) -> None:
    assert components(realm, f"new URL({url!r})") == [url, *expected]


@pytest.mark.parametrize(
    ("href", "member", "value", "expected"),
    [
        ("https://a/b?c#d", "protocol", "http", "http://a/b?c#d"),
        ("https://a/b?c#d", "username", "é:", "https://%C3%A9%3A@a/b?c#d"),
        ("https://a/b?c#d", "password", "x", "https://:x@a/b?c#d"),
        ("https://a/b?c#d", "host", "e:99", "https://e:99/b?c#d"),
        ("https://a:1/b?c#d", "hostname", "e", "https://e:1/b?c#d"),
        ("https://a/b?c#d", "port", "99", "https://a:99/b?c#d"),
        ("https://a/b?c#d", "pathname", "x y", "https://a/x%20y?c#d"),
        ("https://a/b?c#d", "search", "x", "https://a/b?x#d"),
        ("https://a/b?c#d", "search", "", "https://a/b#d"),
        ("https://a/b?c#d", "search", "?", "https://a/b?#d"),
        ("https://a/b?c#d", "search", "??'", "https://a/b??%27#d"),
        ("foo://a/b?c#d", "search", "'", "foo://a/b?'#d"),
        ("https://a/b?c#d", "search", "a#\tb", "https://a/b?a%23b#d"),
        ("https://a/b?c#d", "hash", "x", "https://a/b?c#x"),
        ("https://a/b?c#d", "hash", "", "https://a/b?c"),
        ("https://a/b?c#d", "hash", "#`", "https://a/b?c#%60"),
        ("https://a/b?c#d", "port", "x", "https://a/b?c#d"),
        ("mailto:x", "host", "y", "mailto:x"),
    ],
)
def test_a_setter_changes_the_serialization(realm: Any, href: str, member: str, value: str, expected: str) -> None:
    assert realm.run(f"{{ const url = new URL({href!r}); url.{member} = {value!r}; url.href }}") == expected


def test_what_cannot_be_parsed_throws(realm: Any) -> None:
    assert realm.error_of("new URL('x')").startswith("TypeError: Invalid URL")
    assert realm.error_of("new URL('https://a', 'x')").startswith("TypeError")
    assert realm.error_of("new URL('https://a').href = 'x'").startswith("TypeError")
    assert realm.run(
        "[URL.canParse('x'), URL.canParse('x', 'https://a'), URL.parse('x'), URL.parse('x', 'https://a').href]"
    ) == [
        False,
        True,
        None,
        "https://a/x",
    ]


def test_a_failure_is_remembered_for_its_base_only(realm: Any) -> None:
    assert realm.run(
        "[URL.canParse('y'), URL.canParse('y', 'https://a'), URL.canParse('y'), URL.canParse('https://a\\ny')]"
    ) == [
        False,
        True,
        False,
        True,
    ]


def test_lone_surrogates_become_replacement_characters(realm: Any) -> None:
    assert realm.run("new URL('https://a/\\ud800').pathname") == "/%EF%BF%BD"


def test_search_params_and_url_follow_each_other(realm: Any) -> None:
    realm.run("globalThis.url = new URL('https://a/?b=1#c'); globalThis.params = url.searchParams; undefined")
    assert realm.run("params.append('é', '&'); url.href") == "https://a/?b=1&%C3%A9=%26#c"
    assert realm.run("url.search = '?x=y'; params.get('x')") == "y"
    assert realm.run("url.href = 'https://z/?q'; [...params].join()") == "q,"
    assert realm.run("params.delete('q'); url.href") == "https://z/"
    assert realm.run("url.searchParams === params") is True


def test_search_params_have_what_was_given_not_what_became_of_it(realm: Any) -> None:
    assert (
        realm.run("{ const url = new URL('https://a/'); url.search = 'a\\nb=c'; [...url.searchParams.keys()][0] }")
        == "a\nb"
    )
    assert (
        realm.run(
            "{ const url = new URL('https://a/'); url.searchParams; url.search = 'a\\nb=c'; [...url.searchParams.keys()][0] }"
        )
        == "a\nb"
    )


def test_a_url_is_written_as_its_href(realm: Any) -> None:
    assert realm.run("JSON.stringify([new URL('https://a')]) + new URL('https://b')") == '["https://a/"]https://b/'
