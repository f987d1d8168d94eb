"""Each damaged profile: what can be read is kept, what is set aside is named, and it is in order afterwards."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from engine.cli.main import afterpage
from engine.storage.check import examine_profile
from tests.damage.damages import Damage, all_damages, harm_pages, noise, root_of
from tests.damage.judge import judge, use
from tests.damage.profiles import make, rows_of

DAMAGES = all_damages()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Of a run that was killed, and of one that was not."""
    folder = tmp_path_factory.mktemp("damage")
    asyncio.run(make(folder / "closed", folder / "killed"))
    return {False: folder / "closed", True: folder / "killed"}


def test_there_are_enough_of_them() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 40


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.name for damage in DAMAGES])
def test_what_can_be_read_is_kept(whole: dict[bool, Path], tmp_path: Path, damage: Damage) -> None:
    assert judge(whole[damage.was_killed], damage, 1, tmp_path / "profile") == []
    assert asyncio.run(use(tmp_path / "profile")) is None


@pytest.mark.parametrize("table", ["cache_entries", "background_fetch_records", "local_storage"])
def test_rows_to_which_nothing_leads_any_more_are_found_and_none_that_was_deleted(
    whole: dict[bool, Path], tmp_path: Path, table: str
) -> None:
    folder = tmp_path / "profile"
    shutil.copytree(whole[False], folder)
    was = rows_of(folder)
    harm_pages(folder, Random(1), lambda folder, chance: root_of(table, folder, chance), noise)
    assert examine_profile(folder, repair=True).left == []
    assert rows_of(folder)[table].keys() == was[table].keys()


@pytest.mark.parametrize(
    ("name", "looking", "repairing"),
    [("12 pages, noise", 1, 0), ("no index", 1, 0), ("add files", 1, 1), ("owners", 1, 0)],
)
def test_the_command_says_so(whole: dict[bool, Path], tmp_path: Path, name: str, looking: int, repairing: int) -> None:
    (damage,) = (one for one in DAMAGES if one.name == name)
    shutil.copytree(whole[False], tmp_path / "profile")
    damage.harm(tmp_path / "profile", Random(1))
    for options, code in (([], looking), (["--repair"], repairing), ([], repairing)):
        done = CliRunner().invoke(afterpage, ["doctor", *options, str(tmp_path / "profile")])
        assert done.exit_code == code, done.output
        if options:
            for path in (*(tmp_path / "profile").glob("index-damaged-*.sqlite"), *(tmp_path / "profile/lost").glob("*")):
                assert str(path) in done.output
