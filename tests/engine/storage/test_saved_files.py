"""Files that are saved outside the profile."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.storage import Storage, StorageError, safe_file_name


@pytest.fixture
async def storage() -> AsyncIterator[Storage]:
    storage = await Storage.open()
    yield storage
    await storage.close()


async def saved(storage: Storage, folder: Path, name: str, *chunks: bytes) -> Path:
    file = storage.save_file(folder, name)
    await file.begin()
    for chunk in chunks:
        await file.append(chunk)
    return await file.finish()


async def test_a_file_is_there_when_it_is_whole(storage: Storage, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    file = storage.save_file(folder, "a.txt")
    await file.begin()
    await file.append(b"one ")
    assert [path.name for path in folder.iterdir()] == ["a.txt.part"]
    await file.append(b"two")
    assert await file.finish() == folder / "a.txt"
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("a.txt", b"one two")]


async def test_another_of_the_same_name_gets_a_number(storage: Storage, tmp_path: Path) -> None:
    names = [(await saved(storage, tmp_path, "a.tar.gz", text)).name for text in (b"1", b"2", b"3")]
    assert names == ["a.tar.gz", "a.tar (1).gz", "a.tar (2).gz"]
    assert (tmp_path / "a.tar.gz").read_bytes() == b"1"


async def test_a_file_has_its_name_only_when_it_is_on_the_disk(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def names() -> list[str]:
        return sorted(path.name for path in tmp_path.iterdir())

    monkeypatch.setattr("engine.storage.saved_files.flush_to_disk", lambda _: seen.append(("bytes", names())))
    monkeypatch.setattr("engine.storage.saved_files.flush_folder", lambda _: seen.append(("names", names())))
    await saved(storage, tmp_path, "a.txt", b"whole")
    assert seen == [("bytes", ["a.txt.part"]), ("names", ["a.txt", "a.txt.part"])]
    assert names() == ["a.txt"]


@pytest.mark.parametrize("flush", ["flush_to_disk", "flush_folder"])
async def test_what_could_not_be_flushed_is_not_there(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flush: str
) -> None:
    def refuse(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    file = storage.save_file(tmp_path, "a.txt")
    await file.begin()
    await file.append(b"whole")
    monkeypatch.setattr(f"engine.storage.saved_files.{flush}", refuse)
    with pytest.raises(StorageError):
        await file.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt.part"]
    await file.discard()
    assert list(tmp_path.iterdir()) == []


async def test_a_file_system_without_links_is_saved_to_all_the_same(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    names = [(await saved(storage, tmp_path, "a.txt", text)).name for text in (b"1", b"2")]
    assert names == ["a.txt", "a (1).txt"]
    assert [(path.name, path.read_bytes()) for path in sorted(tmp_path.iterdir())] == [("a (1).txt", b"2"), ("a.txt", b"1")]


async def test_what_is_given_up_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    file = storage.save_file(tmp_path, "a.txt")
    await file.begin()
    await file.append(b"half")
    await file.discard()
    await file.discard()
    assert list(tmp_path.iterdir()) == []


async def test_a_link_is_never_followed_nor_written_over(storage: Storage, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("a.txt", "a.txt.part"):
        (folder / name).symlink_to(precious)
    assert (await saved(storage, folder, "a.txt", b"theirs")).name == "a (1).txt"
    assert precious.read_bytes() == b"mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_folder_that_cannot_be_written_is_told(storage: Storage, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError):
        await storage.save_file(tmp_path, "a.txt").begin()


async def test_a_file_in_the_folder_s_place_is_told(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(StorageError):
        await storage.save_file(tmp_path / "files", "a.txt").begin()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "download"),
        ("", "download"),
        (".bashrc", "bashrc"),
        ("a\x00b\nc\x1b[31m.txt", "a_b_c_[31m.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("C:\\x.bat", "C__x.bat"),
        ("\ud800.txt", "_.txt"),
        ("ü" * 300 + ".tar.gz", None),
        ("x" * 300, None),
        ("a." + "b" * 300, None),
    ],
)
def test_no_name_leads_elsewhere_or_is_shown_as_another(name: str, safe: str | None) -> None:
    made = safe_file_name(name)
    assert safe is None or made == safe
    assert 0 < len(made.encode()) <= 200 and "/" not in made and not made.startswith(".")
