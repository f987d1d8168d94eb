"""Whole journeys: the command as a process, a site on a real server, a profile on the disk."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .small_disk import SmallDisk, a_small_disk

ROOT = Path(__file__).resolve().parents[2]
PAGE = "<!doctype html><html lang=en><title>A site</title><script src=page.js></script>"
PAGE_SCRIPT = """
(async () => {
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  if (await caches.match("/big.bin")) return;
  if (await registration.backgroundFetch.get("big")) return;
  await registration.backgroundFetch.fetch("big", ["/big.bin", "/small.txt"], { title: "A big file", downloadTotal: TOTAL });
})();
"""
WORKER = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("backgroundfetchsuccess", event => event.waitUntil((async () => {
  const cache = await caches.open("kept");
  for (const record of await event.registration.matchAll()) {
    const response = await record.responseReady;
    await cache.put(record.request, response);
  }
  const stored = await (await cache.match("/big.bin")).arrayBuffer();
  const sum = new Uint8Array(stored).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
  await event.updateUI({ title: `Kept ${stored.byteLength} bytes, sum ${sum}` });
})()));
"""
PATTERN = bytes(range(250))
TIMES = 8000


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--seed"))


@dataclass(frozen=True)
class Big:
    """What the site's big file is, and the title that its worker sets once it has read it back."""

    size: int
    title: str


@pytest.fixture(scope="session")
def big() -> Big:
    total = 7
    for byte in PATTERN * TIMES:
        total = (total * 31 + byte) & 0xFFFFFFFF
    size = len(PATTERN) * TIMES
    return Big(size, f"Kept {size} bytes, sum {total}")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose page starts a background fetch of 2 MB at a rate that leaves time to interfere."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "page.js").write_text(PAGE_SCRIPT.replace("TOTAL", str(len(PATTERN) * TIMES + 100)))
    (folder / "sw.js").write_text(WORKER)
    (folder / "small.txt").write_text("a small file\n")
    (folder / "pattern.bin").write_bytes(PATTERN)
    (folder / "afterpage.toml").write_text(
        f'[generated."/big.bin"]\nrepeat = "pattern.bin"\ntimes = {TIMES}\nrate = "1.5 MB/s"\n'
    )
    return folder


class Run:
    """`afterpage run … --json` as a process."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine", "run", *arguments, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self.events: list[dict[str, Any]] = []

    def read_until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that is wanted; fails when the output ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            self.events.append(event)
            if wanted(event):
                return event
        raise AssertionError(
            f"the output ended: {self.events[-3:]} {self.process.stderr and self.process.stderr.read()}"
        )

    def end(self, timeout: float = 60) -> int:
        """Read the rest and return the exit code."""
        out, error = self.process.communicate(timeout=timeout)
        self.events += [json.loads(line) for line in out.splitlines()]
        self.stderr = error
        return self.process.returncode

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(*arguments: object) -> Run:
        runs.append(Run(*map(str, arguments)))
        return runs[-1]

    yield start
    for started in runs:
        with contextlib.suppress(ProcessLookupError):
            started.process.kill()
        started.process.communicate()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    with a_small_disk(tmp_path / "disk", monkeypatch) as disk:
        yield disk
