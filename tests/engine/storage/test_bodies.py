from __future__ import annotations

import errno
import os
import resource
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engine.storage.body_files as body_files
import engine.storage.body_writer as body_writer
import engine.storage.flushing as flushing
from engine.event_loop import gather, in_parallel, run_on_thread, yield_to_others
from engine.storage import Bodies, BodyLost, BodyWriter, StorageFailed, StorageFull, flush_all
from engine.storage.body_writer import MEMORY_LIMIT
from engine.storage.stored_body import Extent
from engine.webidl.exceptions import JSTypeError

KEY = "https://site.test"
BIG = MEMORY_LIMIT + 1000


@pytest.fixture
def files(tmp_path: Path) -> Any:
    folder = tmp_path / "bodies"
    folder.mkdir()
    files = Bodies(folder)
    yield files
    files.close()


async def big_writer(files: Bodies, data: bytes = b"a" * BIG) -> BodyWriter:
    """A writer whose body has outgrown the memory and is in its file."""
    writer = files.new(KEY)
    await writer.append(data)
    assert files.path(writer.body.id).exists()
    return writer


@pytest.mark.parametrize("size", [0, 1, MEMORY_LIMIT, MEMORY_LIMIT + 1, 3 * MEMORY_LIMIT])
async def test_a_finished_body_is_in_its_file(files: Bodies, size: int) -> None:
    data = os.urandom(size)
    writer = files.new(KEY)
    for start in range(0, size, 50_000):
        await writer.append(data[start : start + 50_000])
    body = await writer.finish()
    assert files.path(body.id).read_bytes() == data
    assert (body.size, body.length, body.flushed, body.state) == (size, size, size, "complete")
    assert await body.read_all() == data
    assert await body.read(size, 10) == b""


async def test_any_part_can_be_read(files: Bodies) -> None:
    for repeat in (1, 40):
        data = bytes(range(256)) * 20 * repeat
        writer = files.new(KEY)
        await writer.append(data)
        assert await writer.body.read(1000, 16) == data[1000:1016]
        body = await writer.finish()
        assert await body.read(1000, 16) == data[1000:1016]
        assert await body.read(len(data) - 3, 100) == data[-3:]


async def test_a_body_is_a_seekable_source_of_the_nouns_of_fetch(files: Bodies) -> None:
    writer = files.new(KEY)
    await writer.append(b"abc")
    assert writer.body.size is None
    body = await writer.finish()
    assert body.size == 3
    assert body.body_id == str(body.id)


async def test_files_are_sharded_and_private(files: Bodies) -> None:
    assert files.path(1).relative_to(files.folder) == Path("00000/00000001")
    assert files.path(1024).relative_to(files.folder) == Path("00001/00000400")
    writer = await big_writer(files)
    assert files.path(writer.body.id).stat().st_mode & 0o777 == 0o600
    writer.fail("done")


async def test_readers_follow_a_growing_body_at_their_own_speed(files: Bodies) -> None:
    writer = files.new(KEY)
    data = os.urandom(5 * MEMORY_LIMIT)

    async def read(maximum: int) -> bytes:
        chunks = []
        offset = 0
        while chunk := await writer.body.read(offset, maximum):
            chunks.append(chunk)
            offset += len(chunk)
        return b"".join(chunks)

    readers = [in_parallel(read(maximum)) for maximum in (1 << 20, 10_000, 3_333)]
    for start in range(0, len(data), 70_000):
        await writer.append(data[start : start + 70_000])
        await yield_to_others()
    assert not any(reader.done for reader in readers)
    await writer.finish()
    assert await gather(*readers) == [data] * 3


async def test_a_reader_waits_for_the_next_byte_and_then_gets_what_is_there(files: Bodies) -> None:
    writer = files.new(KEY)
    reading = in_parallel(writer.body.read(2, 100))
    await writer.append(b"ab")
    await yield_to_others()
    assert not reading.done
    await writer.append(b"cde")
    assert await reading == b"cde"


async def test_readers_of_a_body_that_fails_get_a_type_error(files: Bodies) -> None:
    writer = await big_writer(files)
    waiting = in_parallel(writer.body.read(BIG, 100))
    await yield_to_others()
    writer.fail("the server changed its mind")
    with pytest.raises(JSTypeError, match="the server changed its mind"):
        await waiting
    with pytest.raises(JSTypeError, match="the server changed its mind"):
        await writer.body.read(0, 100)
    writer.fail("again")
    assert writer.body.failure == "the server changed its mind"


async def test_leaving_a_writer_by_an_exception_fails_its_body(files: Bodies) -> None:
    with pytest.raises(LookupError):
        async with files.new(KEY) as writer:
            await writer.append(b"x")
            raise LookupError("no more")
    assert writer.body.state == "failed"
    assert "no more" in writer.body.failure


async def test_leaving_a_writer_otherwise_pauses_its_body(files: Bodies) -> None:
    async with files.new(KEY) as writer:
        await writer.append(b"abc")
    assert (writer.body.state, writer.body.flushed) == ("growing", 3)
    async with await files.resume(writer.body) as again:
        await again.append(b"def")
        await again.finish()
    assert await writer.body.read_all() == b"abcdef"


async def test_a_body_is_resumed_after_its_flushed_bytes(files: Bodies) -> None:
    writer = await big_writer(files)
    await writer.flush()
    await writer.append(b"not flushed")
    body = writer.body
    writer._close()
    # As the next run of the browser sees it:
    del files.alive[body.id]
    again = await files.resume(files.stored(body.id, KEY, body.on_disk, "growing"))
    assert again.body.length == BIG
    assert files.path(body.id).stat().st_size == BIG
    await again.append(b"then")
    finished = await again.finish()
    assert files.path(finished.id).read_bytes() == b"a" * BIG + b"then"


async def test_a_body_whose_file_is_shorter_than_promised_cannot_be_resumed(files: Bodies) -> None:
    writer = await big_writer(files)
    await writer.pause()
    os.truncate(files.path(writer.body.id), 10)
    with pytest.raises(BodyLost, match=f"10 bytes are there, {BIG} were stored"):
        await files.resume(writer.body)
    files.path(writer.body.id).unlink()
    with pytest.raises(BodyLost):
        await files.resume(writer.body)


def extent(data: bytes) -> tuple[int, int]:
    return len(data), zlib.crc32(data)


@pytest.mark.parametrize("parts", [[b"abc"], [b"abc", b"def"], [b"a" * BIG], [b"a" * BIG, b"b", b"c" * BIG], [b"a", b"b" * BIG]])
async def test_what_is_written_is_known_by_its_checksum(files: Bodies, parts: list[bytes]) -> None:
    writer = files.new(KEY)
    data = b""
    for part in parts:
        await writer.append(part)
        data += part
        assert writer.body.written == extent(data)
        await writer.flush()
        assert writer.body.on_disk == extent(data)
    await writer.pause()
    again = await files.resume(writer.body)
    await again.append(b"more")
    assert (again.body.written, again.body.on_disk) == (extent(data + b"more"), extent(data))
    assert (await again.finish()).on_disk == extent(data + b"more")


async def test_bytes_of_which_nothing_is_known_stay_unknown(files: Bodies) -> None:
    writer = await big_writer(files)
    await writer.pause()
    body_id = writer.body.id
    del files.alive[body_id]
    body = files.stored(body_id, KEY, Extent(BIG, None), "growing")
    again = await files.resume(body)
    await again.append(b"more")
    assert (await again.finish()).on_disk == (BIG + 4, None)


async def test_reading_a_file_that_is_gone_is_a_type_error(files: Bodies) -> None:
    writer = await big_writer(files)
    body = await writer.finish()
    os.truncate(files.path(body.id), 10)
    with pytest.raises(JSTypeError, match="ends before byte 500"):
        await body.read(500, 10)
    files.path(body.id).unlink()
    with pytest.raises(JSTypeError, match="cannot be read"):
        await body.read(0, 10)


async def test_bytes_are_flushed_before_the_body_says_so(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []

    def flush(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_size)

    folders: list[Path] = []
    monkeypatch.setattr(flushing, "flush_to_disk", flush)
    monkeypatch.setattr(body_files, "flush_folder", folders.append)
    writer = files.new(KEY)
    await writer.append(b"abc")
    assert writer.body.flushed == 0
    await writer.flush()
    assert (flushed, writer.body.flushed) == ([3], 3)
    assert folders == [files.folder, files.path(1).parent], "the names on the way to it are on the disk too"
    await writer.flush()
    assert flushed == [3], "nothing new, nothing flushed"
    await writer.append(b"d")
    await writer.finish()
    assert flushed == [3, 4]
    # A small one goes another way.
    small = files.new(KEY)
    await small.append(b"abcde")
    await small.finish()
    assert (flushed, small.body.flushed) == ([3, 4, 5], 5)
    assert folders[2:] == [files.path(1).parent]


async def test_a_flush_that_fails_promises_nothing(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    writer = await big_writer(files)
    monkeypatch.setattr(flushing, "flush_to_disk", refuse)
    with pytest.raises(StorageFailed, match="Input/output error"):
        await writer.finish()
    assert (writer.body.flushed, writer.body.state) == (0, "growing")
    writer.fail("the disk refused")


async def test_a_full_disk_is_said_and_the_bytes_before_stay(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = await big_writer(files)
    real = os.pwrite
    left = 700

    def nearly_full(descriptor: int, chunk: Any, offset: int) -> int:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        size = min(left, len(chunk))
        left -= size
        return real(descriptor, chunk[:size], offset)

    monkeypatch.setattr(os, "pwrite", nearly_full)
    with pytest.raises(StorageFull, match="No space left on device"):
        await writer.append(b"b" * 1000)
    assert writer.body.length == BIG
    monkeypatch.undo()
    await writer.append(b"c" * 10)
    body = await writer.finish()
    assert await body.read(BIG - 1, 100) == b"a" + b"c" * 10
    # What the disk took of the chunk it refused is not part of the body.
    assert body.length == BIG + 10
    assert files.path(body.id).stat().st_size == BIG + 10


async def test_a_limit_of_the_system_is_a_full_disk_too(files: Bodies) -> None:
    writer = await big_writer(files)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (BIG + 1500, limits[1]))
    try:
        await writer.append(b"b" * 1000)
        with pytest.raises(StorageFull, match="File too large"):
            await writer.append(b"c" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    body = await writer.finish()
    assert body.length == BIG + 1000
    assert files.path(body.id).read_bytes() == b"a" * BIG + b"b" * 1000


async def test_a_small_body_without_room_can_be_tried_again(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    writer = files.new(KEY)
    await writer.append(b"abc")
    monkeypatch.setattr(os, "pwrite", full)
    for attempt in (writer.flush, writer.finish):
        with pytest.raises(StorageFull):
            await attempt()
    assert await writer.body.read(0, 10) == b"abc"
    monkeypatch.undo()
    body = await writer.finish()
    assert await body.read_all() == b"abc"


async def test_bytes_may_be_appended_while_others_are_flushed(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    is_flushing, go_on = threading.Event(), threading.Event()

    def slow_flush(descriptor: int) -> None:
        is_flushing.set()
        assert go_on.wait(10)

    monkeypatch.setattr(flushing, "flush_to_disk", slow_flush)
    writer = await big_writer(files)
    flush = in_parallel(writer.flush())
    await yield_to_others()
    assert await run_on_thread(None, is_flushing.wait, 10)
    await writer.append(b"b" * 10)
    assert await writer.body.read(BIG, 100) == b"b" * 10
    go_on.set()
    assert await flush == BIG, "what came while it was flushing may not be on the disk"
    body = await writer.finish()
    assert body.flushed == BIG + 10


async def test_one_that_cannot_be_flushed_does_not_hold_up_others(
    files: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = [files.new(KEY) for _ in range(3)]
    for writer in writers:
        await writer.append(b"abc")
    real = files.create

    def create(body_id: int) -> int:
        if body_id == writers[0].body.id:
            raise StorageFull("/there", "no space")
        return real(body_id)

    monkeypatch.setattr(files, "create", create)
    with pytest.raises(StorageFull):
        await flush_all(writers)
    assert [writer.body.flushed for writer in writers] == [0, 3, 3]
    for writer in writers:
        writer.fail("done")


async def test_a_disk_that_is_slow_is_waited_for_on_another_thread(
    files: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await big_writer(files)
    threads = []
    real = os.pwrite
    now = 0.0
    takes = [1.0, 0.0, 0.0]

    def slow(descriptor: int, chunk: Any, offset: int) -> int:
        nonlocal now
        threads.append(threading.current_thread())
        now += takes.pop(0)
        return real(descriptor, chunk, offset)

    monkeypatch.setattr(os, "pwrite", slow)
    monkeypatch.setattr(body_writer.time, "perf_counter", lambda: now)
    for _ in range(3):
        await writer.append(b"b")
    main = threading.main_thread()
    assert [thread is main for thread in threads] == [True, False, True]
    monkeypatch.undo()
    body = await writer.finish()
    assert await body.read(BIG, 10) == b"bbb"


async def test_what_is_in_the_page_cache_is_read_without_another_thread(
    files: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await big_writer(files)
    body = await writer.finish()
    monkeypatch.setattr(files, "read_now", None)
    if body_files._READ_WITHOUT_WAITING is not None:
        assert await body.read(0, 5) == b"aaaaa"
    monkeypatch.undo()
    monkeypatch.setattr(body_files, "_READ_WITHOUT_WAITING", None)
    assert await body.read(0, 5) == b"aaaaa"


async def test_many_bodies_are_flushed_at_once(files: Bodies) -> None:
    writers = [files.new(KEY) for _ in range(50)]
    for number, writer in enumerate(writers):
        await writer.append(b"%d" % number)
    await flush_all(writers)
    assert [writer.body.flushed for writer in writers] == [len(str(number)) for number in range(50)]
    for writer in writers:
        writer.fail("done")


async def test_new_bodies_get_ids_of_their_own(files: Bodies) -> None:
    files.continue_after(41)
    assert [files.new(KEY).body.id for _ in range(2)] == [42, 43]


async def test_a_leftover_file_is_not_part_of_a_new_body(files: Bodies) -> None:
    files.path(1).parent.mkdir()
    files.path(1).write_bytes(b"left over from another run")
    writer = files.new(KEY)
    await writer.append(b"new")
    body = await writer.finish()
    assert body.id == 1
    assert files.path(1).read_bytes() == b"new"


async def test_open_files_do_not_grow_with_the_number_of_bodies(files: Bodies) -> None:
    def descriptors() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    before = descriptors()
    bodies = []
    for _ in range(30):
        writer = await big_writer(files)
        bodies.append(await writer.finish())
        await bodies[-1].read(0, 10)
    assert descriptors() <= before + 1


def test_names_made_before_a_flush_began_are_flushed_by_it(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    flushes: list[Path] = []
    begun, go_on = threading.Event(), threading.Event()

    def flush(folder: Path) -> None:
        flushes.append(folder)
        begun.set()
        assert go_on.wait(10)

    monkeypatch.setattr(body_files, "flush_folder", flush)
    made = [threading.Event(), threading.Event()]

    def flush_and_tell(which: int) -> None:
        path = files.path(1)
        moments = files._moments
        # The moment of its making is taken first of all.
        monkeypatch.setattr(files, "_moments", _telling(moments, made[which]))
        files.flush_names(path.parent)

    first = threading.Thread(target=files.flush_names, args=(files.path(1).parent,))
    first.start()
    assert begun.wait(10)
    # What is made while a flush is under way is not sure to be part of it; one more does for all of them.
    later = [threading.Thread(target=flush_and_tell, args=(which,)) for which in range(2)]
    for thread, told in zip(later, made, strict=True):
        thread.start()
        assert told.wait(10)
    go_on.set()
    for thread in [first, *later]:
        thread.join()
    assert flushes == [files.path(1).parent] * 2


def _telling(moments: Iterator[int], told: threading.Event) -> Iterator[int]:
    class Telling:
        def __next__(self) -> int:
            moment = next(moments)
            told.set()
            return moment

    return Telling()  # type: ignore[return-value]


async def test_whoever_comes_after_the_profile_was_closed_is_told(files: Bodies) -> None:
    writer = await big_writer(files)
    small = files.new(KEY)
    await small.append(b"small")
    files.close()
    with pytest.raises(StorageFailed, match="has been closed"):
        await writer.flush()
    with pytest.raises(StorageFailed, match="has been closed"):
        await small.finish()
    writer.fail("too late")
    assert writer._descriptor is None


async def test_a_body_that_grows_is_brought_to_the_disk_meanwhile(
    files: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_writer, "WRITE_BEHIND", 2 * BIG)
    writer = await big_writer(files)
    await writer.append(b"b" * (BIG - 1))
    assert writer._behind is None, "there is not enough yet"
    await writer.append(b"c")
    assert writer._behind is not None
    await writer._behind
    assert writer.body.flushed == 2 * BIG
    body = await writer.finish()
    assert body.flushed == 2 * BIG


async def test_a_disk_that_refuses_meanwhile_is_told_at_the_end(files: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(body_writer, "WRITE_BEHIND", BIG)
    monkeypatch.setattr(flushing, "flush_to_disk", refuse)
    writer = await big_writer(files)
    assert writer._behind is not None
    await writer._behind
    assert writer.body.flushed == 0
    with pytest.raises(StorageFailed):
        await writer.finish()
