"""https://fetch.spec.whatwg.org/#fetch-timing-info"""

from __future__ import annotations

from dataclasses import dataclass


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
