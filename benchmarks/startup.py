"""How long it takes until something runs: a realm, a stopped worker, the command.

`realm_ms`: a new agent with thread, heap, realm and bindings, from cached bytecode. `wake_ms`: from the wish to fire an event at
a stopped service worker to the end of that event. `first_progress_s`: `afterpage run` on the example, from the start of the
process to its first line about a download. `idle_worker_mb`: resident memory per running, idle service worker.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figures, median
from engine.browser import Browser
from engine.event_loop import SystemClock, run_on_its_own_thread
from engine.http import PolicyContainer
from engine.js import Agent
from engine.realms import Environment, Reports
from engine.service_worker import fire_functional_event
from engine.site import serve
from engine.url import origin_of, parse_url

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "podcast"
WORKER = "self.addEventListener('ping', event => event.waitUntil(Promise.resolve())); self.addEventListener('fetch', () => {});"
PAGE = "<!doctype html><title>benchmark</title>"


async def measure(quick: bool = False) -> Figures:
    figures = Figures("Start-up")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        (site / "index.html").write_text(PAGE)
        (site / "sw.js").write_text(WORKER)
        async with Browser() as browser, serve(site, SystemClock()) as served:
            idle = await idle_worker_mb(browser, served.origin, 10 if quick else 40)
            browser.service_workers.stop_workers()
            figures.add("realm_ms", await realm_ms(browser, 10 if quick else 40), "new agent and realm, median", "<= 5")
            figures.add(
                "wake_ms",
                await wake_ms(browser, served.origin, 10 if quick else 40),
                "stopped worker to the end of its first event, median",
                "<= 15",
            )
            figures.add(
                "idle_worker_mb",
                idle,
                "resident memory per idle worker",
                "<= 4",
            )
    figures.add(
        "first_progress_s",
        await first_progress_s(2 if quick else 5),
        "afterpage run to its first progress, median",
        "<= 1.5",
    )
    return figures


async def realm_ms(browser: Browser, runs: int) -> float:
    """A whole new worker-like agent, made and thrown away."""
    user_agent, times = browser.user_agent, []
    url = parse_url("https://example.test/worker.js")
    assert url
    for _ in range(runs + 3):
        start = time.perf_counter()
        agent = Agent(
            "benchmark", clock=user_agent.clock, browser_thread=user_agent.browser_thread, host=Reports(user_agent)
        )
        await agent.start()
        environment = Environment(
            user_agent,
            agent,
            "ServiceWorkerGlobalScope",
            creation_url=url,
            origin=origin_of(url),
            policy_container=PolicyContainer(),
        )
        await agent.run(environment.create_realm)
        times.append(time.perf_counter() - start)
        environment.destroy()
        agent.begin_closing()
        await run_on_its_own_thread(agent.join)
    return median(times[3:]) * 1000


async def wake_ms(browser: Browser, origin: str, runs: int) -> float:
    registration = await register(browser, origin, "/wake/")
    times = []
    for _ in range(runs + 3):
        browser.service_workers.stop_workers()
        start = time.perf_counter()
        await fire_functional_event(registration, "ping", "ExtendableEvent", {})
        times.append(time.perf_counter() - start)
    return median(times[3:]) * 1000


async def register(browser: Browser, origin: str, scope: str) -> object:
    """A registration with an active worker."""
    page = await browser.open(origin + "/")
    await page.evaluate(
        f"navigator.serviceWorker.register('/sw.js', {{scope: {scope!r}}}).then(registration => new Promise(resolve => {{"
        "const worker = registration.installing ?? registration.waiting ?? registration.active;"
        "const look = () => worker.state === 'activated' && resolve(); worker.onstatechange = look; look() }))"
    )
    await page.close()
    return next(
        registration
        for registration in browser.service_workers.registrations
        if registration.scope_url.href.endswith(scope)
    )


async def idle_worker_mb(browser: Browser, origin: str, count: int) -> float:
    """The growth of the process over `count` registrations whose workers, having been installed and activated, stay and wait."""
    await register(browser, origin, "/first/")
    gc.collect()
    before = resident_mb()
    for number in range(count):
        await register(browser, origin, f"/idle-{number}/")
    gc.collect()
    assert len(browser.service_workers.room.running) > count
    return (resident_mb() - before) / count


def resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


async def first_progress_s(runs: int) -> float:
    times = []
    with tempfile.TemporaryDirectory() as folder:
        # NB: what is installed has its bytecode, whatever the environment says: the first run, which does not count, writes it.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(runs + 1):
            start = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "engine",
                "run",
                str(EXAMPLE),
                "--json",
                stdout=asyncio.subprocess.PIPE,
                env=environment,
            )
            assert process.stdout is not None
            async for line in process.stdout:
                event = json.loads(line)
                if event["event"] == "download" and event["downloaded"] > 0:
                    break
            times.append(time.perf_counter() - start)
            process.terminate()
            await process.communicate()
    return median(times[1:])
