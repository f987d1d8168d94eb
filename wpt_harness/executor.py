"""One test: a page in a fresh browser, until testharness.js has finished in it or the time is up."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Protocol

from engine.event_loop import Clock, SystemClock, TimedOut, timeout_after
from engine.realms import ConsoleMessage, UserAgent
from engine.security.permissions import Permissions
from engine.window import NavigationFailed
from engine.window.errors import PageClosed
from wpt_harness.jobs import EXTRA_TIME, Job
from wpt_harness.page_scripts import CHANNEL
from wpt_harness.results import Result, from_the_harness
from wpt_harness.testdriver import CommandFailed, perform

_LONGEST_LOG: Final = 200  # lines


class TestPage(Protocol):
    """What is needed of a page."""

    async def evaluate(self, script: str) -> Any: ...


class TestBrowser(Protocol):
    """What is needed of a browser."""

    async def open(self, url: str) -> TestPage: ...

    @property
    def permissions(self) -> Permissions: ...

    @property
    def user_agent(self) -> UserAgent: ...


NewBrowser = Callable[[Callable[[ConsoleMessage], object]], AbstractAsyncContextManager[TestBrowser]]
"""Makes a browser with a fresh profile that tells the function what goes to the console."""


async def run_test(job: Job, new_browser: NewBrowser, clock: Clock | None = None) -> Result:
    """The result, whatever happens: what the engine cannot bear is a CRASH."""
    clock = clock or SystemClock()
    log = _Log()
    started = clock.now()
    result: Result | None = None
    try:
        async with new_browser(log.add) as browser:
            result = await _run_in(browser, job, clock)
            result.duration = clock.now() - started
    except Exception as error:  # the test ends here, whatever it did to the engine; the run goes on
        result = result or Result(job.test, "CRASH", duration=clock.now() - started)
        result.status = "CRASH"
        result.message = f"the engine failed: {_innermost(error)}"
        result.stack = "".join(traceback.format_exception(error))
    result.log = log.lines
    return result


async def _run_in(browser: TestBrowser, job: Job, clock: Clock) -> Result:
    limit = job.time_limit + EXTRA_TIME
    try:
        async with timeout_after(clock, limit):
            page = await browser.open(job.url)
            return await _listen(browser, page, job)
    except NavigationFailed as error:
        return Result(job.test, "ERROR", f"the page cannot be opened: {error}")
    except PageClosed:
        return Result(job.test, "ERROR", "the page was closed, or went elsewhere, before testharness.js had finished in it")
    except TimedOut:
        return Result(job.test, "TIMEOUT", f"testharness.js did not finish within {limit:g} s")


async def _listen(browser: TestBrowser, page: TestPage, job: Job) -> Result:
    """Do what the page asks for, until it is complete."""
    while True:
        message = json.loads(await page.evaluate(f"{CHANNEL}.next()"))
        if message["type"] == "complete":
            return from_the_harness(job.test, message["harness"], message["subtests"])
        error, value = None, None
        try:
            value = perform(browser, message)
        except CommandFailed as failure:
            error = str(failure)
        answer = ", ".join(json.dumps(part) for part in (message["id"], error, value))
        await page.evaluate(f"{CHANNEL}.answer({answer})")


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"


class _Log:
    """The first lines of what the console got. Filled from any thread."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, message: ConsoleMessage) -> None:
        if len(self.lines) < _LONGEST_LOG:
            place = f" ({message.place})" if message.place is not None else ""
            self.lines.append(f"{message.source}: {message.level}: {message.text}{place}")
