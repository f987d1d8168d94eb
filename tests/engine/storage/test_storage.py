from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.event_loop import gather, run_on_thread
from engine.storage import (
    Index,
    ProfileDamaged,
    ProfileInUse,
    Storage,
    disk_verb,
    durable_disk_verb,
    records_of_a_background_fetch,
    unfinished_background_fetches,
)

KEY = "https://site.test"

DOWNLOADER = """
import asyncio, os, signal, sys
from pathlib import Path
from engine.storage import *

KEY = "https://site.test"

async def main():
    storage = await Storage.open(Path(sys.argv[1]))
    new = NewBackgroundFetch(KEY, KEY + "/", "id", "u", "", [], {}, 0.0, 0, 0, [NewRecord({}), NewRecord({})])
    fetch = await storage.run(create_background_fetch, new)
    writers = [storage.new_body(KEY) for _ in range(2)]
    states = [RecordState(fetch, i, {}, writer.body, None, "", 1) for i, writer in enumerate(writers)]
    await storage.run(save_records, states)
    for step in range(1000):
        for i, writer in enumerate(writers):
            await writer.append(bytes([step % 251, i]) * 5000)
        if step % 3 == 0:
            await flush_all(writers)
            progress = [RecordProgress(fetch, i, writer.body) for i, writer in enumerate(writers)]
            await storage.run(save_progress, progress)
        if step == int(sys.argv[2]):
            print(writers[0].body.flushed, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def run_downloader(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3], check=False)


@pytest.mark.parametrize("step", [0, 4, 50])
async def test_a_process_that_is_killed_loses_at_most_what_it_had_not_flushed(tmp_path: Path, step: int) -> None:
    command = [sys.executable, "-c", DOWNLOADER, str(tmp_path / "profile"), str(step)]
    process = await run_on_thread(None, run_downloader, command)
    assert process.returncode == -signal.SIGKILL, process.stderr
    promised = int(process.stdout)
    storage = await Storage.open(tmp_path / "profile")
    (fetch,) = await storage.run(unfinished_background_fetches)
    records = await storage.run(records_of_a_background_fetch, fetch.id)
    assert fetch.downloaded == 2 * promised > 0
    for i, record in enumerate(records):
        assert record.stored == promised
        assert record.response_body is not None
        writer = await storage.resume_body(record.response_body)
        body = await writer.finish()
        expected = b"".join(bytes([number % 251, i]) * 5000 for number in range(step + 1))[:promised]
        assert hashlib.sha256(await body.read_all()).digest() == hashlib.sha256(expected).digest()
    await storage.close()


@disk_verb
def which_thread(index: Index, number: int) -> tuple[int, str]:
    return number, threading.current_thread().name


async def test_verbs_run_in_order_on_the_storage_thread(storage: Storage) -> None:
    order: list[int] = []

    @disk_verb
    def note(index: Index, number: int) -> None:
        order.append(number)

    await gather(*(storage.run(note, number) for number in range(100)))
    assert order == list(range(100))
    number, thread = await storage.run(which_thread, number=7)
    assert number == 7
    assert thread.startswith("storage")


async def test_what_a_verb_raises_is_raised_to_its_caller(storage: Storage) -> None:
    def fail(index: Index) -> None:
        raise LookupError("nothing")

    with pytest.raises(LookupError, match="nothing"):
        await storage.run(fail)


async def test_a_temporary_storage_removes_itself() -> None:
    storage = await Storage.open()
    body = await storage.store_bytes(KEY, b"x" * 500_000)
    assert await body.read(0, 3) == b"xxx"
    folder = storage.profile.folder
    await storage.close()
    await storage.close()
    assert not folder.exists()


async def test_a_profile_can_be_opened_again_after_it_was_closed_or_could_not_be_opened(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "a")
    with pytest.raises(ProfileInUse):
        await Storage.open(tmp_path / "a")
    await storage.close()
    (tmp_path / "a/index.sqlite").write_bytes(b"junk" * 1000)
    with pytest.raises(ProfileDamaged):
        await Storage.open(tmp_path / "a")
    (tmp_path / "a/index.sqlite").unlink()
    await (await Storage.open(tmp_path / "a")).close()


async def test_bytes_are_stored_whole(storage: Storage) -> None:
    for data in (b"", b"abc", b"x" * 300_000):
        body = await storage.store_bytes(KEY, data)
        assert body.state == "complete"
        assert await body.read_all() == data


@durable_disk_verb
def promise(index: Index) -> None:
    index.execute("INSERT INTO permissions (origin, name, state) VALUES (?, 'notifications', 'granted')", (KEY,))


async def test_what_is_to_last_is_flushed_and_a_temporary_profile_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    monkeypatch.setattr("engine.storage.flushing.flush_to_disk", lambda descriptor: flushed.append("body"))
    monkeypatch.setattr("engine.storage.body_files.flush_folder", lambda folder: flushed.append("folder"))
    monkeypatch.setattr("engine.storage.index.flush_to_disk", lambda descriptor: flushed.append("index"))
    for folder, expected in ((tmp_path / "profile", {"body", "folder", "index"}), (None, set())):
        flushed.clear()
        storage = await Storage.open(folder)
        assert await (await storage.store_bytes(KEY, b"bytes")).read_all() == b"bytes"
        await storage.run(promise)
        await storage.close()
        assert set(flushed) == expected
