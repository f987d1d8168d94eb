"""https://wicg.github.io/background-fetch/#infrastructure: background fetches, their records and responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.event_loop import Event, Future

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.service_worker.concepts import Registration
    from engine.storage import StoredBody

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

    __slots__ = ("_followers", "body", "response", "result")

    def __init__(self) -> None:
        self.response: Response | None = None
        """https://wicg.github.io/background-fetch/#background-fetch-response-response: the head, without a body."""
        self.body: StoredBody | None = None
        self.result: RecordResult = ""
        self._followers: list[Future[None]] = []

    @property
    def exposed(self) -> bool:
        """https://wicg.github.io/background-fetch/#background-fetch-response-exposed"""
        return self.result in _EXPOSED

    @property
    def length(self) -> int:
        """https://wicg.github.io/background-fetch/#background-fetch-response-bytes: how many."""
        return 0 if self.body is None else self.body.length

    def settle(self, result: RecordResult) -> None:
        """Set the result, once: the first one stands."""
        if self.result == "":
            self.result = result
            self.tell_followers()

    def tell_followers(self) -> None:
        """That there is a response, or a result."""
        followers, self._followers = self._followers, []
        for follower in followers:
            if not follower.done():
                follower.set_result(None)

    async def changed(self, new_future: Callable[[], Future[Any]]) -> None:
        """Wait for the next change."""
        follower = new_future()
        self._followers.append(follower)
        await follower


@dataclass(slots=True, eq=False)
class BackgroundFetchRecord:
    """https://wicg.github.io/background-fetch/#background-fetch-record"""

    position: int
    request: Request
    request_body: StoredBody | None = None
    response_data: BackgroundFetchResponse = field(default_factory=BackgroundFetchResponse)
    attempts: int = 0
    """NB: how often it was tried without getting any further."""
    waiting_until: float | None = None
    """NB: when it is tried again, on the browser's clock; None: it is not waiting for that."""
    waiting_reason: str = ""


@dataclass(slots=True, eq=False)
class BackgroundFetch:
    """https://wicg.github.io/background-fetch/#background-fetch

    `number` and `unique_id` are ours: what the profile, and people, call it.
    """

    id: str
    registration: Registration
    records: list[BackgroundFetchRecord]
    storage_key: str
    creator: dict[str, Any]
    """NB: what is kept of who asked for it: origin, policy container. The specification forgets them (WICG/background-fetch#164)."""
    title: str = ""
    icons: list[Any] = field(default_factory=list)
    download_total: int = 0
    upload_total: int = 0
    uploaded: int = 0
    stored_body_bytes_total: int = 0
    """https://wicg.github.io/background-fetch/#background-fetch-stored-body-bytes-total, kept up to date as bytes come and go."""
    result: BackgroundFetchResult = ""
    failure_reason: BackgroundFetchFailureReason = ""
    records_available: bool = True
    paused: bool = False
    abort_all: bool = False
    unregistered: bool = False
    """NB: its registration has gone: it ends without events."""
    number: int = 0
    unique_id: str = ""
    created: float = 0.0
    event_due: bool = False
    running: set[BackgroundFetchRecord] = field(default_factory=set)
    _flags_changed: Event = field(default_factory=Event)
    _stoppers: list[Callable[[], object]] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        """Whether nothing may be transferred now."""
        return self.paused or self.abort_all

    @property
    def settled_records(self) -> int:
        return sum(1 for record in self.records if record.response_data.result not in ("", "redundant"))

    def set_paused(self, paused: bool) -> None:
        self.paused = paused
        self._tell()

    def set_abort_all(self) -> None:
        """https://wicg.github.io/background-fetch/#background-fetch-abort-all-flag"""
        self.abort_all = True
        self._tell()

    def when_stopped(self, stop: Callable[[], object]) -> Callable[[], None]:
        """https://infra.spec.whatwg.org/#abort-when: call `stop` when the paused or abort all flag is set. Returns what ends this."""
        self._stoppers.append(stop)
        return lambda: self._stoppers.remove(stop) if stop in self._stoppers else None

    async def may_go_on(self) -> None:
        """Wait until the paused flag is unset or the abort all flag set."""
        while self.paused and not self.abort_all:
            self._flags_changed.clear()
            await self._flags_changed.wait()

    def _tell(self) -> None:
        self._flags_changed.set()
        if self.stopped:
            for stop in list(self._stoppers):
                stop()
