"""What happens in a browser, as a stream. Ours."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeAlias

from engine.background_fetch import BackgroundFetchView
from engine.event_loop import Event
from engine.realms import ConsoleMessage
from engine.service_worker.concepts import WorkerState
from engine.window import FileDownload

if TYPE_CHECKING:
    from types import TracebackType

    from engine.security.permissions import PermissionState
    from engine.window import Page

MOST_EVENTS = 100_000
MOST_TEXT = 16 << 20
"""Bytes of console text."""


@dataclass(frozen=True, slots=True)
class PageOpened:
    """A page shows its first document. `page`: the same until it is closed."""

    url: str
    page: Page | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PageGone:
    """A page is gone; `url`: of its last document."""

    url: str
    page: Page | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ServiceWorkerChanged:
    """A service worker has another state."""

    scope: str
    script_url: str
    state: WorkerState


@dataclass(frozen=True, slots=True)
class PermissionChanged:
    """A permission has another state; `origin` is "*" where it is the default for all."""

    origin: str
    name: str
    state: PermissionState


BrowserEvent: TypeAlias = (
    PageOpened | PageGone | ServiceWorkerChanged | PermissionChanged | BackgroundFetchView | FileDownload | ConsoleMessage
)
"""A background fetch that looks different is its new view; what a script writes to the console is the message."""


class EventStream:
    """`browser.events()`: everything from that call on, in order; it ends when it or the browser is closed.

    async for event in browser.events(): ...

    What nobody has read yet is kept, but for what there is no end of: when MOST_EVENTS or MOST_TEXT wait, the next ones are lost,
    and a console message says how many.
    """

    def __init__(self, forget: Callable[[], object]) -> None:
        self._events: deque[BrowserEvent] = deque()
        self._text = 0
        """Bytes of console text among them."""
        self._lost = 0
        self._changed = Event()
        self._closed = False
        self._forget = forget

    def __repr__(self) -> str:
        return f"<EventStream {'closed' if self._closed else 'open'}, {len(self._events)} to be read>"

    def put(self, event: BrowserEvent) -> None:
        """(For the browser: it happened. On the browser's thread.)"""
        size = sys.getsizeof(event.text) if isinstance(event, ConsoleMessage) else 0
        if len(self._events) >= MOST_EVENTS or self._text + size > MOST_TEXT:
            self._lost += 1
            return
        self._events.append(event)
        self._text += size
        self._changed.set()

    def close(self) -> None:
        """Nothing more is put into it; what is in it can still be read."""
        if not self._closed:
            self._closed = True
            self._changed.set()
            self._forget()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BrowserEvent:
        while not self._events:
            if self._lost:
                lost, self._lost = self._lost, 0
                return ConsoleMessage("warn", f"{lost} events were lost: nobody read those before them in time", "browser")
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        event = self._events.popleft()
        if isinstance(event, ConsoleMessage):
            self._text -= sys.getsizeof(event.text)
        return event

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
