"""The process that runs tests, one after another: python -m wpt_harness.engine_process < JOBS > RESULTS

A line of JSON in for each job (`test`, `url`, `time_limit`), a line of JSON out for each result (`Result.to_record`). The first line
in holds the settings (`Settings.to_record`). The process ends at once when its input ends, whatever it is doing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Final

from engine.background_fetch import RetryPolicy
from engine.browser import Browser
from engine.network.aiohttp_transport import AiohttpTransport
from engine.network.certificates import CertificatePolicy
from engine.network.fake_transport import FakeTransport
from engine.realms import ConsoleMessage
from engine.url import registrable_domain
from wpt_harness.executor import NewBrowser, run_test
from wpt_harness.jobs import Job, Settings
from wpt_harness.replacements import ReplacingTransport

_RETRIES: Final = RetryPolicy(patience_with_unreachable=0)
"""All servers are on this machine: one that nobody answers for will not come back in three seconds."""


def browsers_of(settings: Settings) -> NewBrowser:
    """Makes a browser with a temporary profile for each test."""

    @asynccontextmanager
    async def new_browser(on_console: Callable[[ConsoleMessage], object]) -> AsyncIterator[Browser]:
        certificates = CertificatePolicy(accept_anything_for=settings.any_certificate)
        network = AiohttpTransport(hosts=settings.hosts, certificates=certificates)
        try:
            async with Browser(
                transport=ReplacingTransport(network, settings.scripts),
                on_console=on_console,
                plain_quota_errors=settings.plain_quota_errors,
            ) as browser:
                browser.user_agent.background_fetches.downloads.retry_policy = _RETRIES
                yield browser
        finally:
            await network.close()

    return new_browser


def main(around: Callable[[Job], AbstractContextManager[None]] = lambda job: nullcontext()) -> None:
    """`around`: what holds while a job runs."""
    faulthandler.enable()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else is printed must not come between the results
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(lines,), name="input", daemon=True).start()
    asyncio.run(_open_a_first_page())
    new_browser = browsers_of(Settings.from_record(json.loads(lines.get())))
    while True:
        job = Job(**json.loads(lines.get()))
        with around(job):
            result = asyncio.run(run_test(job, new_browser))
        output.write(json.dumps(result.to_record()) + "\n")


async def _open_a_first_page() -> None:
    """OPTIMIZATION: so that everything is loaded that a browser loads when it is first wanted, while the tests' server still starts."""
    registrable_domain("web-platform.test")
    async with Browser(transport=FakeTransport()) as browser:
        page = await browser.open("data:text/html,<!doctype html><title>Nobody sees it</title>")
        await page.evaluate("document.title")


def _read_lines(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
