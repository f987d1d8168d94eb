"""https://fetch.spec.whatwg.org/#fetch-params and fetch timing info"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.fetch.controller import FetchController

if TYPE_CHECKING:
    from engine.fetch.user_agent import UserAgent
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.http.response import Response


@dataclass(slots=True)
class FetchTimingInfo:
    """https://fetch.spec.whatwg.org/#fetch-timing-info

    Milliseconds of the user agent's clock.

    FIXME: connection timing and server timing; nobody reads them here.
    """

    start_time: float = 0
    redirect_start_time: float = 0
    redirect_end_time: float = 0
    post_redirect_start_time: float = 0
    final_service_worker_start_time: float = 0
    final_network_request_start_time: float = 0
    first_interim_network_response_start_time: float = 0
    final_network_response_start_time: float = 0
    end_time: float = 0
    service_worker_timing_info: object | None = None
    render_blocking: bool = False


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
