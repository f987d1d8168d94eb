"""https://wicg.github.io/background-fetch/#background-fetch-display-algorithm

What people are shown, as a model: whoever renders it (a terminal, a page, a program) gets snapshots that never change,
and gives back what the user does: pause, resume, abort, click.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.event_loop import ParallelSteps, in_parallel
from engine.infra import parse_non_negative_integer

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchFailureReason, BackgroundFetchResult
    from engine.background_fetch.icons import Icon
    from engine.event_loop import Clock

State: TypeAlias = Literal["active", "paused", "offline", "waiting", "success", "failure", "aborted", "gone"]
"""active: bytes come, or are asked for · paused: until it is resumed · offline: until there is a network · waiting:
something failed and is tried again · success, failure, aborted: how it ended · gone: its registration was
unregistered."""

Action: TypeAlias = Literal["pause", "resume", "abort", "click"]

_FEW_RECORDS: Final = 64


@dataclass(frozen=True, slots=True)
class BackgroundFetchView:
    """A background fetch as people are shown it. Bytes, seconds; wall times are seconds since 1970."""

    number: int
    """What pause, resume, abort and click call it; it stays the same in a profile."""
    unique_id: str
    id: str
    """What its site calls it."""
    origin: str
    """https://wicg.github.io/background-fetch/#background-fetch-display-algorithm: to be shown prominently"""
    scope: str
    title: str
    icons: tuple[Icon, ...]
    state: State
    reason: str
    """Why it waits, or why it failed and what exactly: for people, never for scripts."""
    retry_at: float | None
    """Wall time of the next attempt while waiting; None: not known, or not waiting."""
    created: float
    downloaded: int
    download_total: int | None
    """What the site, or else the servers, say there will be; None: nobody knows."""
    uploaded: int
    upload_total: int
    records: int
    settled_records: int
    rate: float | None
    """Bytes downloaded in a second."""
    time_left: float | None
    failure_reason: BackgroundFetchFailureReason
    event_due: bool
    """Whether its service worker has still to hear, or to handle, how it ended, before the browser ends."""
    event_put_off: bool
    """Whether the worker could not be run, and will hear of it the next time that the browser starts."""
    actions: tuple[Action, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing is transferred any more."""
        return self.state in ("success", "failure", "aborted", "gone")

    @property
    def result(self) -> BackgroundFetchResult:
        """How it ended; empty while it has not."""
        if self.state == "success":
            return "success"
        return "failure" if self.is_over else ""

    @property
    def share(self) -> float | None:
        """How much of it is there, from 0 to 1; None when nobody knows."""
        total = (self.download_total or 0) + self.upload_total
        if self.state == "success":
            return 1.0
        if not total or self.download_total is None:
            return None
        return min(1.0, (self.downloaded + self.uploaded) / total)


def view_of(bg_fetch: BackgroundFetch, clock: Clock) -> BackgroundFetchView:
    """What to show of it now."""
    now = clock.now()
    state = state_of(bg_fetch)
    retry_at = _retry_at(bg_fetch) if state == "waiting" else None
    rate = bg_fetch.rate.bytes_per_second(now) if bg_fetch.rate is not None and state == "active" else None
    total = _download_total(bg_fetch)
    left = None if total is None or not rate else max(0, total - bg_fetch.stored_body_bytes_total) / rate
    return BackgroundFetchView(
        number=bg_fetch.number,
        unique_id=bg_fetch.unique_id,
        id=bg_fetch.id,
        origin=bg_fetch.storage_key,
        scope=bg_fetch.registration.scope,
        title=bg_fetch.title,
        icons=bg_fetch.fetched_icons,
        state=state,
        reason=_reason(bg_fetch, state),
        retry_at=None if retry_at is None else retry_at - now + clock.wall_time(),
        created=bg_fetch.created,
        downloaded=bg_fetch.stored_body_bytes_total,
        download_total=total,
        uploaded=bg_fetch.uploaded,
        upload_total=bg_fetch.upload_total,
        records=bg_fetch.record_count,
        settled_records=bg_fetch.settled,
        rate=rate,
        time_left=left,
        failure_reason=bg_fetch.failure_reason,
        event_due=bg_fetch.event_due and not bg_fetch.event_put_off and not bg_fetch.unregistered,
        event_put_off=bg_fetch.event_put_off,
        actions=_actions(bg_fetch, state),
    )


def state_of(bg_fetch: BackgroundFetch) -> State:
    """In which state it is for people."""
    if bg_fetch.unregistered:
        return "gone"
    if bg_fetch.result == "success":
        return "success"
    if bg_fetch.result == "failure":
        return "aborted" if bg_fetch.failure_reason == "aborted" else "failure"
    if bg_fetch.paused:
        return "paused"
    if bg_fetch.waiting and not bg_fetch.running:
        is_offline = all(record.waiting_until is None for record in bg_fetch.waiting)
        return "offline" if is_offline else "waiting"
    return "active"


def _reason(bg_fetch: BackgroundFetch, state: State) -> str:
    if state == "waiting":
        return next(record.waiting_reason for record in bg_fetch.waiting if record.waiting_until is not None)
    if state != "failure":
        return ""
    return ": ".join(part for part in (bg_fetch.failure_reason, bg_fetch.failure_details) if part)


def _retry_at(bg_fetch: BackgroundFetch) -> float | None:
    return min(record.waiting_until for record in bg_fetch.waiting if record.waiting_until is not None)


def _download_total(bg_fetch: BackgroundFetch) -> int | None:
    if bg_fetch.download_total:
        return bg_fetch.download_total
    if bg_fetch.result == "success":
        return bg_fetch.stored_body_bytes_total
    if len(bg_fetch.records) > _FEW_RECORDS or not bg_fetch.records:
        return None
    # NB: what the servers say; not to be shown to scripts.
    total = 0
    for record in bg_fetch.records:
        data = record.response_data
        if data.result != "":
            total += data.length
            continue
        if data.response is None:
            return None
        headers = data.response.unsafe_response().header_list
        length = parse_non_negative_integer(headers.get(b"Content-Length") or b"")
        if length is None or headers.contains(b"Content-Encoding"):
            return None
        total += length
    return total


def _actions(bg_fetch: BackgroundFetch, state: State) -> tuple[Action, ...]:
    if state == "gone":
        return ()
    if bg_fetch.result != "":
        return ("click",)
    if state == "paused":
        return ("resume", "abort", "click")
    return ("pause", "abort", "click") if bg_fetch.can_be_paused else ("abort", "click")


Observer: TypeAlias = Callable[[BackgroundFetchView], object]


class Display:
    """Tells observers of every change: of another state at once, of progress once per `interval` (seconds)."""

    def __init__(self, clock: Clock, interval: float) -> None:
        self._clock = clock
        self._interval = interval
        self._observers: list[Observer] = []
        self._shown: dict[BackgroundFetch, _Shown] = {}

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer`, on the browser's thread, with every new view. Returns what ends this."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer) if observer in self._observers else None

    def changed(self, bg_fetch: BackgroundFetch, *, at_once: bool = False) -> None:
        """Something of it looks different now. `at_once`: to be shown even if its state is the same."""
        if not self._observers:
            return
        shown = self._shown.get(bg_fetch)
        if shown is None:
            shown = self._shown[bg_fetch] = _Shown()
        wait = shown.next_time - self._clock.now()
        if at_once or wait <= 0 or state_of(bg_fetch) != shown.state:
            self._show(bg_fetch, shown)
        elif shown.timer is None:
            shown.timer = in_parallel(self._show_later(bg_fetch, shown, wait), "waiting to show progress")

    def forget(self, bg_fetch: BackgroundFetch) -> None:
        """It will not change any more."""
        shown = self._shown.pop(bg_fetch, None)
        if shown is not None and shown.timer is not None:
            shown.timer.cancel()

    def close(self) -> None:
        """Show nothing more."""
        for bg_fetch in list(self._shown):
            self.forget(bg_fetch)
        self._observers.clear()

    async def _show_later(self, bg_fetch: BackgroundFetch, shown: _Shown, wait: float) -> None:
        await self._clock.sleep(wait)
        shown.timer = None
        self._show(bg_fetch, shown)

    def _show(self, bg_fetch: BackgroundFetch, shown: _Shown) -> None:
        if shown.timer is not None:
            shown.timer.cancel()
            shown.timer = None
        shown.state = state_of(bg_fetch)
        shown.next_time = self._clock.now() + self._interval
        view = view_of(bg_fetch, self._clock)
        for observer in list(self._observers):
            observer(view)


@dataclass(slots=True)
class _Shown:
    state: State | None = None
    next_time: float = 0.0
    timer: ParallelSteps[None] | None = None
