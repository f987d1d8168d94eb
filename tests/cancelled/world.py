"""A browser on a network in memory, and what has to hold in it when it has come to rest."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from engine import Browser
from engine.browser.errors import BrowserFailed
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport, SentRequest
from engine.storage import Index, disk_verb
from engine.window import Page
from tests.cancelled.disturbing import How
from tests.cancelled.patience import STILL, Patience, has_ended

SITE: Final = "https://site.test"
GRANTED: Final = {"background-fetch": "granted"}

WORKER: Final = """
oninstall = (e) => e.waitUntil(skipWaiting());
onactivate = (e) => e.waitUntil(clients.claim());
onfetch = (e) => {
  const url = new URL(e.request.url);
  if (url.pathname.startsWith("/answered/")) {
    e.respondWith(caches.open("worker").then((cache) => cache.match("/none")).then(() => new Response("answer " + url.search)));
    e.waitUntil(new Promise((resolve) => setTimeout(resolve, 1)));
  }
};
onbackgroundfetchsuccess = onbackgroundfetchfail = onbackgroundfetchabort = (e) => e.waitUntil(
  caches.open("ends").then((cache) => cache.put("/" + e.registration.id, new Response(e.type))));
"""


class Broken(AssertionError):
    """What does not hold."""


class World:
    """One browser, entered by `begin`, left by `end`."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.transport = FakeTransport()
        self.versions: dict[str, int] = {}
        self.held = Event()
        """Until this is set, what is under /held/ does not come to its end."""
        self.large_pieces: list[Any] = [b"x" * 100_000, 0.005, b"y" * 100_000, 0.005, b"z" * 10]
        self.transport.route("*", self._answer)
        self.browser: Browser
        self.page: Page
        self._before: tuple[list[str], list[str]] | None = None
        # NB: what a world before this one has left, which was broken, is not this one's.
        self._threads_at_first = set(threading.enumerate())
        self._descriptors_at_first = set(descriptors())
        self._tasks_at_first = asyncio.all_tasks()
        self._ending: asyncio.Task[None] | None = None

    def _answer(self, sent: SentRequest) -> FakeResponse:
        path = sent.url.removeprefix(SITE)
        if path.endswith("/sw.js"):
            text = f"{WORKER}// {self.versions.get(path, 0)}".encode()
            return FakeResponse(text, headers=[(b"Content-Type", b"text/javascript"), (b"Cache-Control", b"no-store")])
        if path.startswith("/large/"):
            return FakeResponse(list(self.large_pieces))
        if path.startswith("/held/"):
            return FakeResponse([b"x" * 100_000, self.held, b"y" * 100_000])
        if path.startswith("/file/"):
            return FakeResponse(b"file " + path.encode() * 20)
        return FakeResponse(b"<title>page</title>", headers=[(b"Content-Type", b"text/html")])

    def new_browser(self) -> Browser:
        return Browser(profile=self.profile, transport=self.transport, permissions=dict(GRANTED))

    async def begin(self) -> World:
        self.browser = await self.new_browser().__aenter__()
        self.page = await self.browser.open(f"{SITE}/")
        await self.page.evaluate(
            """async () => {
              await navigator.serviceWorker.register('/sw.js');
              if (navigator.serviceWorker.controller === null) {
                await new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve });
              }
            }"""
        )
        return self

    async def end(self) -> None:
        """Raises Broken when it does not end, or the engine was wrong."""
        await within("the browser does not end", self._end())

    async def _end(self) -> None:
        try:
            await self.browser.__aexit__(None, None, None)
        except BrowserFailed as failure:
            raise Broken(f"{failure}: {failure.__cause__!r}") from failure

    # What is done to it --------------------------------------------------------------------------------------------

    def disturbance(self, how: How) -> Callable[[asyncio.Task[Any]], object]:
        """What is done while a task waits."""
        match how:
            case "cancelled":
                return lambda task: task.cancel()
            case "stopped":
                return lambda task: self.browser.service_workers.stop_workers()
            case "left":
                return lambda task: self._begin(self.page.close())
            case "closed":
                return lambda task: self._begin(self._end())
            case "paused":
                return lambda task: self._begin(self._pause_and_resume())
            case "aborted":
                return lambda task: self._begin(self._abort())

    async def _pause_and_resume(self) -> None:
        for handle in self.browser.background_fetches():
            if await handle.pause():
                await handle.resume()

    async def _abort(self) -> None:
        for handle in self.browser.background_fetches():
            await handle.abort()

    def _begin(self, steps: Coroutine[Any, Any, None]) -> None:
        self._ending = asyncio.get_running_loop().create_task(steps)

    async def come_to_rest_after(self, how: How) -> None:
        """Wait until that is over, and make good what was meant to be lost: the page, the browser. Raises Broken."""
        if self._ending is None:
            try:
                await self.rest()
            except Exception:
                # NB: it may have come only now.
                if self._ending is None:
                    raise
        if self._ending is None:
            return
        await within(f"what is {how} does not end", self._ending)
        self._ending = None
        if how == "closed":
            await self._until_all_has_ended()
            await self.begin()
        elif how == "left":
            self.page = await self.browser.open(f"{SITE}/")
        await self.rest()

    async def _until_all_has_ended(self) -> None:
        patience = Patience()
        while left := self._what_goes_on():
            if patience.is_over:
                raise Broken(f"after the browser has been closed {left}")
            await asyncio.sleep(0.001)

    def _what_goes_on(self) -> str:
        if left := self._threads():
            return f"there are the threads {left}"
        tasks = asyncio.all_tasks() - self._tasks_at_first - {asyncio.current_task()}
        return f"there are the tasks {tasks}" if tasks else ""

    # What has to hold ----------------------------------------------------------------------------------------------

    async def rest(self) -> None:
        """Wait until nothing is under way, and look whether all is as it was before. Raises Broken."""
        self.held.set()
        for handle in self.browser.background_fetches():
            await within("a background fetch is not resumed", handle.resume())
        await self._until(self._what_is_under_way)
        await self.browser._background_fetches.downloads.ledger.write()
        self._check_what_is_shared()
        self.browser.service_workers.stop_workers()
        await self._until(self._what_is_under_way)
        gc.collect()
        await self._check_the_profile()
        if self._before is None:
            await self._until(lambda: "workers run" if any(name.startswith("service worker") for name in self._threads()) else "")
            self._before = self._handles()
        else:
            await self._until(self._what_is_left)
        if self.browser._bug is not None:
            raise Broken(f"a fault of ours: {self.browser._bug!r}") from self.browser._bug

    async def _until(self, what_is_wrong: Callable[[], str]) -> None:
        patience = Patience()
        while wrong := what_is_wrong():
            if self._ending is not None:
                raise Broken("something has been done to it meanwhile")
            if self.browser._bug is not None:
                raise Broken(f"a fault of ours: {self.browser._bug!r}") from self.browser._bug
            if patience.is_over:
                raise Broken(f"for {STILL:g} s: {wrong}")
            await asyncio.sleep(0.001)

    def _what_is_under_way(self) -> str:
        workers, fetches = self.browser.service_workers, self.browser._background_fetches
        downloads = fetches.downloads
        for what, is_so in {
            "jobs": workers.job_queues,
            "registrations are saved": workers.saving.is_under_way,
            "events": any(running.pending for running in workers.room.running),
            "starts": workers.room._let_in or any(running for running in workers.room.running if not running.started),
            "steps of workers": workers._steps,
            "background fetches": [handle for handle in fetches.handles() if not handle.view.is_over or handle.view.event_due],
            "steps of background fetches": downloads._steps,
            "edit queues": [state for state in downloads._states.values() if state.edit_queue.locked() or state.beginning],
            "scripts": self.browser.is_busy,
        }.items():
            if is_so:
                return f"{what}: {is_so}"
        return ""

    def _check_what_is_shared(self) -> None:
        workers, downloads = self.browser.service_workers, self.browser._background_fetches.downloads
        limits = self.browser._background_fetch_limits
        ledger = downloads.ledger
        for what, is_wrong in {
            "starts of workers that are not given back": workers.room._starts._value != workers.settings.maximum_starting,
            "turns that are not given back": downloads.turns._free != limits.transfers_in_all or downloads.turns._taken,
            "waits for turns": downloads.turns._waiting,
            "notes that nobody writes": ledger._behind.notes or ledger._behind._writing.locked(),
            "rooms": [bg for bg in downloads._by_number.values() if bg.room._value != 8 or bg.running or bg.waiting],
            "orders of messages": [
                worker for registration in workers.living_registrations for worker in registration.workers if worker.message_order.locked()
            ],
        }.items():
            if is_wrong:
                raise Broken(f"{what}: {is_wrong}")

    async def _check_the_profile(self) -> None:
        patience = Patience()
        # NB: files go once the transaction that forgets them is over.
        while wrong := await self.browser.user_agent.storage.run(_what_is_wrong_in_the_profile):
            if patience.is_over:
                raise Broken(wrong)

    def _handles(self) -> tuple[list[str], list[str]]:
        return sorted(name for _, name in set(descriptors()) - self._descriptors_at_first), self._threads()

    def _threads(self) -> list[str]:
        """The names of those that have begun since, but for pools, which grow with what they are given."""
        begun = set(threading.enumerate()) - self._threads_at_first
        return sorted(each.name for each in begun if not each.name.startswith(("bodies", "asyncio")))

    def _what_is_left(self) -> str:
        assert self._before is not None
        if not self._what_is_under_way():
            # What was still on its way from a script may have started one again.
            self.browser.service_workers.stop_workers()
        now = self._handles()
        return "" if now == self._before else f"descriptors and threads are {now}, and were {self._before}"


@disk_verb
def _what_is_wrong_in_the_profile(index: Index) -> str:
    index.reclaim()
    index.bodies.wait_for_removals()
    sizes = index.bodies.sizes()
    rows = dict(index.rows("SELECT id, size FROM bodies"))
    # NB: a row that promises no byte needs no file.
    short = {number: (size, sizes.get(number)) for number, size in rows.items() if sizes.get(number, 0) < size}
    if short:
        return f"rows without their bytes (number: bytes in the row, in the file): {short}"
    ownerless = set(sizes) - set(rows) - set(index.bodies.alive.keys())
    return f"files without rows: {ownerless}" if ownerless else ""


def descriptors() -> list[tuple[str, str]]:
    """What is open: its number, and its name where the system tells it."""
    found = []
    for number in os.listdir("/dev/fd"):  # noqa: PTH208  # it may be gone before it is asked
        try:
            found.append((number, str(Path(f"/proc/self/fd/{number}").readlink())))
        except OSError:
            if Path(f"/dev/fd/{number}").exists():
                found.append((number, number))
    # NB: SQLite keeps a file of its own for savepoints, once it has had one.
    return [(number, name) for number, name in found if "/etilqs_" not in name]


async def within(what: str, steps: Any) -> Any:
    """Their result; Broken when they take too long."""
    task = asyncio.ensure_future(steps)
    if not await has_ended(task, Patience()):
        task.cancel()
        raise Broken(f"{what}: it hangs")
    return task.result()
