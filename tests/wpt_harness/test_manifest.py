"""Discovery, by the checkout's own tools."""

from __future__ import annotations

import pytest

from wpt_harness.checkout import Checkout
from wpt_harness.errors import UnknownPath
from wpt_harness.manifest import Test as OneTest
from wpt_harness.manifest import chunk, discover


def urls(checkout: Checkout, *selection: str) -> list[str]:
    return [test.url for test in discover(checkout, selection)]


def test_a_folder_is_all_its_tests_in_every_scope(checkout: Checkout) -> None:
    found = urls(checkout, "background-fetch")
    assert len(found) == len(set(found)) == 14
    assert [url for url in found if "idlharness" in url] == [
        f"/background-fetch/idlharness.https.any{scope}.html" for scope in ("", ".serviceworker", ".sharedworker", ".worker")
    ]


def test_a_test_can_be_named_by_file_by_url_and_by_a_path_of_this_machine(checkout: Checkout) -> None:
    url = "/background-fetch/get.https.window.html"
    for name in (url, url[1:], "background-fetch/get.https.window.js", str(checkout.root / "background-fetch/get.https.window.js")):
        assert urls(checkout, name) == [url]
    assert urls(checkout, "/background-fetch/idlharness.https.any.worker.html") == ["/background-fetch/idlharness.https.any.worker.html"]


def test_variants_are_tests_of_their_own(checkout: Checkout) -> None:
    variants = urls(checkout, "/url/url-constructor.any.html")
    assert "/url/url-constructor.any.html?include=file" in variants and len(variants) == 4
    assert urls(checkout, variants[0]) == [variants[0]]


def test_scheme_and_time_limit_are_known(checkout: Checkout) -> None:
    tests = {test.url: test for test in discover(checkout, ["background-fetch", "dom/abort"])}
    assert tests["/background-fetch/get.https.window.html"].scheme == "https"
    assert tests["/background-fetch/get.https.window.html"].time_limit == 10
    assert tests["/background-fetch/idlharness.https.any.html"].time_limit == 60
    assert tests["/dom/abort/event.any.html"].scheme == "http"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("backgrond-fetch", "did you mean background-fetch"),
        ("background-fetch/resources", "no tests"),
        ("/background-fetch/idlharness.https.any.window.html", "no tests there; did you mean"),
    ],
)
def test_a_name_without_tests_is_an_error_that_helps(checkout: Checkout, name: str, message: str) -> None:
    with pytest.raises(UnknownPath, match=message):
        discover(checkout, [name])


def test_chunks_share_all_tests_and_keep_folders_together() -> None:
    tests = [OneTest(f"/{folder}/{number}.html", "") for folder in range(20) for number in range(3)]
    shares = [chunk(tests, this, 3) for this in (1, 2, 3)]
    assert sorted(test.url for share in shares for test in share) == sorted(test.url for test in tests)
    assert all(len({test.folder for test in share}) * 3 == len(share) for share in shares)
    assert all(shares)


def test_nothing_is_written_into_the_checkout(checkout: Checkout) -> None:
    discover(checkout, ["background-fetch"])
    assert not list((checkout.root / "tools").rglob("__pycache__"))
