"""Whose certificates we believe."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.infra.arguments import check_texts, check_type
from engine.network.resolver import host_matches
from engine.network.transport import NetworkFailure


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """Whom to trust when a TLS connection is made.

    `trust_system`: the machine's own certificate authorities. `extra_ca_file`: a PEM file with more of them.
    `accept_anything_for`: host patterns ("web-platform.test", "*.web-platform.test", "*") whose certificates are not
    looked at: expired, self-signed, for another name. For test servers on this machine.
    """

    trust_system: bool = True
    extra_ca_file: Path | None = None
    accept_anything_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises TypeError for what cannot be."""
        check_type("trust_system", self.trust_system, bool, "a bool")
        check_type("extra_ca_file", self.extra_ca_file, (Path, type(None)), "a Path, or None")
        check_texts("accept_anything_for", self.accept_anything_for)

    def accepting_anything_for(self, hosts: Iterable[str]) -> CertificatePolicy:
        """This policy with more hosts whose certificates are not looked at."""
        return CertificatePolicy(self.trust_system, self.extra_ca_file, (*self.accept_anything_for, *hosts))

    def accepts_anything_from(self, host: str) -> bool:
        """Whether the certificate of `host` is not looked at."""
        return any(host_matches(pattern, host) for pattern in self.accept_anything_for)


SYSTEM_TRUST = CertificatePolicy()


def tls_context(policy: CertificatePolicy, host: str) -> ssl.SSLContext:
    """The TLS context for a connection to `host`. Raises NetworkFailure when the extra CA file is of no use."""
    if policy.accepts_anything_from(host):
        return _context_that_accepts_anything()
    return _verifying_context(policy.trust_system, policy.extra_ca_file)


@lru_cache(maxsize=16)
def _verifying_context(trust_system: bool, extra_ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if trust_system:
            context.load_default_certs()
        if extra_ca_file is not None:
            context.load_verify_locations(cafile=str(extra_ca_file))
    except (OSError, ssl.SSLError) as error:
        raise NetworkFailure("tls", f"cannot read certificate authorities from {extra_ca_file}: {error}") from error
    context.set_alpn_protocols(["http/1.1"])
    return context


@lru_cache(maxsize=1)
def _context_that_accepts_anything() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context
