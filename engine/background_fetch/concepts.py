"""https://wicg.github.io/background-fetch/#infrastructure: background fetches, their records and responses."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias, TypeVar

from engine.event_loop import Event, Interrupted, Interruption, Lock, Semaphore

if TYPE_CHECKING:
    from engine.background_fetch.icons import Icon
    from engine.background_fetch.rate import Rate
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.infra.sentinels import WireValue
    from engine.realms import Environment
    from engine.service_worker.concepts import Registration
    from engine.storage import StoredBody

T = TypeVar("T")

TRANSFERS_AT_ONCE: Final = 8
"""So many records of one fetch are transferred at once, or wait for a turn."""

BackgroundFetchResult: TypeAlias = Literal["", "success", "failure"]
"""https://wicg.github.io/background-fetch/#enumdef-backgroundfetchresult"""

BackgroundFetchFailureReason: TypeAlias = Literal[
    "", "aborted", "bad-status", "fetch-error", "quota-exceeded", "download-total-exceeded"
]
"""https://wicg.github.io/background-fetch/#enumdef-backgroundfetchfailurereason"""

RecordResult: TypeAlias = Literal[
    "", "success", "redundant", "aborted", "bad-status", "fetch-error", "quota-exceeded", "download-total-exceeded"
]
"""https://wicg.github.io/background-fetch/#background-fetch-response-result"""

_EXPOSED: frozenset[RecordResult] = frozenset({"", "success", "bad-status"})


class BackgroundFetchResponse:
    """https://wicg.github.io/background-fetch/#background-fetch-response

    Its bytes are a stored body, which grows while they arrive.
    """

    __slots__ = ("_change", "body", "reason", "response", "result")

    def __init__(self) -> None:
        self.response: Response | None = None
        """https://wicg.github.io/background-fetch/#background-fetch-response-response: the head, without a body."""
        self.body: StoredBody | None = None
        """https://wicg.github.io/background-fetch/#background-fetch-response-bytes; None as long as there are none, or
        if the response has no body."""
        self.result: RecordResult = ""
        self.reason = ""
        """NB: why it failed, for people; scripts never see it."""
        self._change: Event | None = None

    @property
    def exposed(self) -> bool:
        """https://wicg.github.io/background-fetch/#background-fetch-response-exposed"""
        return self.result in _EXPOSED

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return 0 if self.body is None else self.body.length

    def settle(self, result: RecordResult, reason: str = "") -> None:
        """Set the result, once: the first one stands. Who reads bytes that are not exposed any more learns of it."""
        if self.result != "":
            return
        self.result = result
        self.reason = reason
        body = self.body
        if not self.exposed and body is not None and body.state == "growing":
            body.end("failed", why_bytes_end(result), aborted=result == "aborted")
        self.tell_followers()

    def tell_followers(self) -> None:
        """There is a response, or a result."""
        change, self._change = self._change, None
        if change is not None:
            change.set()

    async def changed(self) -> None:
        """Wait for the next change."""
        if self._change is None:
            self._change = Event()
        await self._change.wait()


def why_bytes_end(result: RecordResult) -> str:
    """What the readers of a response that did not succeed are told."""
    if result == "aborted":
        return "the background fetch was aborted"
    if result == "redundant":
        return "the download began anew; match() gives the new response"
    return f"the download failed: {result}"


@dataclass(slots=True, eq=False)
class BackgroundFetchRecord:
    """https://wicg.github.io/background-fetch/#background-fetch-record

    What follows `response_data` is ours. The request has neither client nor origin nor policies: these are the
    creator's, for all records of a fetch.
    """

    position: int
    request: Request
    request_body: StoredBody | None = None
    response_data: BackgroundFetchResponse = field(default_factory=BackgroundFetchResponse)
    attempts: int = 0
    """How often it was tried since it last got any further; for one that is not repeated, 1 once it was sent."""
    restarts: int = 0
    """How often bytes that had come were thrown away, in this run of the browser."""
    waited: float = 0.0
    """Seconds that were waited between those attempts, in this run of the browser."""
    transmitted: int = 0
    """How much of its body counts as uploaded."""
    waiting_until: float | None = None
    """When it is tried again, on the browser's clock; None: it is not waiting for that."""
    waiting_reason: str = ""

    @property
    def is_get(self) -> bool:
        """Whether it may be repeated."""
        return self.request.method == "GET"

    def fail(self, reason: str) -> None:
        """It ends here; `reason` is for people."""
        self.response_data.settle("fetch-error", reason)


class Instance(Protocol):
    """What brings the figures of a background fetch to the instance that an environment has of it. Ours."""

    def update(self, at_once: bool = False) -> None: ...

    def end(self) -> None: ...


@dataclass(slots=True, eq=False)
class BackgroundFetch:
    """https://wicg.github.io/background-fetch/#background-fetch

    `number` is what the profile and realms call it, `unique_id` what people do: ours. What follows it is too.
    """

    id: str
    registration: Registration
    records: list[BackgroundFetchRecord]
    storage_key: str
    creator: dict[str, Any]
    """NB: what is kept of who asked for it: origin and policy container. The specification forgets them
    (WICG/background-fetch#164)."""
    title: str = ""
    icons: list[WireValue] = field(default_factory=list)
    """ImageResource dictionaries; `src` is absolute."""
    download_total: int = 0
    upload_total: int = 0
    uploaded: int = 0
    stored_body_bytes_total: int = 0
    """https://wicg.github.io/background-fetch/#background-fetch-stored-body-bytes-total, kept up to date as bytes come
    and go."""
    result: BackgroundFetchResult = ""
    failure_reason: BackgroundFetchFailureReason = ""
    records_available: bool = True
    paused: bool = False
    abort_all: bool = False
    number: int = 0
    unique_id: str = ""
    created: float = 0.0
    unregistered: bool = False
    """Its registration has gone: it ends without events."""
    event_due: bool = False
    event_put_off: bool = False
    """Its worker could not be run: it hears how this ended the next time that the browser starts."""
    failure_details: str = ""
    """Which record failed first, and why, for people."""
    settled: int = 0
    """How many records have their result."""
    record_count: int = 0
    """How many there are, or were when they were available."""
    running: set[BackgroundFetchRecord] = field(default_factory=set)
    """Those that are being transferred now."""
    waiting: set[BackgroundFetchRecord] = field(default_factory=set)
    """Those that will be tried again later."""
    instances: dict[Environment, Instance] = field(default_factory=dict)
    fetched_icons: tuple[Icon, ...] = ()
    rate: Rate | None = None
    room: Semaphore = field(default_factory=lambda: Semaphore(TRANSFERS_AT_ONCE))
    """Taken by each record that is transferred or waits for its turn, so that no fetch takes all turns."""
    _not_repeatable: list[BackgroundFetchRecord] | None = None
    _flags_changed: Event = field(default_factory=Event)
    _stoppers: dict[int, Callable[[], object]] = field(default_factory=dict)
    _next_stopper: int = 0

    @property
    def stopped(self) -> bool:
        """Whether nothing may be transferred now."""
        return self.paused or self.abort_all

    @property
    def can_be_paused(self) -> bool:
        """https://wicg.github.io/background-fetch/#background-fetch-display-algorithm: only if all records are GET, as
        others are not repeated. NB: what has its result does not count any more."""
        if self._not_repeatable is None:
            # OPTIMIZATION: asked at every step of the progress, also of ten thousand records.
            self._not_repeatable = [record for record in self.records if not record.is_get]
        return self.result == "" and all(record.response_data.result != "" for record in self._not_repeatable)

    def set_paused(self, paused: bool) -> None:
        """https://wicg.github.io/background-fetch/#background-fetch-paused-flag"""
        self.paused = paused
        self._tell()

    def set_abort_all(self) -> None:
        """https://wicg.github.io/background-fetch/#background-fetch-abort-all-flag"""
        self.abort_all = True
        self._tell()

    def when_stopped(self, stop: Callable[[], object]) -> Callable[[], None]:
        """Call `stop` when the paused or the abort all flag is set. Returns what ends this."""
        self._next_stopper += 1
        key = self._next_stopper
        self._stoppers[key] = stop
        return lambda: self._forget_stopper(key)

    def _forget_stopper(self, key: int) -> None:
        self._stoppers.pop(key, None)

    async def unless_stopped(self, steps: Coroutine[Any, Any, T]) -> T | None:
        """https://infra.spec.whatwg.org/#abort-when: run `steps`, but no longer than until a flag is set

        Returns what they return; None when they were stopped, once they have cleaned up after themselves.
        """
        interruption = Interruption()
        forget = self.when_stopped(interruption)
        try:
            return await interruption.over(steps)
        except Interrupted:
            return None
        finally:
            forget()

    async def may_go_on(self) -> None:
        """Wait until the paused flag is unset or the abort all flag set."""
        while self.paused and not self.abort_all:
            self._flags_changed.clear()
            await self._flags_changed.wait()

    def _tell(self) -> None:
        self._flags_changed.set()
        if self.stopped:
            for stop in list(self._stoppers.values()):
                stop()


@dataclass(slots=True, eq=False)
class RegistrationState:
    """https://wicg.github.io/background-fetch/#service-worker-registration-concept-extensions"""

    active: dict[str, BackgroundFetch] = field(default_factory=dict)
    """https://wicg.github.io/background-fetch/#service-worker-registration-active-background-fetches"""
    edit_queue: Lock = field(default_factory=Lock)
    """https://wicg.github.io/background-fetch/#service-worker-registration-active-background-fetches-edit-queue"""
    shown: dict[int, BackgroundFetch] = field(default_factory=dict)
    """Ours: all of its background fetches that are known, by their numbers."""
    beginning: set[str] = field(default_factory=set)
    """Ours: the ids of those whose request bodies are being stored."""
