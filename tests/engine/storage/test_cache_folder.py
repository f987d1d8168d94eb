"""The user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.storage.cache_folder import CacheFolder


def test_what_is_put_is_found_again(tmp_path: Path) -> None:
    CacheFolder(tmp_path / "new").put("key", b"content")
    assert CacheFolder(tmp_path / "new").get("key") == b"content"
    assert CacheFolder(tmp_path / "new").get("other") is None
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b"", lambda data: b"x" + data[1:]]
)
def test_a_file_that_is_not_whole_is_a_miss(tmp_path: Path, change: object) -> None:
    folder = CacheFolder(tmp_path)
    folder.put("key", b"content")
    (tmp_path / "key").write_bytes(change((tmp_path / "key").read_bytes()))  # type: ignore[operator]
    assert folder.get("key") is None


def test_what_was_used_longest_ago_goes_when_it_is_full(tmp_path: Path) -> None:
    folder = CacheFolder(tmp_path, limit=700)
    for number, key in enumerate("abcd"):
        folder.put(key, bytes(100))
        os.utime(tmp_path / key, ns=(number, number))
    assert folder.get("a") == bytes(100)
    folder.put("e", bytes(100))
    assert [key for key in "abcde" if folder.get(key) is not None] == ["a", "c", "d", "e"]


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path, mode: int) -> None:
    folder = CacheFolder(tmp_path)
    folder.put("key", b"content")
    tmp_path.chmod(mode)
    assert folder.get("key") is None
    folder.put("another", b"content")
    assert not (tmp_path / "another").exists()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = CacheFolder(tmp_path / "file" / "folder")
    folder.put("key", b"content")
    assert folder.get("key") is None
