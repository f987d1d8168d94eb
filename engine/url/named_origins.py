"""Origins and addresses that an embedder names. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.infra.arguments import check_type
from engine.url.origin import TupleOrigin
from engine.url.origins import origin_of
from engine.url.parser import parse_url

if TYPE_CHECKING:
    from engine.url.url import URL


def address_named(name: str, text: object) -> URL:
    """A URL in full. Raises TypeError, ValueError."""
    check_type(name, text, str, 'a str, an address as "https://example.com/"')
    assert isinstance(text, str)
    url = parse_url(text)
    if url is FAILURE:
        raise ValueError(f'{name} cannot be {text!r}: it is an address in full, as "https://example.com/"')
    return url


def origin_named(name: str, text: object) -> TupleOrigin:
    """An origin, given as itself or as any address that has it. Raises TypeError, ValueError."""
    check_type(name, text, str, 'a str, as "https://example.com"')
    assert isinstance(text, str)
    url = parse_url(text)
    origin = None if url is FAILURE else origin_of(url)
    if not isinstance(origin, TupleOrigin):
        raise ValueError(f'{name} cannot be {text!r}, which is no origin: it is one, as "https://example.com", or an address of it')
    return origin
