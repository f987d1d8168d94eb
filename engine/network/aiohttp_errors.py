"""Every error of aiohttp, asyncio, ssl and the operating system, mapped once."""

from __future__ import annotations

import asyncio
import errno
import re
import ssl

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from engine.network.transport import NetworkFailure, NetworkFailureKind

MAPPED = (
    aiohttp.ClientError,
    HttpProcessingError,
    OSError,
    ssl.SSLError,
    asyncio.TimeoutError,
    asyncio.IncompleteReadError,
)
"""The errors that `network_failure` knows."""

_NO_WAY_THERE = frozenset(
    {
        errno.ECONNREFUSED,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.EHOSTDOWN,
        errno.EADDRNOTAVAIL,
        errno.EACCES,
        errno.EPERM,
    }
)


def network_failure(error: BaseException, *, host: str) -> NetworkFailure:
    """The NetworkFailure that stands for `error`, met while talking to `host`."""
    if isinstance(error, NetworkFailure):
        return error
    for cause in _causes(error):
        if isinstance(cause, NetworkFailure):
            return cause  # what our own resolver raised, wrapped on its way through aiohttp
    return NetworkFailure(_kind(error), f"{host}: {_describe(error)}")


def _kind(error: BaseException) -> NetworkFailureKind:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "name not resolved"
    if isinstance(error, aiohttp.SocketTimeoutError):
        return "stalled"
    if isinstance(error, (aiohttp.ServerTimeoutError, asyncio.TimeoutError)):
        return "timed out"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "truncated"
    if isinstance(error, (HttpProcessingError, aiohttp.ClientResponseError, aiohttp.InvalidURL)):
        return "protocol"
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError, aiohttp.ServerFingerprintMismatch)):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _kind_of_os_error(error.os_error)
    if isinstance(error, OSError):
        return _kind_of_os_error(error)
    return "reset"


def _kind_of_os_error(error: OSError) -> NetworkFailureKind:
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return "timed out"
    if error.errno in _NO_WAY_THERE or isinstance(error, ConnectionRefusedError):
        return "refused"
    # Several addresses were tried: asyncio puts their errors into one text.
    numbers = {int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error))}
    return "refused" if numbers and numbers <= _NO_WAY_THERE else "reset"


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _describe(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text or type(error).__name__
