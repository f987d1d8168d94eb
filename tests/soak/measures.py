"""What a browser holds, when it has nothing to do. Ours."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import gc
import os
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine import Browser
from engine.js import Agent, AgentClosed
from engine.storage import Index
from engine.storage.schema import tables

MOST_GROWTH = 0.05

SLACK = {"memory": 3_000_000, "heaps": 200_000, "objects": 150, "threads": 2, "descriptors": 2, "rows": 2, "files": 2}
"""What is more than this share of before, and by more than this, has grown. Bytes, and counts."""


@dataclass(frozen=True)
class Measures:
    """`memory`: bytes of the process; `heaps`: of all scripts' heaps; `objects`: of the engine's classes. `kinds`: what these are."""

    memory: int
    heaps: int
    objects: int
    threads: int
    descriptors: int
    rows: int
    files: int
    kinds: Counter[str] = field(repr=False)

    def figures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in SLACK}

    def grown_since(self, before: Measures) -> list[str]:
        """What there is more of than there may be."""
        return [
            name
            for name, now in self.figures().items()
            if now > before.figures()[name] * (1 + MOST_GROWTH) and now > before.figures()[name] + SLACK[name]
        ]


async def measure(browser: Browser) -> Measures:
    """Wait until nothing is to be done and collect what is garbage, first."""
    await _quiet(browser)
    heaps = 0
    for _ in range(2):  # what a heap lets go of may hold something of another
        heaps = sum([await _collect(agent) for agent in _agents(browser)])
        gc.collect()
        await _quiet(browser)
    _forget_what_is_only_remembered()
    # Bodies that were let go are forgotten after the next verb, and deleted within a second: not a moment to wait for by the clock.
    rows = [await browser.user_agent.storage.run(_rows) for _ in range(2)][-1]
    await browser.user_agent.storage.run(lambda index: index.bodies.doomed.delete())
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    kinds = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
    return Measures(
        memory=_resident(),
        heaps=heaps,
        objects=sum(number for kind, number in kinds.items() if kind.startswith("engine.")),
        threads=threading.active_count(),
        descriptors=_descriptors(),
        rows=rows,
        files=sum(1 for _ in browser.profile.rglob("*")),
        kinds=kinds,
    )


async def _quiet(browser: Browser) -> None:
    still = 0
    while still < 5:
        still = 0 if browser.is_busy else still + 1
        await asyncio.sleep(0.02)


def _forget_what_is_only_remembered() -> None:
    """What is kept up to a limit, to be quick, is not there yet after a tenth."""
    for each in gc.get_objects():
        is_ours = isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("engine.")
        if is_ours and each.cache_parameters()["maxsize"] is not None:
            each.cache_clear()


def _agents(browser: Browser) -> set[Agent]:
    return {environment.agent for environment in browser.user_agent.environments.values()}


async def _collect(agent: Agent) -> int:
    def collect() -> int:
        agent.runtime.collect_garbage()
        return agent.runtime.memory_usage()["malloc_size"]

    try:
        return await agent.run(collect)
    except AgentClosed:
        return 0


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0  # no such figures here


def _descriptors() -> int:
    try:
        return len(list(Path("/dev/fd").iterdir()))
    except OSError:
        return 0


def _rows(index: Index) -> int:
    return sum(index.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables())
