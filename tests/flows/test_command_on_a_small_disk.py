"""What `afterpage run` says, and ends with, when the disk of its profile is full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.main import afterpage
from engine.storage import StorageFull, storage
from engine.storage.check import examine_profile

from .small_disk import SIZE, SmallDisk

PAGE = """
(async () => {
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  await registration.backgroundFetch.fetch("big", ["/big.bin", "/small.txt"]);
})();
"""
WORKER = "onbackgroundfetchfail = (e) => e.waitUntil(e.updateUI({ title: `told of ${e.registration.failureReason}` }))"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>A site</title><script src=page.js></script>")
    (folder / "page.js").write_text(PAGE)
    (folder / "sw.js").write_text(WORKER)
    (folder / "big.bin").write_bytes(bytes(SIZE))
    (folder / "small.txt").write_text("small")
    return folder


def run(site: Path, profile: Path) -> tuple[int, str]:
    """Its exit code, and what it said."""
    done: Any = CliRunner().invoke(afterpage, ["run", str(site), "--profile", str(profile), "--port", "0"])
    if isinstance(done.exception, CommandFailed):
        return done.exception.code, done.output + done.exception.message
    return done.exit_code, done.output


def test_a_run_that_fills_the_disk_and_one_that_begins_on_a_full_one_are_failed_downloads(
    disk: SmallDisk, site: Path
) -> None:
    profile = disk.folder / "profile"
    code, said = run(site, profile)
    assert (code, "told of quota-exceeded" in said) == (ExitCode.FAILED, True)
    # Each run has a port of its own, so that this is another site.
    ballast = disk.fill()
    code, said = run(site, profile)
    assert (code, "QuotaExceededError" in said or "told of quota-exceeded" in said) == (ExitCode.FAILED, True)
    ballast.unlink()
    assert examine_profile(profile).found == []


def test_a_profile_that_has_not_even_room_to_begin_cannot_be_used(disk: SmallDisk, site: Path) -> None:
    profile = disk.folder / "profile"
    (site / "page.js").write_text("")
    assert run(site, profile)[0] == ExitCode.SUCCESS
    ballast = disk.fill(with_the_reserve=True)
    code, said = run(site, profile)
    assert (code, "The disk is full" in said, "Free some space" in said) == (ExitCode.PROFILE, True, True)
    ballast.unlink()
    assert run(site, profile)[0] == ExitCode.SUCCESS


def test_what_a_run_has_done_is_told_also_when_the_profile_does_not_take_its_end(
    tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(index: object) -> None:
        raise StorageFull("index", "somehow")

    (site / "big.bin").write_bytes(b"not as big")
    monkeypatch.setattr(storage, "ended_well", full)
    code, said = run(site, tmp_path / "profile")
    assert code == ExitCode.PROFILE
    assert "2 records" in said and "The disk is full: somehow" in said
