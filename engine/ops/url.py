"""https://url.spec.whatwg.org/#api, on serialized URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.ops.registry import sync_op
from engine.url.api import api_parse, api_set

if TYPE_CHECKING:
    from engine.realms import Environment


@sync_op
def op_url_parse(environment: Environment, url: str, base: str | None) -> str | None:
    """The serialization of `url`, parsed against `base`; null for failure."""
    return api_parse(url, base)


@sync_op
def op_url_set(environment: Environment, href: str, member: str, value: str) -> str:
    """The serialization after the setter of `member`."""
    return api_set(href, member, value)
