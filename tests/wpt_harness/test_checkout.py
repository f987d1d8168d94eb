"""Finding a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from wpt_harness import checkout as module
from wpt_harness.checkout import REVISION_FILE, find_checkout
from wpt_harness.errors import BrokenCheckout, NoCheckout

NEEDED = module._NEEDED


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    for name in NEEDED:
        (tmp_path / "wpt" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "wpt" / name).touch()
    return tmp_path / "wpt"


def test_the_named_folder_comes_before_the_environment(whole: Path, tmp_path: Path) -> None:
    assert find_checkout(whole, {"WPT_ROOT": str(tmp_path)}).root == whole
    assert find_checkout(None, {"WPT_ROOT": str(whole)}).root == whole


def test_the_user_s_cache_folder_comes_last(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "afterpage").mkdir()
    whole.rename(tmp_path / "afterpage" / "wpt")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_checkout(None, {}).root == tmp_path / "afterpage" / "wpt"


def test_no_folder_is_a_clear_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoCheckout, match=r"--wpt.*fetch"):
        find_checkout(tmp_path / "none", {})


def test_a_broken_checkout_is_told_by_what_is_missing(whole: Path) -> None:
    (whole / "resources" / "testharness.js").unlink()
    with pytest.raises(BrokenCheckout, match=r"resources/testharness\.js missing"):
        find_checkout(whole, {})


def test_the_revision_is_the_one_that_was_written_down(whole: Path) -> None:
    assert find_checkout(whole, {}).revision is None
    (whole / REVISION_FILE).write_text("0" * 40 + "\n")
    assert find_checkout(whole, {}).revision == "0" * 40
    assert find_checkout(whole, {}, revision="1" * 40).revision == "1" * 40


def test_whether_quota_errors_have_a_class_is_read_from_the_harness_of_the_checkout(whole: Path) -> None:
    assert module.wants_plain_quota_errors(whole)
    (whole / "resources" / "testharness.js").write_text("function assert_throws_quotaexceedederror() {}")
    assert not module.wants_plain_quota_errors(whole)
