"""Whoever is cancelled while a thread works for a body's writer finds it neither half done nor still under way."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.event_loop import Cancelled, in_parallel, yield_to_others
from engine.storage import Storage
from engine.storage.bodies import Bodies
from engine.storage.body_writer import MEMORY_LIMIT, BodyWriter, flush_all

KEY = "https://site.test"
FIRST, MORE = b"a" * MEMORY_LIMIT, b"b" * 1000


def _descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


class HeldThreads(ThreadPoolExecutor):
    """Threads whose work has to wait while they are held."""

    def __init__(self) -> None:
        super().__init__(4)
        self.go_on = threading.Event()
        self.go_on.set()
        self.jobs = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        def run() -> Any:
            self.go_on.wait(10)
            return function(*args, **kwargs)

        self.jobs += 1
        return super().submit(run)


@pytest.fixture
def files(tmp_path: Path) -> Bodies:
    files = Bodies(tmp_path / "bodies")
    files.folder.mkdir()
    files.threads.shutdown()
    files.threads = HeldThreads()  # type: ignore[assignment]
    return files


async def _grown(files: Bodies) -> BodyWriter:
    """A body that is in its file, with bytes that the disk may not have."""
    writer = files.new(KEY)
    for chunk in (FIRST, MORE):
        await writer.append(chunk)
    return writer


async def _in_memory(files: Bodies) -> BodyWriter:
    writer = files.new(KEY)
    await writer.append(FIRST)
    return writer


async def _slow(files: Bodies) -> BodyWriter:
    writer = await _grown(files)
    writer._slow = True
    return writer


def _go_back(writer: BodyWriter) -> Awaitable[object]:
    return writer.go_back_to_flushed()


@pytest.mark.parametrize(
    ("begin", "verb", "length"),
    [
        (_in_memory, lambda writer: writer.append(MORE), len(FIRST) + len(MORE)),
        (_slow, lambda writer: writer.append(MORE), len(FIRST) + 2 * len(MORE)),
        (_grown, lambda writer: writer.flush(), len(FIRST) + len(MORE)),
        (_grown, lambda writer: flush_all([writer]), len(FIRST) + len(MORE)),
        (_grown, _go_back, 0),
        (_grown, lambda writer: writer.pause(), len(FIRST) + len(MORE)),
        (_in_memory, lambda writer: writer.pause(), len(FIRST)),
    ],
    ids=["the first to be written", "a slow one", "flush", "flush_all", "go back", "pause", "a small one"],
)
@pytest.mark.parametrize("times", [1, 2])
async def test_what_a_thread_has_begun_ends_before_who_waits_is_cancelled(
    files: Bodies, begin: Callable[[Bodies], Awaitable[BodyWriter]], verb: Callable[[BodyWriter], Any], length: int, times: int
) -> None:
    before = _descriptors()
    writer, threads = await begin(files), files.threads
    assert isinstance(threads, HeldThreads)
    threads.go_on.clear()
    jobs = threads.jobs
    steps = in_parallel(verb(writer))
    while threads.jobs == jobs:
        await yield_to_others()
    for _ in range(times):
        steps.cancel()
        for _ in range(5):
            await yield_to_others()
    assert not steps.done
    threads.go_on.set()
    with pytest.raises(Cancelled):
        await steps
    assert writer.body.length == length
    # And it can go on, with nothing beside it.
    if writer._descriptor is None:
        writer = await files.resume(writer.body)
    await writer.append(b"end")
    body = await writer.finish()
    assert files.path(body.id).read_bytes() == (FIRST + 2 * MORE)[:length] + b"end"
    files.close()
    assert _descriptors() == before


async def test_who_is_cancelled_while_another_has_the_turn_has_done_nothing(files: Bodies) -> None:
    writer, threads = await _in_memory(files), files.threads
    assert isinstance(threads, HeldThreads)
    threads.go_on.clear()
    flush = in_parallel(writer.flush())
    await yield_to_others()
    append = in_parallel(writer.append(MORE))
    await yield_to_others()
    append.cancel()
    with pytest.raises(Cancelled):
        await append
    threads.go_on.set()
    assert await flush == writer.body.length == len(FIRST)
    await writer.finish()
    files.close()


async def test_a_profile_that_is_opened_or_closed_by_who_is_cancelled_is_let_go(tmp_path: Path) -> None:
    before = _descriptors()
    opened: list[Storage] = []

    async def open_it() -> None:
        opened.append(await Storage.open(tmp_path / "profile"))
        await yield_to_others()

    for _ in range(3):
        opening = in_parallel(open_it())
        await yield_to_others()
        opening.cancel()
        with pytest.raises(Cancelled):
            await opening
        storage = opened.pop()
        closing = in_parallel(storage.close())
        await yield_to_others()
        closing.cancel()
        with pytest.raises(Cancelled):
            await closing
        assert storage.is_closed
    assert _descriptors() == before
