"""https://fetch.spec.whatwg.org/#concept-fetch-record: what an environment has under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from engine.http.request import Request


class OngoingFetch(Protocol):
    """https://fetch.spec.whatwg.org/#fetch-controller, as far as environments need it."""

    def terminate(self) -> None: ...


class FetchRecord(NamedTuple):
    """https://fetch.spec.whatwg.org/#concept-fetch-record"""

    request: Request
    controller: OngoingFetch | None
