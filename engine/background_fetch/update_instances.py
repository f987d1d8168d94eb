"""https://wicg.github.io/background-fetch/#update-background-fetch-instance-algorithm

NB: the text has progress events "debounced like mouse moves" as an open issue: so they are. A realm gets at most one update
per interval, always with the newest figures, and never has more than one waiting; the one that says how the fetch ended
comes at once and is never left out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from engine.event_loop import ParallelSteps, TimedOut, gather, in_parallel, timeout_after

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads
    from engine.event_loop import Future
    from engine.infra.sentinels import Record
    from engine.realms import Environment

PATIENCE_WITH_REALMS: Final = 1.0
"""Seconds."""


def update_background_fetch_instances(bg_fetch: BackgroundFetch, *, at_once: bool = False) -> None:
    """https://wicg.github.io/background-fetch/#update-background-fetch-instances

    `at_once` is ours: this is news that must not wait, and not be left out.
    """
    # 6. NB: the environments that hold an instance, and no others, have something to update; 6.1 is theirs.
    for instance in list(bg_fetch.instances.values()):
        instance.update(at_once)


def add_instance(downloads: Downloads, environment: Environment, number: int) -> None:
    """A realm has made its instance of a background fetch. From now on it hears of everything.

    https://wicg.github.io/background-fetch/#get-a-backgroundfetchregistration-instance
    """
    bg_fetch = downloads.of_number(number, environment)
    if downloads.closed or environment.destroyed:
        return
    if bg_fetch is None:
        # It went before the instance was there.
        tell_the_realm_that_it_is_gone(environment, number)
        return
    instance = bg_fetch.instances.get(environment)
    if instance is None:
        instance = made = InstanceUpdates(downloads, bg_fetch, environment)
        if bg_fetch.records_available:
            bg_fetch.instances[environment] = made
            made.forget_with_environment = environment.when_destroyed(lambda: _forget_instance(bg_fetch, environment))
    # What has changed since the snapshot was taken.
    instance.update(at_once=True)


def forget_instances(bg_fetch: BackgroundFetch) -> None:
    """Nothing more is to be said of it."""
    for environment in list(bg_fetch.instances):
        _forget_instance(bg_fetch, environment)


async def wait_until_everybody_has_heard(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """Return when the realms that have an instance have seen to all that was queued for them, and asked what they ask then. Ours.

    One that is busy, or goes away, is waited for no longer than `PATIENCE_WITH_REALMS`.
    """
    with suppress(TimedOut):
        async with timeout_after(downloads.clock, PATIENCE_WITH_REALMS):
            await gather(*(_hearing(environment) for environment in bg_fetch.instances))


def _hearing(environment: Environment) -> Future[None]:
    browser_thread = environment.agent.browser_thread
    heard: Future[None] = browser_thread.new_future()
    environment.queue_a_global_task("background fetch task source", lambda: browser_thread.resolve(heard, None))
    return heard


def _forget_instance(bg_fetch: BackgroundFetch, environment: Environment) -> None:
    instance = bg_fetch.instances.pop(environment, None)
    if instance is not None:
        instance.end()


def tell_the_realm_that_it_is_gone(environment: Environment, number: int) -> None:
    """The background fetch that a realm calls `number` has gone with its registration. Ours."""
    bindings = environment.bindings
    environment.queue_a_global_task(
        "background fetch task source", lambda: bindings.upcall("up_background_fetch_gone", number)
    )


def snapshot(bg_fetch: BackgroundFetch) -> Record:
    """Steps 1 to 5: what a BackgroundFetchRegistration shows"""
    return {
        "number": bg_fetch.number,
        "id": bg_fetch.id,
        "uploadTotal": bg_fetch.upload_total,
        "uploaded": bg_fetch.uploaded,
        "downloadTotal": bg_fetch.download_total,
        "downloaded": bg_fetch.stored_body_bytes_total,
        "result": bg_fetch.result,
        "failureReason": bg_fetch.failure_reason,
        "recordsAvailable": bg_fetch.records_available,
    }


class InstanceUpdates:
    """The updates of the one instance that an environment has of a background fetch. Ours."""

    __slots__ = (
        "_bg_fetch",
        "_downloads",
        "_environment",
        "_is_queued",
        "_is_wanted",
        "_next_time",
        "_timer",
        "forget_with_environment",
    )

    def __init__(self, downloads: Downloads, bg_fetch: BackgroundFetch, environment: Environment) -> None:
        self._downloads = downloads
        self._bg_fetch = bg_fetch
        self._environment = environment
        self._next_time = 0.0
        self._timer: ParallelSteps[None] | None = None
        self.forget_with_environment: Callable[[], object] = lambda: None
        """Undoes that it ends with its environment."""
        self._is_queued = False  # a task that has not run
        self._is_wanted = False  # there are newer figures than that task has

    def update(self, at_once: bool = False) -> None:
        """Let the instance have the figures of now, soon."""
        if at_once:
            self._queue()
        elif self._is_queued:
            self._is_wanted = True
        elif self._timer is None:
            wait = self._next_time - self._downloads.clock.now()
            if wait > 0:
                self._timer = in_parallel(self._update_later(wait), "waiting to tell of progress")
            else:
                self._queue()

    def end(self) -> None:
        """The environment is gone, or the browser closes, or there is nothing more to say."""
        self.forget_with_environment()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _update_later(self, wait: float) -> None:
        await self._downloads.clock.sleep(wait)
        self._timer = None
        self.update()

    def _queue(self) -> None:
        environment, figures, number = self._environment, snapshot(self._bg_fetch), self._bg_fetch.number
        browser_thread = environment.agent.browser_thread
        self._is_queued, self._is_wanted = True, False

        def steps() -> None:
            # 6.2–6.10. Update the instance, in its realm.
            environment.bindings.upcall("up_background_fetch_update", number, figures)
            browser_thread.post(self._task_has_run)

        environment.queue_a_global_task("background fetch task source", steps)

    def _task_has_run(self) -> None:
        self._is_queued = False
        self._next_time = self._downloads.clock.now() + self._downloads.update_interval
        if self._is_wanted:
            self._is_wanted = False
            self.update()
