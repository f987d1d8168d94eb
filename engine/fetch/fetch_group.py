"""https://fetch.spec.whatwg.org/#fetch-groups: what an environment has under way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.http.fetch_record import FetchRecord


def terminate_a_fetch_group(fetch_group: Iterable[FetchRecord]) -> None:
    """https://fetch.spec.whatwg.org/#concept-fetch-group-terminate

    When an environment goes away.
    """
    # 1. Terminate the fetch records that are not done and whose request has no keepalive.
    for record in list(fetch_group):
        if record.controller is not None and not record.request.done and not record.request.keepalive:
            record.controller.terminate()
    # 2. FIXME: process deferred fetches; there is no fetchLater() here.
