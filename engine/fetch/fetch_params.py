"""https://fetch.spec.whatwg.org/#fetch-params"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.fetch.controller import FetchController
from engine.fetch.timing_info import FetchTimingInfo

if TYPE_CHECKING:
    from engine.fetch.user_agent import UserAgent
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.http.response import Response


@dataclass(slots=True)
class FetchParams:
    """https://fetch.spec.whatwg.org/#fetch-params

    Without "process response" and its like: those who fetch await the controller's response and pull its body. Without
    a task
    destination: an op's return is the task.
    """

    request: Request
    user_agent: UserAgent
    controller: FetchController = field(default_factory=FetchController)
    timing_info: FetchTimingInfo = field(default_factory=FetchTimingInfo)
    process_request_body_chunk_length: Callable[[int], object] | None = None
    process_request_end_of_body: Callable[[], object] | None = None
    process_early_hints_response: Callable[[HeaderList], object] | None = None
    preloaded_response_candidate: Response | None = None
    cross_origin_isolated_capability: bool = False
    main_fetch: Callable[[FetchParams], Awaitable[Response]] | None = None
    """Ours: what whoever fetches something else for this fetch begins, the HTTP cache to revalidate."""

    @property
    def cancelled(self) -> bool:
        """https://fetch.spec.whatwg.org/#fetch-params-canceled"""
        return self.controller.state != "ongoing"

    @property
    def aborted(self) -> bool:
        """https://fetch.spec.whatwg.org/#fetch-params-aborted"""
        return self.controller.state == "aborted"

    def appropriate_network_error(self) -> Response:
        """https://fetch.spec.whatwg.org/#appropriate-network-error"""
        return self.controller.appropriate_network_error()

    def now(self) -> float:
        """The shared current time, in milliseconds."""
        return self.user_agent.clock.now() * 1000

    def with_request(self, request: Request) -> FetchParams:
        """A copy for another request."""
        # OPTIMIZATION: by position, as shallow_copy has it; each fetch does this twice.
        return FetchParams(request, *_get_other_slots(self))


_get_other_slots = attrgetter(*tuple(FetchParams.__dataclass_fields__)[1:])
