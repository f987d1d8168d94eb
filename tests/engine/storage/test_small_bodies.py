"""Small bodies are stored together, and each learns what became of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.event_loop import Cancelled, gather, in_parallel, yield_to_others
from engine.storage import flushing
from engine.storage import small_bodies as small_bodies_module
from engine.storage.bodies import Bodies
from engine.storage.body_writer import BodyWriter
from engine.storage.errors import StorageFailed

KEY = "https://site.test"


@pytest.fixture
def files(tmp_path: Path) -> Bodies:
    return Bodies(tmp_path / "bodies")


async def written(files: Bodies, data: bytes) -> BodyWriter:
    writer = files.new(KEY)
    await writer.append(data)
    return writer


async def test_many_at_once_are_all_on_the_disk(files: Bodies) -> None:
    files.folder.mkdir()
    writers = [await written(files, b"%d" % number * 100) for number in range(100)]
    bodies = await gather(*(writer.finish() for writer in writers))
    assert [body.state for body in bodies] == ["complete"] * 100
    for number, body in enumerate(bodies):
        assert files.path(body.id).read_bytes() == b"%d" % number * 100
        assert body.flushed == body.length == len(b"%d" % number * 100)
    files.close()


async def test_their_folder_is_flushed_once_for_those_that_go_together(
    files: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.folder.mkdir()
    await (await written(files, b"first")).finish()
    flushed: list[Path] = []
    monkeypatch.setattr("engine.storage.body_files.flush_folder", flushed.append)
    monkeypatch.setattr(small_bodies_module, "_VISITS", 1)
    await gather(*[(await written(files, b"x")).finish() for _ in range(33)])
    assert 3 <= len(flushed) <= 4, "33 bodies, 16 at a time, perhaps one alone at first"
    files.close()


async def test_one_that_cannot_be_stored_harms_no_other(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    files.folder.mkdir()
    flush = flushing.flush_to_disk

    def refuse(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == 3:
            raise OSError(errno.EIO, "Input/output error")
        flush(descriptor)

    monkeypatch.setattr(flushing, "flush_to_disk", refuse)
    good, bad, other = [await written(files, data) for data in (b"good", b"bad", b"other")]
    results = await gather(good.finish(), bad.finish(), other.finish(), return_exceptions=True)
    assert isinstance(results[1], StorageFailed)
    assert (good.body.state, bad.body.state, other.body.state) == ("complete", "growing", "complete")
    assert bad.body.flushed == 0
    files.close()


async def test_who_is_cancelled_while_it_is_stored_learns_so_when_it_is(files: Bodies) -> None:
    files.folder.mkdir()
    writer = await written(files, b"whole")
    finishing = in_parallel(writer.finish())
    await yield_to_others()
    finishing.cancel()
    with pytest.raises(Cancelled):
        await finishing
    assert writer.body.state == "complete"
    assert files.path(writer.body.id).read_bytes() == b"whole"
    files.close()


async def test_who_is_cancelled_while_others_flush_it_still_finishes(files: Bodies) -> None:
    files.folder.mkdir()
    writer = await written(files, b"whole")
    flush = in_parallel(writer.flush())
    finishing = in_parallel(writer.finish())
    await yield_to_others()
    finishing.cancel()
    with pytest.raises(Cancelled):
        await finishing
    assert await flush == 5
    assert (writer.body.state, writer.body.flushed) == ("complete", 5)
    files.close()
