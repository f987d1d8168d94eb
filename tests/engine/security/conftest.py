"""Requests to judge."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from engine.http import PolicyContainer, Request
from engine.url import origin_of, parse_url


@pytest.fixture
def request_from() -> Callable[..., Request]:
    """A request from a page at `page` to `address`."""

    def make(page: str, address: str, **slots: Any) -> Request:
        page_url = parse_url(page)
        client = SimpleNamespace(
            creation_url=page_url,
            origin=origin_of(page_url),
            policy_container=PolicyContainer(),
            global_kind="Window",
            report_csp_violation=None,
        )
        values = {"client": client, "origin": client.origin, "policy_container": client.policy_container}
        return Request([parse_url(address)], **{**values, **slots})

    return make
