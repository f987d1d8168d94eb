"""The real network: HTTP/1.1 over aiohttp's connections and parser.

NB: aiohttp's ClientSession is left out. It upper-cases methods, adds headers, encodes header values as UTF-8 and
follows its own idea of a URL; what goes over our wire is exactly what Fetch gave. Its connector (pool, limits, happy
eyeballs, TLS) and its response parser do the work.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import weakref
from collections.abc import AsyncIterator, Hashable, Mapping
from typing import Final

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection

from engine.infra import EngineBug
from engine.network.aiohttp_errors import MAPPED, network_failure
from engine.network.aiohttp_exchange import ConnectionLimits, Exchange
from engine.network.certificates import SYSTEM_TRUST, CertificatePolicy, tls_context
from engine.network.resolver import Resolver
from engine.network.response_protocol import Connector
from engine.network.stall_watch import StallWatch
from engine.network.transport import NetworkFailure, WireRequest, WireResponse

__all__ = ["AiohttpTransport", "ConnectionLimits"]

_IDEMPOTENT: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"TRACE"})
"""https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2"""

_DESTINATIONS: Final = 256


class AiohttpTransport:
    """One browser's connections. Made and used on the browser thread."""

    def __init__(
        self,
        *,
        hosts: Mapping[str, str | None] | None = None,
        resolver: Resolver | None = None,
        certificates: CertificatePolicy = SYSTEM_TRUST,
        limits: ConnectionLimits | None = None,
    ) -> None:
        self._limits = limits or ConnectionLimits()
        self._certificates = certificates
        self._connector = Connector(
            resolver=_AiohttpResolver(resolver or Resolver(hosts)),
            limit=self._limits.in_all,
            limit_per_host=self._limits.per_host,
            keepalive_timeout=self._limits.keep_alive,
            use_dns_cache=True,
            ttl_dns_cache=60,
        )
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_timeout)
        self._destinations: dict[Hashable, _ConnectionRequest] = {}
        self._used_before: weakref.WeakSet[object] = weakref.WeakSet()
        self._exchanges: weakref.WeakSet[Exchange] = weakref.WeakSet()
        self._stall_watch = StallWatch(self._exchanges, self._limits.stall_timeout)

    async def send(self, request: WireRequest) -> WireResponse:
        """Send the request and return as soon as the response's head is there. Raises NetworkFailure."""
        host = request.url.host_and_port
        may_retry = request.method in _IDEMPOTENT and not isinstance(request.body, AsyncIterator)
        while True:
            connection = await self._connect(request, host)
            reused = connection.protocol in self._used_before
            if not reused:
                self._used_before.add(connection.protocol)
                _look_at_the_end_of(connection)
            exchange = Exchange(connection, request, host, self._limits)
            self._exchanges.add(exchange)
            self._stall_watch.begin()
            try:
                response = await exchange.run()
            except NetworkFailure as failure:
                # https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1: a connection that was idle may have been
                # closed in the very moment we used it again. Every retry spends one such connection, so this ends.
                if failure.kind == "reset" and reused and may_retry and not exchange.heard_anything:
                    continue
                raise
            response.connection_reused = reused
            return response

    async def _connect(self, request: WireRequest, host: str) -> Connection:
        policy = request.certificates or self._certificates
        url = request.url
        destination = (url.scheme, url.host, url.effective_port, request.pool_key, policy)
        # OPTIMIZATION: what aiohttp wants to know is the same for all requests to one place.
        connection_request = self._destinations.get(destination)
        if connection_request is None:
            if len(self._destinations) >= _DESTINATIONS:
                self._destinations.clear()
            connection_request = self._destinations[destination] = _connection_request(request, policy)
        try:
            return await self._connector.connect(connection_request, [], self._timeout)
        except MAPPED as error:
            raise network_failure(error, host=host) from error

    async def close(self) -> None:
        """End all connections. Bodies still open fail."""
        self._stall_watch.end()
        for exchange in list(self._exchanges):
            exchange.abandon()
        await self._connector.close()


class _AiohttpResolver(AbstractResolver):
    """Our resolver, as aiohttp wants to ask it."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            addresses = await self._resolver.resolve(host)
        except NetworkFailure as failure:
            raise OSError(failure.message) from failure
        return [
            ResolveResult(
                hostname=host,
                host=address.address,
                port=port if address.port is None else address.port,
                family=address.family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
            if family in (socket.AF_UNSPEC, address.family)
        ]

    async def close(self) -> None:
        pass


class _ConnectionRequest(aiohttp.ClientRequest):
    """What the connector wants to know of a request: where to, and over which kind of connection."""

    pool_key: Hashable = None

    @functools.cached_property
    def _key(self) -> ConnectionKey:
        # NB: the slot for a proxy's headers, which we never have, tells our partitions apart.
        return super().connection_key._replace(
            proxy_headers_hash=None if self.pool_key is None else hash(self.pool_key)
        )

    @property
    def connection_key(self) -> ConnectionKey:
        return self._key


def _connection_request(request: WireRequest, policy: CertificatePolicy) -> _ConnectionRequest:
    url = request.url
    if not url.is_http or not url.host:
        raise EngineBug(f"not a URL to be sent over HTTP: {url}")
    target = yarl.URL.build(scheme=url.scheme, host=url.host, port=url.effective_port, encoded=True)
    connection_request = _ConnectionRequest(
        "GET",
        target,
        loop=asyncio.get_running_loop(),
        ssl=tls_context(policy, url.host) if url.scheme == "https" else True,
    )
    connection_request.pool_key = request.pool_key
    return connection_request


def _look_at_the_end_of(connection: Connection) -> None:
    """Take note of how the connection ends, if only so that asyncio does not complain that nobody did."""
    closed = None if connection.protocol is None else connection.protocol.closed
    if closed is not None:
        closed.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
