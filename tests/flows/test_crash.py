"""`kill -9` at random moments, until a mixed job is over all the same.

A job has ten records: plain and chunked resources, resources whose ranges are answered in parts, with strong, weak and no entity
tags, and an upload. A process is killed, another goes on with the same profile. `--kills 200` for a long run, `--seed` to repeat one.

What is counted:

* a body is wrong if its digest, as the worker kept it in the Cache API and a page read it back at the end, is not the resource's;
* a fetch is lost if `fetch()` had resolved and a later run neither knows it nor its worker has been told of its end;
* an upload is a duplicate if the server saw more than one request for it, answered or not;
* bytes fetched again are those that the server handed to its sockets beyond the sizes of the resources.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FLUSH_INTERVAL = 0.2  # seconds
RATE = 500_000  # bytes a second on each connection
CONNECTIONS = 6
UPLOAD_SIZE = 120_000
WORKER = """
self.oninstall = () => self.skipWaiting();
self.onbackgroundfetchsuccess = self.onbackgroundfetchfail = event => event.waitUntil((async () => {
  const { id, result, failureReason } = event.registration;
  const cache = await caches.open(id);
  for (const record of await event.registration.matchAll()) {
    const response = await record.responseReady.catch(() => null);
    if (response?.ok) await cache.put(record.request.url, response);
  }
  await cache.put("/outcome", new Response(JSON.stringify([result, failureReason])));
})());
"""


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


slow_server = _load("slow_server")


class Job:
    """One background fetch, and what is known of it outside of the browser."""

    def __init__(self, number: int, server: Any) -> None:
        resource = slow_server.Resource
        self.id = f"job-{number}"
        self.begun = False
        kinds = {
            "strong": resource(1_500_000, '"1"'),
            "strong-too": resource(1_000_000, '"2"'),
            "weak": resource(1_200_000, 'W/"1"'),
            "dated": resource(1_200_000, last_modified="Sat, 01 Jan 2000 00:00:00 GMT"),
            "bare": resource(900_000),
            "in-parts": resource(1_300_000, '"1"', part=150_000),
            "in-parts-too": resource(1_100_000, part=200_000),
            "chunked": resource(1_200_000, '"1"', chunked=True),
            "small": resource(3_000),
        }
        self.resources = {f"/{self.id}/{name}": resource for name, resource in kinds.items()}
        server.resources |= self.resources
        self.upload = f"/{self.id}/upload"
        paths = [*self.resources]
        paths.insert(number % len(paths), self.upload)
        self.paths = paths

    def to_json(self) -> str:
        return json.dumps({"id": self.id, "paths": self.paths, "upload_size": UPLOAD_SIZE, "begun": self.begun})


class Process:
    """One run of the browser."""

    def __init__(self, origin: str, profile: Path, job: Job) -> None:
        self.job = job
        self.process = subprocess.Popen(
            [sys.executable, HERE / "browser_process.py", origin, profile, job.to_json(), str(FLUSH_INTERVAL)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=HERE.parents[1],
        )
        self.events: list[dict[str, Any]] = []
        self.started = threading.Event()
        self.reading = threading.Thread(target=self._read)
        self.reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with suppress(json.JSONDecodeError):  # a line that was cut by the kill
            for line in self.process.stdout:
                self.events.append(json.loads(line))
                self.started.set()
        self.started.set()

    def kill_after(self, seconds: float) -> bool:
        """False when it had ended by itself."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.wait()
        self.reading.join()
        if self.process.returncode not in (0, -9):
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read())
        return self.process.returncode != 0

    def named(self, name: str) -> dict[str, Any] | None:
        return next((event for event in self.events if event["event"] == name), None)


class Tally:
    """What was found, over all jobs."""

    def __init__(self) -> None:
        self.lost = self.wrong = self.duplicates = self.unknown = 0
        self.total = self.again = self.killed = self.jobs = self.ranges = 0

    def add(self, job: Job, server: Any, over: dict[str, Any]) -> None:
        self.jobs += 1
        outcome, kept = over["outcome"], set(over["kept"])
        # A kill may even have come between writing down that it is sent and sending it.
        uploads = server.seen[job.upload].uploads if job.upload in server.seen else []
        self.duplicates += max(0, len(uploads) - 1)
        if outcome is None:
            self.lost += 1
            return
        # Whether an upload that a kill cut off has come through nobody knows; it is not repeated, so the fetch fails.
        assert outcome in (["success", ""], ["failure", "fetch-error"]), outcome
        if outcome[0] == "success":
            body = bytes(at * 7 & 255 for at in range(UPLOAD_SIZE))
            assert uploads == [hashlib.sha256(body).digest()]
            assert job.upload in kept
        else:
            self.unknown += 1
            assert job.upload not in kept
        for path, resource in job.resources.items():
            self.wrong += server.digests.get(path) != hashlib.sha256(resource.data(path)).hexdigest()
            self.total += resource.size
            self.again += server.seen[path].sent - resource.size
            self.ranges += server.seen[path].ranges

    @property
    def allowed(self) -> float:
        """1 %, and of each kill what comes in a flush interval."""
        return self.total / 100 + self.killed * FLUSH_INTERVAL * RATE * CONNECTIONS


@pytest.fixture
def server() -> Iterator[Any]:
    server = slow_server.SlowServer(RATE)
    server.pages = {
        "/": ("text/html", "<!doctype html><title>jobs</title>"),
        "/sw.js": ("text/javascript", WORKER),
    }
    with slow_server.running(server):
        yield server


def test_kills_at_any_moment_cost_nothing_but_a_flush_interval(
    server: Any, tmp_path: Path, kills: int, seed: int, record_property: Any
) -> None:
    chance = random.Random(seed)
    tally = Tally()
    left = kills
    began = time.monotonic()
    while left > 0 or tally.jobs == 0:
        job = Job(tally.jobs, server)
        over = None
        while over is None:
            process = Process(server.origin, tmp_path / "profile", job)
            if left <= 0:
                was_killed = process.kill_after(120.0)
                assert not was_killed, "it did not come to an end"
            elif chance.random() < 0.2:
                # While it starts.
                was_killed = process.kill_after(chance.uniform(0.0, 1.0))
            else:
                process.started.wait(30)
                was_killed = process.kill_after(chance.uniform(0.0, 1.2))
            if was_killed:
                left -= 1
                tally.killed += 1
            found = process.named("started")
            if found is not None and job.id in found["found"]:
                job.begun = True
            job.begun = job.begun or process.named("begun") is not None
            over = process.named("over")
        tally.add(job, server, over)
    figures = {
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
        **vars(tally),
        "allowed": round(tally.allowed),
    }
    print(json.dumps(figures))
    for name, value in figures.items():
        record_property(name, value)
    assert (tally.wrong, tally.lost, tally.duplicates) == (0, 0, 0), figures
    assert tally.killed >= kills
    assert tally.again <= tally.allowed, figures
