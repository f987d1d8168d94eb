"""Door 1: bytes to and from the network. The only package that imports aiohttp on the client's side.

NB: `aiohttp_transport` is not imported here: it costs a quarter of a second, and tests with a `FakeTransport` never
need it.
"""

from __future__ import annotations

from engine.network.certificates import SYSTEM_TRUST, CertificatePolicy
from engine.network.conditions import ConditionedTransport, Conditions, Fault
from engine.network.cookie_parsing import SameSite
from engine.network.cookies import Cookie, CookieStore, SameSiteMode, cookie_default_path, serialize_cookies
from engine.network.resolver import Resolver
from engine.network.transport import (
    BytesBody,
    EmptyBody,
    Header,
    NetworkFailure,
    NetworkFailureKind,
    Transport,
    WireBody,
    WireRequest,
    WireResponse,
    read_all,
)

__all__ = [
    "SYSTEM_TRUST",
    "BytesBody",
    "CertificatePolicy",
    "ConditionedTransport",
    "Conditions",
    "Cookie",
    "CookieStore",
    "EmptyBody",
    "Fault",
    "Header",
    "NetworkFailure",
    "NetworkFailureKind",
    "Resolver",
    "SameSite",
    "SameSiteMode",
    "Transport",
    "WireBody",
    "WireRequest",
    "WireResponse",
    "cookie_default_path",
    "read_all",
    "serialize_cookies",
]
