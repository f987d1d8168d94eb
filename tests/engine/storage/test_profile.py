from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.storage import (
    ForeignFile,
    NotAProfile,
    Profile,
    ProfileDamaged,
    ProfileInUse,
    ProfileNotWritable,
    ProfileTooNew,
    StorageFailed,
)
from engine.storage.check import check_index
from engine.storage.cookie_verbs import StoredCookie, all_cookies, change_cookies
from engine.storage.quota import reserved
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, VERSION

HOLDER = """
import sys
from pathlib import Path
from engine.storage import Profile
profile = Profile(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


def hold_in_another_process(folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_profile_is_private(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "deep" / "profile")
    index = profile.open_index()
    assert mode(profile.folder) == 0o700
    assert mode(profile.bodies_folder) == 0o700
    assert mode(profile.index_path) == 0o600
    assert mode(profile.folder / "index.sqlite-wal") == 0o600
    index.close()
    profile.close()


def test_an_empty_folder_that_others_can_read_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir(mode=0o755)
    Profile(folder).close()
    assert mode(folder) == 0o700


def test_what_was_stored_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    for expected in (None, (1,)):
        profile = Profile(tmp_path / "profile")
        index = profile.open_index()
        assert index.row("SELECT value FROM profile WHERE name = 'mark'") == expected
        if expected is None:
            index.execute("INSERT INTO profile VALUES ('mark', 1)")
        index.close()
        profile.close()


def test_a_second_process_is_told_who_has_it(tmp_path: Path) -> None:
    holder = hold_in_another_process(tmp_path / "profile")
    try:
        with pytest.raises(ProfileInUse, match=f"process {holder.pid}") as caught:
            Profile(tmp_path / "profile")
        assert caught.value.process == holder.pid
        assert str(tmp_path / "profile") in str(caught.value)
    finally:
        holder.communicate("\n")
    Profile(tmp_path / "profile").close()


def test_a_process_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    holder = hold_in_another_process(tmp_path / "profile")
    holder.kill()
    holder.communicate()
    Profile(tmp_path / "profile").close()


def test_the_same_process_cannot_open_it_twice(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    with pytest.raises(ProfileInUse, match=str(os.getpid())):
        Profile(tmp_path / "profile")
    profile.close()
    profile.close()
    Profile(tmp_path / "profile").close()


def test_a_temporary_profile_removes_itself() -> None:
    profile = Profile.make_temporary()
    profile.open_index().close()
    assert profile.index_path.exists()
    profile.close()
    assert not profile.folder.exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(NotAProfile):
        Profile(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(NotAProfile):
        Profile(tmp_path / "letter.txt")


@pytest.mark.parametrize("application", [0, 5])
def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path, application: int) -> None:
    with sqlite3.connect(tmp_path / "index.sqlite") as other:
        other.execute("CREATE TABLE theirs (x)")
        other.execute(f"PRAGMA application_id = {application}")
    other.close()
    before = (tmp_path / "index.sqlite").read_bytes()
    profile = Profile(tmp_path)
    with pytest.raises(NotAProfile):
        profile.open_index()
    profile.close()
    assert (tmp_path / "index.sqlite").read_bytes() == before


def test_a_newer_profile_is_refused_and_not_changed(profile: Profile) -> None:
    profile.open_index().close()
    with sqlite3.connect(profile.index_path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 3}")
    database.close()
    before = profile.index_path.read_bytes()
    with pytest.raises(ProfileTooNew, match="Update Afterpage") as caught:
        profile.open_index()
    assert (caught.value.version, caught.value.supported) == (VERSION + 3, VERSION)
    assert profile.index_path.read_bytes() == before


def test_cookies_of_an_older_profile_are_kept(profile: Profile) -> None:
    old = MIGRATIONS[:3]
    with sqlite3.connect(profile.index_path) as database:
        database.executescript(
            f"""{"".join(old)} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {len(old)};
                INSERT INTO cookies VALUES ('', 'site.test', x'2f', x'6e', x'76', 1, 1, 0, 'lax', 5000.0, 1.0, 2.0)"""
        )
    database.close()
    index = profile.open_index()
    kept = StoredCookie("n", "v", "site.test", "/", 5000.0, True, False, "lax", 1.0, 2.0, True)
    assert all_cookies(index, 0) == [kept]
    change_cookies(index, save=[replace(kept, host_only=False, value="of the domain")])
    assert {cookie.value for cookie in all_cookies(index, 0)} == {"v", "of the domain"}
    assert index.row("PRAGMA user_version") == (VERSION,)
    index.close()
    profile.open_index().close()


def test_what_an_older_profile_has_reserved_is_known(profile: Profile) -> None:
    old = MIGRATIONS[:6]
    fetches = ((1, 500, 200, ""), (2, 300, 400, ""), (3, 700, 0, "success"))
    with sqlite3.connect(profile.index_path) as database:
        database.executescript(
            f"{''.join(old)} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {len(old)};"
        )
        database.executemany(
            """INSERT INTO background_fetches (id, storage_key, scope, developer_id, unique_id, title, icons, creator, created,
                   upload_total, download_total, downloaded, result)
               VALUES (?1, 'https://site.test', 'https://site.test/', ?1, ?1, '', '[]', '{}', 0, 0, ?2, ?3, ?4)""",
            fetches,
        )
    database.close()
    index = profile.open_index()
    assert reserved(index, "https://site.test") == 300
    assert "wrong usage" not in [fault.kind for fault in check_index(index)]
    index.close()


def test_an_index_that_is_no_database_is_damaged(profile: Profile) -> None:
    profile.index_path.write_bytes(b"not a database at all, but long enough to look" * 100)
    with pytest.raises(ProfileDamaged, match="afterpage doctor"):
        profile.open_index()


def test_an_index_whose_tables_are_gone_is_damaged(profile: Profile) -> None:
    profile.open_index().close()
    with sqlite3.connect(profile.index_path) as database:
        database.execute("DROP TABLE usage")
    database.close()
    with pytest.raises(ProfileDamaged):
        profile.open_index()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ProfileNotWritable, match=os.strerror(number)):
        Profile(tmp_path / "profile")


def test_a_folder_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ProfileNotWritable):
        Profile(tmp_path)
    assert not (tmp_path / "lock").exists()


@pytest.mark.parametrize("call", ["pwrite", "ftruncate"])
def test_a_full_disk_does_not_keep_anybody_from_opening_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    Profile(tmp_path / "profile").close()

    def no_room(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, no_room)
    Profile(tmp_path / "profile").close()


def test_a_profile_that_could_not_be_opened_is_held_by_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    Profile(folder).close()
    (folder / "bodies").rmdir()
    (folder / "bodies").touch()
    with pytest.raises(ForeignFile):
        Profile(folder)
    (folder / "bodies").unlink()
    Profile(folder).close()


def test_names_are_on_the_disk_before_anything_that_needs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[tuple[Path, list[str]]] = []

    def flush(folder: Path) -> None:
        flushed.append((folder, sorted(path.name for path in folder.iterdir())))

    monkeypatch.setattr("engine.storage.flushing.flush_folder", flush)
    monkeypatch.setattr("engine.storage.profile.flush_folder", flush)
    folder = tmp_path / "deep" / "profile"
    Profile(folder).close()
    assert flushed == [(folder.parent, ["profile"]), (tmp_path, ["deep"]), (folder, ["lock"])]
    Profile(folder).close()
    assert len(flushed) == 3


def test_a_folder_whose_names_cannot_be_flushed_is_not_promised_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    profile = Profile(tmp_path / "profile")
    monkeypatch.setattr("engine.storage.profile.flush_folder", refuse)
    with pytest.raises(StorageFailed):
        profile.open_index()
    monkeypatch.undo()
    profile.open_index().close()
    profile.close()
