"""Disk verbs of background fetches: in their order, and again where the disk refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.background_fetch.profile_changes import ProfileChanges
from engine.event_loop import FakeClock
from engine.storage import Index, Storage, StorageFull


@pytest.fixture
async def changes(tmp_path: Path) -> AsyncIterator[ProfileChanges]:
    storage = await Storage.open(tmp_path / "profile")
    yield ProfileChanges(storage, FakeClock())
    await storage.close()


def remember(index: Index, done: list[str], what: str) -> None:
    done.append(what)


def also_remember(index: Index, done: list[str], what: str) -> None:
    done.append(what)


async def test_they_are_run_in_their_order(changes: ProfileChanges) -> None:
    done: list[str] = []
    changes.note(1, remember, done, "first")
    changes.note(2, remember, done, "second")
    changes.note(1, also_remember, done, "third")
    await changes.write()
    assert done == ["first", "second", "third"]


async def test_the_newest_of_one_verb_stands(changes: ProfileChanges) -> None:
    done: list[str] = []
    changes.note(1, remember, done, "old")
    changes.note(1, remember, done, what="new")
    await changes.write()
    assert done == ["new"]


async def test_one_that_is_refused_keeps_no_other_and_is_run_again(changes: ProfileChanges) -> None:
    done: list[str] = []
    full = True

    def refuse(index: Index) -> None:
        if full:
            raise StorageFull("a test", "no room")
        done.append("at last")

    changes.note(1, refuse)
    changes.note(2, remember, done, "other")
    with pytest.raises(StorageFull):
        await changes.write()
    assert done == ["other"]
    full = False
    await changes.write()
    assert done == ["other", "at last"]
