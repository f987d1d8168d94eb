"""What a power loss leaves: names and bytes that were flushed, and of the others what chance has brought there."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.matrix.disk import SECTOR, Disk, power_losses
from tests.matrix.recorder import Call, Recorded


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old").write_bytes(b"old")
    return tmp_path


def inode(path: Path) -> int:
    return path.stat().st_ino


def create(path: str, number: int = 1) -> Recorded:
    return Recorded(Call.CREATE, number, 0, path)


def write(offset: int, data: bytes, number: int = 1) -> Recorded:
    return Recorded(Call.WRITE, number, offset, "", data=data)


def flush(number: int = 1) -> Recorded:
    return Recorded(Call.FLUSH, number, 0, "")


def after(root: Path, *calls: Recorded) -> Disk:
    disk = Disk(root)
    for call in calls:
        disk.apply(call)
    return disk


def extremes(disk: Disk) -> list[dict[str, bytes | None]]:
    return list(power_losses(disk, ()))


def test_a_kill_leaves_all_that_was_asked_for(root: Path) -> None:
    disk = after(root, create("folder/new"), write(2, b"abc"), Recorded(Call.CUT, 1, 4, ""))
    assert disk.after_a_kill() == {"folder": None, "folder/old": b"old", "folder/new": b"\0\0ab"}


def test_neither_a_name_nor_bytes_are_safe_before_they_are_flushed(root: Path) -> None:
    found = extremes(after(root, create("folder/new"), write(0, b"abc")))
    assert {tree.get("folder/new", b"no name") for tree in found} == {b"no name", b"", b"\0\0\0", b"abc"}


def test_a_flushed_file_without_a_flushed_name_can_be_gone(root: Path) -> None:
    found = extremes(after(root, create("folder/new"), write(0, b"abc"), flush()))
    assert {tree.get("folder/new", b"no name") for tree in found} == {b"no name", b"abc"}


def test_what_is_flushed_with_its_name_is_there(root: Path) -> None:
    disk = after(root, create("folder/new"), write(0, b"abc"), flush(), flush(inode(root / "folder")))
    assert disk.is_all_flushed
    assert {tree["folder/new"] for tree in power_losses(disk, range(9))} == {b"abc"}


def test_a_file_that_was_deleted_may_come_back(root: Path) -> None:
    delete = Recorded(Call.UNLINK, inode(root / "folder" / "old"), 0, "folder/old")
    assert {"folder/old" in tree for tree in extremes(after(root, delete))} == {True, False}
    assert {"folder/old" in tree for tree in extremes(after(root, delete, flush(inode(root / "folder"))))} == {False}


def test_a_file_that_was_moved_is_at_one_of_its_places(root: Path) -> None:
    move = Recorded(Call.RENAME, inode(root / "folder" / "old"), 0, "folder/old", "new")
    for tree in power_losses(after(root, move), range(20)):
        assert ("folder/old" in tree) != ("new" in tree)


def test_a_write_may_be_there_in_sectors(root: Path) -> None:
    disk = after(
        root,
        create("new"),
        Recorded(Call.CUT, 1, 4 * SECTOR, ""),
        flush(),
        flush(inode(root)),
        write(0, b"x" * 4 * SECTOR),
    )
    found = {disk.after_power_loss("none", "some", Random(seed))["new"] for seed in range(50)}
    assert any(content and b"x" in content and b"\0" in content for content in found)
    assert all(
        content is not None and set(content[at : at + SECTOR]) in ({0}, {ord("x")})
        for content in found
        for at in range(0, 4 * SECTOR, SECTOR)
    )


def test_what_a_refused_flush_was_to_bring_is_not_brought_by_the_next_one(root: Path) -> None:
    refused = Recorded(Call.REFUSED, 1, 2, "new")
    disk = after(root, create("new"), flush(inode(root)), write(0, b"abc"), refused, write(3, b"def"), flush())
    assert disk.after_power_loss("all", "none", Random(0))["new"] == b"\0\0\0def"
