"""Our own tests in the format of the web-platform-tests, run as a user runs them."""

from __future__ import annotations

from pathlib import Path

from wpt_harness.checkout import Checkout
from wpt_harness.manifest import discover
from wpt_harness.mounts import mount_of, mounts_of
from wpt_harness.run_tests import Plan, get_ready

SUITE = Path(__file__).parents[1] / "to_upstream" / "background-fetch"


def test_a_folder_outside_of_the_checkout_is_served_under_its_own_name(checkout: Checkout) -> None:
    found = mount_of(checkout, str(SUITE))
    assert found is not None
    mount, path = found
    assert (mount.url, mount.folder, path) == ("/to_upstream/background-fetch/", SUITE, ".")
    assert mounts_of(checkout, ["background-fetch", str(SUITE), str(SUITE / "abort.https.window.js")]) == [mount]


def test_what_is_in_the_checkout_is_no_mount(checkout: Checkout) -> None:
    assert mount_of(checkout, "background-fetch") is None
    assert mount_of(checkout, str(checkout.root / "background-fetch")) is None
    assert mount_of(checkout, "no-such-folder") is None


def test_its_tests_are_found_whole_and_one_by_one(checkout: Checkout) -> None:
    (test,) = discover(checkout, [str(SUITE / "abort.https.window.js")])
    assert (test.url, test.scheme) == ("/to_upstream/background-fetch/abort.https.window.html", "https")
    every = discover(checkout, [str(SUITE)])
    assert test in every
    assert {test.url.rpartition("/")[2] for test in every} >= {"arguments.https.any.html", "arguments.https.any.serviceworker.html"}


def test_the_background_fetch_suite_passes(checkout: Checkout) -> None:
    with get_ready(Plan(checkout, [str(SUITE)], jobs=2, timeout_multiplier=2.0)) as ready:
        report = ready.run()
    unexpected = [one for judgement in report.judgements for one in judgement.unexpected]
    assert not unexpected, unexpected
    assert sum(len(result.subtests) for result in report.results) >= 400
