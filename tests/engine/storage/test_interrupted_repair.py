"""A repair that is ended by force at any of its steps: the next one comes to the same end, and nobody opens what is between."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine.storage import (
    NewCacheEntry,
    ProfileDamaged,
    ProfileError,
    Storage,
    all_entries,
    change_entries,
    local_storage_items,
    open_cache,
    save_local_storage,
    save_permission,
)
from engine.storage.check import examine_profile
from engine.storage.schema import tables

KEY = "https://site.test"
BODIES = {number: f"body {number}".encode() * 100 for number in range(1, 7)}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "profile"
    asyncio.run(fill(folder))
    return folder


async def fill(folder: Path) -> None:
    storage = await Storage.open(folder)
    cache = await storage.run(open_cache, KEY, "v1")
    for number, data in BODIES.items():
        entry = NewCacheEntry(f"{KEY}/{number}", "GET", {}, {}, body=await storage.store_bytes(KEY, data))
        await storage.run(change_entries, cache, put=[entry])
    await storage.run(save_local_storage, KEY, {"key": "value"}, False)
    await storage.run(save_permission, KEY, "background-fetch", "granted")
    await storage.close()


def file(folder: Path, number: int) -> Path:
    return folder / "bodies" / "00000" / f"{number:08x}"


def change(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
    for statement in statements:
        database.execute(statement)
    database.close()


def damage_a_page(folder: Path) -> None:
    """Of an index that is used, and of a table: the rows of two bodies cannot be read any more."""
    change(folder, "DELETE FROM cache_entries WHERE id = 6", "DELETE FROM bodies WHERE id = 6")
    database = sqlite3.connect(folder / "index.sqlite")
    names = ("cache_entries_by_url", "permissions", "usage")
    roots = [database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] for name in names]
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    data = bytearray((folder / "index.sqlite").read_bytes())
    for root in roots:
        data[(root - 1) * size : root * size] = b"\xa5" * size
    (folder / "index.sqlite").write_bytes(data)


def damage_rows_and_files(folder: Path) -> None:
    change(
        folder,
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE cache_entries SET request = 'none' WHERE id = 1",
        "UPDATE permissions SET state = x'00'",
        "UPDATE bodies SET owners = 7 WHERE id = 2",
        "UPDATE usage SET used = 3",
    )
    file(folder, 3).write_bytes(b"x" * len(BODIES[3]))
    file(folder, 4).unlink()
    os.truncate(file(folder, 5), 10)
    file(folder, 77).write_bytes(b"orphan")


def lose_the_index(folder: Path) -> None:
    (folder / "index.sqlite").unlink()


DAMAGES = [damage_a_page, damage_rows_and_files, lose_the_index]


class _Steps:
    """Counts statements and what is done with files; ends the process before the one that it was told."""

    def __init__(self, last: int | None) -> None:
        self._last = last
        self.names: list[str] = []

    def watch(self) -> None:
        sys.addaudithook(self._of_a_file)
        connect = sqlite3.connect

        def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection = connect(*args, **kwargs)
            if args and args[0] != ":memory:":
                connection.set_trace_callback(self._take)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]

    def _of_a_file(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.remove", "os.mkdir", "os.truncate", "open"):
            self._take(f"{event} {Path(os.fsdecode(args[0])).name if isinstance(args[0], str | bytes | os.PathLike) else ''}")

    def _take(self, name: str) -> None:
        if len(self.names) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(" ".join(name.split())[:70])


def repair_in_a_process(folder: Path, last: int | None) -> list[str]:
    """The steps that were taken, all of them if `last` is None."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            steps = _Steps(last)
            steps.watch()
            examine_profile(folder, repair=True)
            os.write(writing, "\n".join(steps.names).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        names = stream.read().decode().splitlines()
    _, status = os.waitpid(process, 0)
    assert status == (0 if last is None else signal.SIGKILL)
    return names


def picture(folder: Path) -> tuple[dict[str, list[Any]], dict[bytes, str]]:
    """The rows; and where the bytes of each body are: "bodies" or "lost"."""
    database = sqlite3.connect(folder / "index.sqlite")
    rows = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables()}
    database.close()
    files = {
        path.read_bytes(): place for place in ("bodies", "lost") for path in (folder / place).rglob("*") if path.is_file()
    }
    return rows, files


def moments(names: list[str], every: bool) -> Iterator[int]:
    """Before which steps to end it: all, or those that others can see."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if every or name.startswith("COMMIT") or (name.startswith("os.") and name not in seen):
            seen.add(name)
            yield number


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_repair_that_is_killed_at_any_step_is_brought_to_its_end(
    good: Path, tmp_path: Path, damage: Callable[[Path], None], request: pytest.FixtureRequest
) -> None:
    damaged, whole = tmp_path / "damaged", tmp_path / "whole"
    shutil.copytree(good, damaged)
    damage(damaged)
    shutil.copytree(damaged, whole)
    names = repair_in_a_process(whole, None)
    expected = picture(whole)
    assert not examine_profile(whole).found
    assert set(BODIES.values()) - set(expected[1]) <= {BODIES[3], BODIES[4], BODIES[5], BODIES[6]}
    for number in moments(names, request.config.getoption("--every-step")):
        folder = tmp_path / "killed"
        shutil.copytree(damaged, folder)
        repair_in_a_process(folder, number)
        left = tmp_path / "opened"
        shutil.copytree(folder, left)
        asyncio.run(look_at(left, names[number], {} if damage is lose_the_index else {"key": "value"}))
        assert examine_profile(folder, repair=True).left == [], names[number]
        assert picture(folder) == expected, names[number]
        shutil.rmtree(folder)
        shutil.rmtree(left)


async def look_at(folder: Path, moment: str, items: dict[str, str]) -> None:
    try:
        storage = await Storage.open(folder)
    except ProfileError as refusal:
        assert "afterpage doctor --repair" in str(refusal), moment
    else:
        # It has not begun yet, or has come to its end: what is there is what was there.
        assert await storage.run(local_storage_items, KEY) == items, moment
        with suppress(ProfileDamaged):  # found when the run's end is noted
            await storage.close()


async def test_a_folder_with_bodies_and_no_index_is_refused(good: Path, tmp_path: Path) -> None:
    for number, prepare in enumerate((lose_the_index, lambda folder: (folder / "index.sqlite").write_bytes(b""))):
        folder = tmp_path / str(number)
        shutil.copytree(good, folder)
        prepare(folder)
        with pytest.raises(ProfileDamaged, match="there are bodies"):
            await Storage.open(folder)
        assert {path.read_bytes() for path in (folder / "bodies/00000").iterdir()} == set(BODIES.values())


async def test_a_profile_whose_rows_were_lost_stays_closed_until_the_checker_has_come_to_its_end(good: Path, tmp_path: Path) -> None:
    shutil.copytree(good, tmp_path / "profile")
    change(tmp_path / "profile", "INSERT INTO profile VALUES ('rows were lost', 1)", "DELETE FROM bodies WHERE id = 1")
    with pytest.raises(ProfileDamaged, match="its repair has not come to its end"):
        await Storage.open(tmp_path / "profile")
    assert examine_profile(tmp_path / "profile", repair=True).left == []
    storage = await Storage.open(tmp_path / "profile")
    assert len(await storage.run(all_entries, 1)) == 6
    await storage.close()
