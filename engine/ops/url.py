"""https://url.spec.whatwg.org/#api, on serialized URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.ops.registry import sync_op
from engine.url import URL
from engine.url.api import api_parse, api_set

if TYPE_CHECKING:
    from engine.realms import Environment


Setter: TypeAlias = Literal[
    "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"
]


@sync_op
def op_url_parse(environment: Environment, url: str, base: str | None) -> str | None:
    """The serialization of `url`, parsed against `base`; null for failure."""
    return api_parse(url, base)


@sync_op
def op_url_set(environment: Environment, url: URL, member: Setter, value: str) -> str:
    """The serialization after the setter of `member`."""
    return api_set(url.href, member, value)
