from __future__ import annotations

from dataclasses import replace

from engine.storage import Index, StoredCookie, all_cookies, change_cookies, clear_cookies, remove_dead_cookies

COOKIE = StoredCookie("name", "värde\ud800", "site.test", "/", 2000.0, True, False, "lax", 100.0, 150.5, True)


def names(index: Index, now: float = 0.0) -> list[str]:
    return [cookie.name for cookie in all_cookies(index, now)]


def test_a_cookie_keeps_all_it_was_given(index: Index) -> None:
    other = replace(
        COOKIE, name="other", partition="https://top.test", expiry=None, host_only=False, http_only=True, created=200.0
    )
    change_cookies(index, save=[COOKIE, other])
    assert all_cookies(index, 0) == [COOKIE, other]


def test_a_cookie_of_the_same_partition_domain_kind_path_and_name_is_replaced(index: Index) -> None:
    newer = replace(COOKIE, value="new", expiry=None, secure=False, last_access=7.0)
    others = [
        replace(COOKIE, path="/a"),
        replace(COOKIE, domain="a.site.test"),
        replace(COOKIE, partition="p"),
        replace(COOKIE, name="n"),
        replace(COOKIE, host_only=not COOKIE.host_only),
    ]
    change_cookies(index, save=[COOKIE, *others])
    change_cookies(index, save=[newer])
    stored = all_cookies(index, 0)
    assert len(stored) == 6
    assert newer in stored
    assert COOKIE not in stored
    change_cookies(index, remove=[newer])
    assert sorted(map(repr, all_cookies(index, 0))) == sorted(map(repr, others))


def test_expired_cookies_are_not_given_back(index: Index) -> None:
    change_cookies(index, save=[COOKIE, replace(COOKIE, name="session", expiry=None)])
    assert names(index, 1999.0) == ["name", "session"]
    assert names(index, 2000.0) == ["session"]


def test_a_run_that_begins_deletes_the_dead(index: Index) -> None:
    change_cookies(
        index, save=[COOKIE, replace(COOKIE, name="session", expiry=None), replace(COOKIE, name="old", expiry=10.0)]
    )
    assert remove_dead_cookies(index, 10.0) == 2
    assert names(index) == ["name"]


def test_cookies_of_a_domain_and_those_below_are_cleared(index: Index) -> None:
    domains = ["site.test", "a.site.test", "b.a.site.test", "othersite.test", "test"]
    change_cookies(index, save=[replace(COOKIE, name=domain, domain=domain) for domain in domains])
    clear_cookies(index, "site.test")
    assert sorted(names(index)) == ["othersite.test", "test"]
