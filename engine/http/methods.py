"""https://fetch.spec.whatwg.org/#methods: methods are strings of isomorphically decoded bytes."""

from __future__ import annotations

from typing import Final

from engine.http.headers import is_a_token

CORS_SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""https://fetch.spec.whatwg.org/#cors-safelisted-method"""
FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
_NORMALIZED = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})


def is_a_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#concept-method"""
    return method.isascii() and is_a_token(method.encode("ascii"))


def is_a_forbidden_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-method"""
    return method.upper() in FORBIDDEN_METHODS


def normalize_a_method(method: str) -> str:
    """https://fetch.spec.whatwg.org/#concept-method-normalize"""
    upper = method.upper()
    return upper if upper in _NORMALIZED else method
