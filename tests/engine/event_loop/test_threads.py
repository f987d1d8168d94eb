"""Blocking functions on threads of their own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.event_loop import run_on_its_own_thread


async def test_functions_that_hang_keep_no_other_from_its_turn() -> None:
    release = threading.Event()
    hanging = [asyncio.ensure_future(run_on_its_own_thread(release.wait)) for _ in range(50)]
    assert await run_on_its_own_thread(lambda: 1) == 1
    assert not any(each.done() for each in hanging)
    release.set()
    assert await asyncio.gather(*hanging) == [True] * 50


async def test_what_it_raises_comes_to_the_caller() -> None:
    def fails() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError, match="no"):
        await run_on_its_own_thread(fails)


async def test_one_that_nobody_waits_for_any_more_ends_in_silence() -> None:
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def hangs() -> None:
        begun.set()
        release.wait()
        ended.set()

    waiting = asyncio.ensure_future(run_on_its_own_thread(hangs))
    await run_on_its_own_thread(begun.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()
    assert await run_on_its_own_thread(ended.wait, 10)


async def test_a_system_without_threads_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    with pytest.raises(OSError, match="no thread left"):
        await run_on_its_own_thread(lambda: None)
