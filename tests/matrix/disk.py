"""What is on a disk after a kill or a power loss, from what was asked of it.

After a kill: all that was asked for. After a power loss: what had been flushed, and of the rest what chance brought there: names
without their files' bytes, bytes of names that are gone, sectors of one write and not of another, a length without what is in it.
A name (made, moved, taken away) is safe once its folder was flushed, bytes are once their file was: no more is promised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, Literal, TypeAlias

from tests.matrix.recorder import Call, Recorded

SECTOR: Final = 512

Choice: TypeAlias = Literal["none", "all", "lengths", "some"]
"""Of what was not flushed. `lengths`: only those of files, with zeros in place of the bytes."""

Tree: TypeAlias = dict[str, bytes | None]
"""Paths and what is in the files; None: a folder."""


@dataclass(slots=True)
class _File:
    flushed: bytes = b""
    now: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and bytes of a write; a length and None of a cut."""

    def add(self, offset: int, data: bytes | None) -> None:
        self.now = _with(self.now, offset, data)
        self.pending.append((offset, data))

    def flush(self) -> None:
        # What a refused flush has left is not in `pending` any more: the system believes that it has written it.
        for offset, data in self.pending:
            self.flushed = _with(self.flushed, offset, data)
        self.pending.clear()

    def after_power_loss(self, choice: Choice, chance: Random) -> bytes:
        if choice == "all":
            return self.now
        found = self.flushed
        if choice == "lengths":
            return _with(found, len(self.now), None) if len(self.now) > len(found) else found
        if choice == "some":
            for offset, data in self.pending:
                if data is None:
                    found = _with(found, offset, None) if chance.random() < 0.5 else found
                    continue
                way = chance.random()
                if way < 0.3:
                    found = _with(found, offset, data)
                elif way < 0.6:
                    for start in range(0, len(data), SECTOR):
                        if chance.random() < 0.5:
                            found = _with(found, offset + start, data[start : start + SECTOR])
                elif way < 0.8 and offset + len(data) > len(found):
                    found = _with(found, offset + len(data), None)
        return found


@dataclass(slots=True)
class _Folder:
    flushed: dict[str, _Node] = field(default_factory=dict)
    now: dict[str, _Node] = field(default_factory=dict)


_Node: TypeAlias = _File | _Folder
_Change: TypeAlias = tuple[_Folder, str, _Node | None]


class Disk:
    """A folder, from the state in which all of it was safe, through the calls that were recorded."""

    def __init__(self, root: Path) -> None:
        """`root`: as it is before the first call."""
        self._nodes: dict[int, _Node] = {}
        self._names: list[
            tuple[_Change, ...]
        ] = []  # changes of names that were not flushed; each happens whole or not at all
        self._root = self._read(root)

    def apply(self, recorded: Recorded) -> bool:
        """Returns whether anything is different now after a kill or a power loss."""
        node = self._nodes.get(recorded.inode)
        match recorded.call:
            case Call.CREATE:
                self._nodes[recorded.inode] = file = _File()
                self._change((*self._place(recorded.path), file))
            case Call.MKDIR:
                self._nodes[recorded.inode] = folder = _Folder()
                self._change((*self._place(recorded.path), folder))
            case Call.UNLINK | Call.RMDIR:
                self._change((*self._place(recorded.path), None))
            case Call.RENAME:
                assert node is not None
                self._change((*self._place(recorded.path), None), (*self._place(recorded.other), node))
            case Call.LINK:
                assert node is not None
                self._change((*self._place(recorded.other), node))
            case Call.WRITE:
                assert isinstance(node, _File), recorded.path
                node.add(recorded.number, recorded.data)
            case Call.CUT:
                assert isinstance(node, _File), recorded.path
                if recorded.number == len(node.now):
                    return False
                node.add(recorded.number, None)
            case Call.FLUSH:
                return self._flush(node)
            case Call.REFUSED:
                if isinstance(node, _File) and recorded.number == 2:
                    node.pending.clear()
            case _:
                return False
        return True

    def after_a_kill(self) -> Tree:
        return dict(self._walk(self._root, "", {}, Random(0), "all", now=True))

    def after_power_loss(self, names: Choice, data: Choice, chance: Random) -> Tree:
        changed: dict[int, dict[str, _Node]] = {}
        for changes in self._names:
            if names == "all" or (names == "some" and chance.random() < 0.5):
                for folder, name, node in changes:
                    entries = changed.setdefault(id(folder), dict(folder.flushed))
                    if node is None:
                        entries.pop(name, None)
                    else:
                        entries[name] = node
        return dict(self._walk(self._root, "", changed, chance, data, now=False))

    @property
    def is_all_flushed(self) -> bool:
        return not self._names and not any(isinstance(node, _File) and node.pending for node in self._nodes.values())

    def _read(self, path: Path) -> _Folder:
        folder = _Folder()
        for entry in sorted(path.iterdir()):
            node: _Node
            if entry.is_dir():
                node = self._read(entry)
            else:
                content = entry.read_bytes()
                node = _File(content, content)
            self._nodes[entry.stat().st_ino] = folder.flushed[entry.name] = folder.now[entry.name] = node
        self._nodes[path.stat().st_ino] = folder
        return folder

    def _place(self, path: str) -> tuple[_Folder, str]:
        folder = self._root
        *way, name = path.split("/")
        for part in way:
            node = folder.now[part]
            assert isinstance(node, _Folder)
            folder = node
        return folder, name

    def _change(self, *changes: _Change) -> None:
        self._names.append(changes)
        for folder, name, node in changes:
            if node is None:
                folder.now.pop(name, None)
            else:
                folder.now[name] = node

    def _flush(self, node: _Node | None) -> bool:
        if isinstance(node, _File):
            had = bool(node.pending)
            node.flush()
            return had
        left = []
        for changes in self._names:
            if not any(folder is node for folder, _, _ in changes):
                left.append(changes)
                continue
            for folder, name, child in changes:
                if child is None:
                    folder.flushed.pop(name, None)
                else:
                    folder.flushed[name] = child
        had = len(left) != len(self._names)
        self._names = left
        return had

    def _walk(
        self,
        folder: _Folder,
        path: str,
        changed: dict[int, dict[str, _Node]],
        chance: Random,
        data: Choice,
        *,
        now: bool,
    ) -> Iterator[tuple[str, bytes | None]]:
        names = folder.now if now else changed.get(id(folder), folder.flushed)
        for name, node in sorted(names.items()):
            if isinstance(node, _Folder):
                yield path + name, None
                yield from self._walk(node, f"{path}{name}/", changed, chance, data, now=now)
            else:
                yield path + name, node.now if now else node.after_power_loss(data, chance)


def write_tree(tree: Tree, root: Path) -> None:
    """Make it real."""
    root.mkdir()
    for path, content in tree.items():
        if content is None:
            (root / path).mkdir()
        else:
            with (root / path).open("wb") as file:
                if content.count(0) == len(content):
                    file.truncate(len(content))  # OPTIMIZATION: room that is only kept
                else:
                    file.write(content)


def digest_of(tree: Tree) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for path, content in tree.items():
        digest.update(f"{path}\0{-1 if content is None else len(content)}\0".encode())
        digest.update(content or b"")
    return digest.digest()


def power_losses(disk: Disk, seeds: Sequence[int]) -> Iterator[Tree]:
    """What a power loss now may leave: the extremes, then by chance."""
    if disk.is_all_flushed:
        yield disk.after_a_kill()
        return
    for names, data in (("none", "none"), ("all", "none"), ("none", "all"), ("all", "lengths"), ("all", "all")):
        yield disk.after_power_loss(names, data, Random(0))  # type: ignore[arg-type]
    for seed in seeds:
        yield disk.after_power_loss("some", "some", Random(seed))


def _with(content: bytes, offset: int, data: bytes | None) -> bytes:
    """`content` after a write, or (None) cut or lengthened to `offset`."""
    if data is None:
        return content[:offset].ljust(offset, b"\0")
    return content[:offset].ljust(offset, b"\0") + data + content[offset + len(data) :]
