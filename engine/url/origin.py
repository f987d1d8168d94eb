"""https://html.spec.whatwg.org/#origin and sites, as what they are; how they are had is in origins.py."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TupleOrigin:
    """https://html.spec.whatwg.org/#concept-origin-tuple

    The port is `None` when it is the scheme's default.
    """

    scheme: str
    host: str
    port: int | None
    domain: str | None = field(default=None, compare=False)

    @property
    def serialized(self) -> str:
        """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
        return f"{self.scheme}://{self.host}" if self.port is None else f"{self.scheme}://{self.host}:{self.port}"

    @property
    def is_opaque(self) -> bool:
        return False

    def serialize(self) -> str:
        """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
        return self.serialized

    def __str__(self) -> str:
        return self.serialized


@dataclass(frozen=True, slots=True)
class OpaqueOrigin:
    """https://html.spec.whatwg.org/#concept-origin-opaque

    The same as itself and as nothing else.

    NB: `nonce` is what it is the same by, so that it stays itself when it has crossed a border or lain on disk.
    """

    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def serialized(self) -> str:
        """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
        return "null"

    @property
    def is_opaque(self) -> bool:
        return True

    def serialize(self) -> str:
        """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
        return "null"

    def __str__(self) -> str:
        return "null"


Origin: TypeAlias = TupleOrigin | OpaqueOrigin
"""https://html.spec.whatwg.org/#concept-origin"""


@dataclass(frozen=True, slots=True)
class SchemeAndHost:
    """https://html.spec.whatwg.org/#scheme-and-host"""

    scheme: str
    host: str

    @property
    def serialized(self) -> str:
        return f"{self.scheme}://{self.host}"

    def __str__(self) -> str:
        return self.serialized


Site: TypeAlias = SchemeAndHost | OpaqueOrigin
"""https://html.spec.whatwg.org/#site"""
