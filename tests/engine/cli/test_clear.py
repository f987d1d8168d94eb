"""`afterpage clear`."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.cli.clear import clear
from engine.cli.doctor import examine
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.main import afterpage
from engine.storage import (
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    Storage,
    all_cookies,
    all_permissions,
    cache_names,
    change_cookies,
    change_entries,
    change_known_hosts,
    create_background_fetch,
    local_storage_items,
    open_cache,
    save_local_storage,
    save_permission,
    storage_keys,
    unfinished_background_fetches,
)
from engine.storage.cookie_verbs import StoredCookie
from engine.storage.schema import tables

HERE, THERE = "https://shop.example.test", "https://other.test"


CREATOR = {"origin": "null", "policy_container": {}}


async def fill(storage: Storage, key: str) -> None:
    body = await storage.store_bytes(key, b"x" * 5000)
    cache = await storage.run(open_cache, key, "v1")
    entry = NewCacheEntry(f"{key}/a", "GET", {"url": f"{key}/a"}, {"status": 200}, body=body)
    await storage.run(change_entries, cache, put=[entry])
    await storage.run(save_local_storage, key, {"a": "b"}, False)
    await storage.run(save_permission, key, "notifications", "granted")
    upload = await storage.store_bytes(key, b"y" * 3000)
    record = NewRecord({"url": f"{key}/a", "method": "POST", "headers": []}, upload)
    fetch = NewBackgroundFetch(key, f"{key}/", "id", f"unique {key}", "", [], CREATOR, 0.0, 0, 0, [record])
    await storage.run(create_background_fetch, fetch)
    domain = key.removeprefix("https://").removeprefix("shop.")
    await storage.run(change_cookies, save=[StoredCookie("n", "v", domain, "/", 4e9, True, False, "unset", 0, 0, False, "")])


@pytest.fixture
async def profile(tmp_path: Path) -> Path:
    storage = await Storage.open(tmp_path / "profile")
    await fill(storage, HERE)
    await fill(storage, THERE)
    await storage.close()
    return tmp_path / "profile"


async def what_is_left(folder: Path) -> dict[str, list[str]]:
    storage = await Storage.open(folder)
    try:
        return {
            "keys": await storage.run(storage_keys),
            "caches": [key for key in (HERE, THERE) if await storage.run(cache_names, key)],
            "items": [key for key in (HERE, THERE) if await storage.run(local_storage_items, key)],
            "fetches": [fetch.storage_key for fetch in await storage.run(unfinished_background_fetches)],
            "cookies": [cookie.domain for cookie in await storage.run(all_cookies, 0.0)],
            "permissions": [origin for origin, _ in await storage.run(all_permissions)],
        }
    finally:
        await storage.close()


def bodies(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "bodies").rglob("*") if path.is_file())


async def test_one_site_goes_and_the_others_stay(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bodies(profile) == 16000
    code = await asyncio.to_thread(clear, profile, (f"{HERE}/any/page",), False, False, True)
    assert code is ExitCode.SUCCESS
    (cleared,) = json.loads(capsys.readouterr().out)
    assert cleared["origin"] == HERE and cleared["freed"] >= 8000
    left = await what_is_left(profile)
    assert left == {name: ["other.test"] if name == "cookies" else [THERE] for name in left}
    assert bodies(profile) == 8000
    assert examine(profile, repair=False, as_json=False) is ExitCode.SUCCESS


def test_all_sites_go_and_the_profile_stays(profile: Path) -> None:
    done = CliRunner().invoke(afterpage, ["clear", str(profile), "--all"])
    assert done.exit_code == 0, done.output
    assert [line.split(": ")[0] for line in done.output.splitlines()] == [THERE, HERE]
    assert bodies(profile) == 0
    assert examine(profile, repair=False, as_json=False) is ExitCode.SUCCESS


async def test_all_also_goes_of_sites_that_have_stored_nothing_else(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "profile")
    cookie = StoredCookie("n", "v", "only.cookies.test", "/", 4e9, True, False, "unset", 0, 0, False, "")
    await storage.run(change_cookies, save=[cookie, replace(cookie, domain="localhost", partition="https://shop.test")])
    await storage.run(save_permission, "https://asked.test", "notifications", "denied")
    await storage.run(change_known_hosts, save=[("encrypted.test", 4e9, True)])
    await storage.run(change_known_hosts, save=[("www.asked.test", 4e9, True)])
    await storage.close()
    done = await asyncio.to_thread(CliRunner().invoke, afterpage, ["clear", str(tmp_path / "profile"), "--all"])
    assert done.exit_code == 0, done.output
    names = [line.split(": ")[0] for line in done.output.splitlines()]
    assert names == ["https://asked.test", "encrypted.test", "localhost", "only.cookies.test"]
    for table in tables():
        assert rows(tmp_path / "profile", table) == ([("ended well", 1)] if table == "profile" else []), table


def test_all_leaves_no_row_of_any_table(profile: Path) -> None:
    assert CliRunner().invoke(afterpage, ["clear", str(profile), "--all"]).exit_code == 0
    for table in tables():
        assert rows(profile, table) == ([("ended well", 1)] if table == "profile" else []), table


def test_one_site_goes_from_every_table_that_has_sites(profile: Path) -> None:
    assert CliRunner().invoke(afterpage, ["clear", str(profile), HERE]).exit_code == 0
    assert HERE.encode() not in b"".join(repr(rows(profile, table)).encode() for table in tables())


def rows(folder: Path, table: str) -> list[Any]:
    database = sqlite3.connect(folder / "index.sqlite")
    found = database.execute(f"SELECT * FROM {table}").fetchall()
    database.close()
    return found


def test_all_says_where_copies_may_be(profile: Path) -> None:
    (profile / "index-damaged-1.sqlite").touch()
    (profile / "lost").mkdir()
    (profile / "lost/00000007").touch()
    done = CliRunner().invoke(afterpage, ["clear", str(profile), "--all"])
    assert done.output.splitlines()[-1].endswith(": index-damaged-1.sqlite, lost/00000007")
    assert (profile / "lost/00000007").exists()


THE_USERS = [
    "index.html",
    "index.js",
    "index",
    "index-old/notes.txt",
    "index-damaged-mine.sqlite",
    "index.sqlite.backup",
    "lockfile.txt",
    "reserve.txt",
    "salvaged.sqlite.old",
    "bodies/notes.txt",
    "bodies/00000/00000001.mp4",
    "bodies/mine/00000001",
    "lost/letter",
    "lost/00000001 (2)",
    "notes/index.sqlite",
]


@pytest.mark.parametrize("damage", [False, True])
def test_the_users_own_files_stay_however_they_are_called(profile: Path, capsys: pytest.CaptureFixture[str], damage: bool) -> None:
    for name in THE_USERS:
        (profile / name).parent.mkdir(exist_ok=True)
        (profile / name).write_text("mine")
    (profile / "lost/00000009-2").write_text("ours")
    if damage:
        (profile / "index.sqlite").write_bytes(b"nonsense" * 1000)
    assert clear(profile, (), False, True, False) is ExitCode.SUCCESS
    left = {str(path.relative_to(profile)) for path in profile.rglob("*") if path.is_file()}
    assert left == set(THE_USERS)
    told = capsys.readouterr().out
    assert all(name in told for name in THE_USERS)


def test_links_to_the_users_files_are_not_followed(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music/00000001").write_text("mine")
    (profile / "lost").symlink_to(tmp_path / "music")
    (profile / "bodies/00001").symlink_to(tmp_path / "music")
    (profile / "index-damaged-1.sqlite").symlink_to(tmp_path / "music/00000001")
    assert clear(profile, (), False, True, False) is ExitCode.SUCCESS
    assert (tmp_path / "music/00000001").read_text() == "mine"


def test_a_profile_whose_index_is_gone_is_deleted_too(profile: Path) -> None:
    (profile / "index.sqlite").unlink()
    with pytest.raises(CommandFailed, match="there are bodies"):
        clear(profile, (), True, False, False)
    assert clear(profile, (), False, True, False) is ExitCode.SUCCESS
    assert not profile.exists()


def test_a_profile_is_deleted(profile: Path) -> None:
    (profile / "index-damaged-1.sqlite").touch()
    done = CliRunner().invoke(afterpage, ["clear", str(profile), "--delete"])
    assert done.exit_code == 0, done.output
    assert not profile.exists()


def test_what_is_not_ours_stays(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (profile / "letter.txt").write_text("mine")
    assert clear(profile, (), False, True, False) is ExitCode.SUCCESS
    assert [path.name for path in profile.iterdir()] == ["letter.txt"]
    assert "left alone: letter.txt" in capsys.readouterr().out


def test_a_damaged_profile_is_deleted_too(profile: Path) -> None:
    (profile / "index.sqlite").write_bytes(b"nonsense" * 1000)
    assert clear(profile, (), False, True, False) is ExitCode.SUCCESS
    assert not profile.exists()


async def test_a_profile_that_is_open_is_left_alone(profile: Path) -> None:
    storage = await Storage.open(profile)
    try:
        with pytest.raises(CommandFailed) as caught:
            clear(profile, (), False, True, False)
        assert caught.value.code is ExitCode.PROFILE
        assert (profile / "index.sqlite").exists()
    finally:
        await storage.close()


@pytest.mark.parametrize(
    ("sites", "everything", "delete"),
    [((), False, False), ((HERE,), True, False), ((), True, True), (("no origin",), False, False), (("data:,x",), False, False)],
)
def test_what_is_to_go_has_to_be_said(profile: Path, sites: tuple[str, ...], everything: bool, delete: bool) -> None:
    with pytest.raises(CommandFailed) as caught:
        clear(profile, sites, everything, delete, False)
    assert caught.value.code is ExitCode.USAGE
    assert bodies(profile) == 16000


def test_a_folder_that_is_no_profile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    for sites, delete in (((), True), ((HERE,), False)):
        with pytest.raises(CommandFailed, match="no profile"):
            clear(tmp_path, sites, False, delete, False)
    assert (tmp_path / "bodies").exists()
