"""The browser of tests/engine/service_worker, with background fetches."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.background_fetch import BackgroundFetches

_file = Path(__file__).parents[2] / "engine" / "service_worker" / "conftest.py"
_spec = importlib.util.spec_from_file_location("browser_with_background_fetches", _file)
assert _spec is not None and _spec.loader is not None
_module = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

WORKER = """
  const report = (...values) => fetch('/report', { method: 'POST', body: JSON.stringify(values) });
  const shown = (registration) => {
    const result = {};
    for (const name in registration) if (typeof registration[name] !== 'function') result[name] = registration[name];
    return result;
  };
  const settled = async (record) => {
    try {
      const response = await record.responseReady;
      return { url: record.request.url, status: response.status, text: await response.text() };
    } catch (error) {
      return { url: record.request.url, error: error.name };
    }
  };
  for (const type of ['backgroundfetchsuccess', 'backgroundfetchfail', 'backgroundfetchabort', 'backgroundfetchclick']) {
    addEventListener(type, (event) => event.waitUntil((async () => {
      const records = event.registration.recordsAvailable ? await event.registration.matchAll() : [];
      await report(event.type, event.constructor.name, shown(event.registration), await Promise.all(records.map(settled)));
    })()));
  }
"""


class World:
    """A page, a worker that reports its events, and the browser around them."""

    def __init__(self, browser: Any, fetches: BackgroundFetches) -> None:
        self.browser = browser
        self.fetches = fetches
        self.reports: list[Any] = []
        self.page: Any = None

    async def set_up(self, more: str = "") -> Any:
        def remember(sent: Any) -> str:
            self.reports.append(json.loads(sent.body))
            return ""

        self.browser.transport.route("https://example.test/report", remember)
        self.page, _ = await self.browser.install(WORKER + more)
        await self.page.settled("navigator.serviceWorker.getRegistration().then((r) => { bgf = r.backgroundFetch })")
        return self.page

    async def has(self, script: str, wanted: Any = True, page: Any = None) -> None:
        """Wait until the expression `script` is `wanted` in the page, while time passes."""
        value: Any = None

        async def becomes() -> None:
            nonlocal value
            while (value := await (page or self.page).run(script)) != wanted:
                self.browser.clock.advance(0.02)
                await asyncio.sleep(0.001)

        try:
            await asyncio.wait_for(becomes(), 10)
        except TimeoutError:
            raise AssertionError(f"{script} is {value!r}, not {wanted!r}") from None

    async def report(self, count: int = 1) -> Any:
        """The newest of so many reports of the worker."""
        await self.browser.until(lambda: len(self.reports) >= count)
        return self.reports[count - 1]


@contextlib.asynccontextmanager
async def a_world(**options: Any) -> AsyncIterator[World]:
    async with _module.a_browser(**options) as browser:
        fetches = browser.user_agent.background_fetches = BackgroundFetches(browser.user_agent)
        await fetches.start()
        world = World(browser, fetches)
        try:
            yield world
        finally:
            await fetches.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with a_world() as it:
        await it.set_up()
        yield it


@pytest.fixture
def new_world() -> Callable[..., contextlib.AbstractAsyncContextManager[World]]:
    return a_world
