"""Faults: no network, no disk, no browser."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from engine.background_fetch import BackgroundFetch
from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse
from engine.storage import flushing

from .conftest import SITE, _resumable
from .faults import DATA, TAG, Stage, row

# No network ---------------------------------------------------------------------------------------------------------------

OFFLINE = "Offline, paused"


@row(OFFLINE, "offline at the beginning, an hour long")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    stage.world.network.go_offline()
    bg_fetch = await stage.fetch()
    await stage.world.until(lambda: stage.world.fetches.views()[0].state == "offline")
    stage.clock.advance(3600)
    await stage.world.settle()
    assert not stage.transport.requests
    stage.world.network.go_online()
    return bg_fetch


@row(OFFLINE, "offline in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 3000)
    stage.world.network.go_offline()
    await stage.world.until(lambda: stage.world.fetches.views()[0].state == "offline")
    stage.world.network.go_online()
    return bg_fetch


@row(OFFLINE, "offline during an upload: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200))
    bg_fetch = await stage.fetch(stage.world.request("a", method="POST", body=b"x"))
    await stage.until_stored(bg_fetch, 3000)
    stage.world.network.go_offline()
    return bg_fetch


@row(OFFLINE, "an upload that is torn: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(NetworkFailure("reset", "torn"), DATA)
    return await stage.fetch(stage.world.request("a", method="POST", body=b"x"))


@row(OFFLINE, "an upload that is answered 503: it is not sent twice", "bad-status")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse(b"", 503), DATA)
    return await stage.fetch(stage.world.request("a", method="POST", body=b"x"))


@row(OFFLINE, "paused in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 3000)
    await stage.world.fetches.handle(bg_fetch.number).pause()
    await stage.world.settle()
    await stage.world.fetches.handle(bg_fetch.number).resume()
    return bg_fetch


# The disk -----------------------------------------------------------------------------------------------------------------

DISK = "Disk and profile"


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


@row(DISK, "the disk is full when the bytes are written", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    await stage.patch(flushing, "write_all", full)
    return await stage.fetch()


@row(DISK, "the disk is full in the middle of a large body", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    gate = Event()
    stage.answers(FakeResponse([b"x" * 200_000, gate, b"x" * 200_000]))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 200_000)
    await stage.patch(flushing, "write_all", full)
    gate.set()
    return bg_fetch


@row(DISK, "the disk does not flush", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    await stage.patch(flushing, "flush_to_disk", broken)
    return await stage.fetch()


@row(DISK, "the quota is used up on the way", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.world.user_agent.storage.index.quota.set_limit(SITE, 20_000_000)
    stage.answers(FakeResponse([b"x" * 1_000_000] * 30))
    return await stage.fetch()


@row(DISK, "more bytes than downloadTotal", "download-total-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    return await stage.fetch(downloadTotal=len(DATA) - 1)


async def _half(stage: Stage) -> tuple[BackgroundFetch, Path]:
    size = 3000
    stage.answers(FakeResponse([DATA[:size], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, size)
    body = bg_fetch.records[0].response_data.body
    assert body is not None
    return bg_fetch, stage.world.user_agent.storage.index.bodies.path(body.id)


@row(DISK, "the browser ends in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, _ = await _half(stage)
    return await stage.restart(bg_fetch)


@row(DISK, "the body's file is lost between two runs", requests=2)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)
    return await stage.restart(bg_fetch, path.unlink)


@row(DISK, "the body's file is shorter at the next start", requests=2)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)
    return await stage.restart(bg_fetch, lambda: os.truncate(path, 1000))


@row(DISK, "the body's file is longer at the next start (unsynced bytes)", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)

    def lengthen() -> None:
        with path.open("ab") as file:
            file.write(b"these were never promised")

    return await stage.restart(bg_fetch, lengthen)


@row(DISK, "the browser ends while an upload is under way: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200), DATA)
    bg_fetch = await stage.fetch(stage.world.request("a", method="POST", body=b"x"))
    await stage.until_stored(bg_fetch, 3000)
    return await stage.restart(bg_fetch)
