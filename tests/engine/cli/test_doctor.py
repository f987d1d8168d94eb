"""`afterpage doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.doctor import examine
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.storage import NewCacheEntry, Storage, change_entries, open_cache
from engine.storage.bodies import BodyFiles


@pytest.fixture
async def profile(tmp_path: Path) -> Path:
    storage = await Storage.open(tmp_path / "profile")
    await storage.close()
    return tmp_path / "profile"


def test_a_good_profile_is_in_order(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert examine(profile, repair=False, as_json=False) is ExitCode.SUCCESS
    assert "all is in order" in capsys.readouterr().out


def test_an_orphan_file_is_found_and_repaired(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orphan = BodyFiles(profile / "bodies").path(123)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"lost")
    assert examine(profile, repair=False, as_json=True) is ExitCode.FAILED
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["where"].endswith("0000007b") and finding["repaired"] is False
    assert examine(profile, repair=True, as_json=False) is ExitCode.SUCCESS
    assert examine(profile, repair=False, as_json=False) is ExitCode.SUCCESS


def test_a_folder_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as caught:
        examine(tmp_path, repair=False, as_json=False)
    assert caught.value.code is ExitCode.PROFILE
    with pytest.raises(CommandFailed, match="no such profile folder"):
        examine(tmp_path / "nowhere", repair=False, as_json=False)


async def test_bodies_of_which_nothing_is_known_are_told_and_are_no_fault(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = await Storage.open(profile)
    cache = await storage.run(open_cache, "https://site.test", "v1")
    entry = NewCacheEntry("https://site.test/", "GET", {"url": "https://site.test/"}, {"status": 200})
    entry.body = await storage.store_bytes("https://site.test", b"body")
    await storage.run(change_entries, cache, put=[entry])
    await storage.run(lambda index: index.execute("UPDATE bodies SET checksum = NULL"))
    del entry
    await storage.close()
    assert examine(profile, repair=False, as_json=False) is ExitCode.SUCCESS
    assert "all is in order (1 bodies" in capsys.readouterr().out


def test_what_is_set_aside_is_named(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (profile / "bodies/00000").mkdir(exist_ok=True)
    for as_json in (False, True):
        (profile / "bodies/00000/0000007b").write_bytes(b"lost")
        assert examine(profile, repair=True, as_json=as_json) is ExitCode.SUCCESS
        told = capsys.readouterr().out
        assert str(profile / "lost" / ("0000007b-2" if as_json else "0000007b")) in told
        assert not as_json or json.loads(told)[-1]["kind"] == "set aside"
