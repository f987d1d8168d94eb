"""Emulated conditions around any transport: no network, a slow one, a faulty one."""

from __future__ import annotations

import fnmatch
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

from engine.event_loop import Clock, Event, Interrupted, Interruption, TimedOut, timeout_after, under_way
from engine.infra.arguments import bytes_of, check_amount, check_choice, check_type, header_pairs
from engine.network.transport import (
    BytesBody,
    NetworkFailure,
    NetworkFailureKind,
    Transport,
    WireBody,
    WireRequest,
    WireResponse,
)

FaultInBody: TypeAlias = Literal["reset", "truncate", "end", "stall"]
"""What happens after some bytes: the connection is torn · it ends before the declared length · it ends as if that
were all · nothing more comes."""

Headers: TypeAlias = "Iterable[tuple[bytes | str, bytes | str]] | Mapping[str, str] | Mapping[bytes, bytes]"

_PIECES_PER_SECOND: Final = 20
"""A limited rate is spread over so many pieces, so that progress looks like progress."""

_GRACE: Final = 0.1
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to go wrong.

    `url`: a shell pattern over the whole URL without fragment. `method`: None for any. `occurrence`: the how-manieth
    matching request (from 1) it happens to; None: to all.
    """

    url: str = "*"
    occurrence: int | None = None
    method: bytes | str | None = None
    fail: NetworkFailureKind | None = None
    """No answer, but this failure."""
    delay: float = 0.0
    """Seconds before the request is sent (or fails)."""
    status: int | None = None
    """The answer gets this status instead of its own."""
    body: bytes | str | None = None
    """And this body; a str as UTF-8."""
    headers: Headers = ()
    """Headers that take the place of all of the same name: pairs or a mapping, of bytes or str."""
    after_bytes: int | None = None
    """So many bytes of the body come as they should; then happens what `then` says."""
    then: FaultInBody = "reset"
    content_length: int | None = None
    """A Content-Length that lies: a longer body is cut there, a shorter one is truncated."""

    def __post_init__(self) -> None:
        """Strings where bytes are wanted are taken, headers in any form. Raises TypeError, ValueError for what cannot be."""
        check_type("url", self.url, str, "a str, a shell pattern over the whole URL")
        check_amount("occurrence", self.occurrence, "requests", may_be_zero=False, whole=True, or_none=True)
        if self.method is not None:
            _set(self, "method", bytes_of("method", self.method))
        if self.fail is not None:
            check_choice("fail", self.fail, get_args(NetworkFailureKind))
        check_amount("delay", self.delay, "seconds")
        if self.status is not None:
            check_type("status", self.status, int, "a whole number, 200 to 599")
            if not 200 <= self.status <= 599:
                raise ValueError(f"status cannot be {self.status!r}: it is a whole number, 200 to 599")
        if self.body is not None:
            _set(self, "body", bytes_of("body", self.body))
        _set(self, "headers", header_pairs("headers", self.headers))
        check_amount("after_bytes", self.after_bytes, "bytes", whole=True, or_none=True)
        check_choice("then", self.then, get_args(FaultInBody))
        check_amount("content_length", self.content_length, "bytes", whole=True, or_none=True)


_set: Final = object.__setattr__  # for what is frozen, while it is made


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the network is. Seconds and bytes a second; None: as fast as it goes."""

    offline: bool = False
    latency: float = 0.0
    """Added to every answer, before its head."""
    download_rate: float | None = None
    upload_rate: float | None = None
    stall_timeout: float | None = None
    """After so long in a "stall" fault the read fails with "stalled"; None: it waits until the body is closed."""

    def __post_init__(self) -> None:
        """Raises TypeError, ValueError for what cannot be."""
        check_type("offline", self.offline, bool, "a bool")
        check_amount("latency", self.latency, "seconds")
        check_amount("the rate", self.download_rate, "bytes a second", may_be_zero=False, or_none=True)
        check_amount("the upload rate", self.upload_rate, "bytes a second", may_be_zero=False, or_none=True)
        check_amount("stall_timeout", self.stall_timeout, "seconds", may_be_zero=False, or_none=True)


class ConditionedTransport:
    """A transport whose network is as good or as bad as one wishes. Rates are shared by all its exchanges."""

    def __init__(self, inner: Transport, clock: Clock, conditions: Conditions | None = None) -> None:
        self._inner = inner
        self._clock = clock
        self._conditions = Conditions()
        self.on_online_changed: list[Callable[[bool], object]] = []
        """Called with whether there is a network whenever that has changed."""
        self._online = Event()
        self._online.set()
        self._download = RateLimit(clock, None)
        self._upload = RateLimit(clock, None)
        self._faults: list[_ArmedFault] = []
        self._sending: set[Interruption] = set()
        self._bodies: weakref.WeakSet[ConditionedBody] = weakref.WeakSet()
        self.set_conditions(conditions or Conditions())

    @property
    def conditions(self) -> Conditions:
        """How the network is now."""
        return self._conditions

    def set_conditions(self, conditions: Conditions) -> None:
        """Change how the network is, from now on; going offline ends every exchange that is under way.

        Raises TypeError for what is no Conditions.
        """
        check_type("the conditions", conditions, Conditions, "a Conditions")
        has_changed = conditions.offline != self._conditions.offline
        self._conditions = conditions
        if has_changed:
            for tell in self.on_online_changed:
                tell(not conditions.offline)
        self._download.bytes_per_second = conditions.download_rate
        self._upload.bytes_per_second = conditions.upload_rate
        if not conditions.offline:
            self._online.set()
            return
        self._online.clear()
        for interrupt in list(self._sending):
            interrupt()
        for body in list(self._bodies):
            body.fail(_offline())

    @property
    def is_offline(self) -> bool:
        return self._conditions.offline

    def go_offline(self) -> None:
        """As `set_conditions` with `offline`."""
        self.set_conditions(replace(self._conditions, offline=True))

    def go_online(self) -> None:
        """As `set_conditions` without `offline`."""
        self.set_conditions(replace(self._conditions, offline=False))

    async def back_online(self) -> None:
        """Return as soon as the network is there; at once when it is."""
        await self._online.wait()

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong from now on. Faults are looked at in the order they were added; the first that fits
        a request happens. Raises TypeError for what is no Fault."""
        check_type("a fault", fault, Fault, "a Fault")
        self._faults.append(_ArmedFault(fault))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those that may still happen, in that order."""
        return tuple(armed.fault for armed in self._faults)

    def clear_faults(self) -> None:
        self._faults.clear()

    async def send(self, request: WireRequest) -> WireResponse:
        """Send the request under these conditions. Raises NetworkFailure."""
        if self.is_offline:
            raise _offline()
        fault = self._fault_for(request)
        interruption = Interruption()
        self._sending.add(interruption)
        try:
            return await interruption.over(self._send(request, fault))
        except Interrupted:
            raise _offline() from None
        finally:
            self._sending.discard(interruption)

    async def close(self) -> None:
        """End all connections."""
        await self._inner.close()

    def _fault_for(self, request: WireRequest) -> Fault | None:
        happening = None
        for armed in self._faults:
            if armed.meets(request) and happening is None:
                happening = armed.fault
        return happening

    async def _send(self, request: WireRequest, fault: Fault | None) -> WireResponse:
        delay = self._conditions.latency + (fault.delay if fault is not None else 0.0)
        if delay:
            await self._clock.sleep(delay)
        if fault is not None and fault.fail is not None:
            raise NetworkFailure(fault.fail, f"{request.url.host_and_port}: emulated")
        if request.body is not None:
            request = replace(request, body=self._slowly(request), body_length=_length(request))
        with under_way("network"):
            response = await self._inner.send(request)
        if fault is not None:
            _apply_to_head(fault, response)
        body = ConditionedBody(response.body, self._download, self._clock, self, fault)
        response.body = body
        self._bodies.add(body)
        return response

    def _slowly(self, request: WireRequest) -> bytes | AsyncIterator[bytes]:
        body = request.body
        assert body is not None
        if self._upload.bytes_per_second is None:
            return body
        return _limited(body, self._upload)


class RateLimit:
    """So many bytes a second, for all who share it: everyone waits for the bytes that were taken before. None: no
    limit."""

    def __init__(self, clock: Clock, bytes_per_second: float | None) -> None:
        self._clock = clock
        self._free_at = 0.0
        self.bytes_per_second = bytes_per_second

    def piece(self, maximum: int) -> int:
        """How many of `maximum` bytes to take at once."""
        if self.bytes_per_second is None:
            return maximum
        return max(1, min(maximum, int(self.bytes_per_second / _PIECES_PER_SECOND)))

    async def take(self, size: int) -> None:
        """Return when `size` bytes have had their time."""
        if self.bytes_per_second is None:
            return
        now = self._clock.now()
        # What an earlier sleep took too long is made up for, within bounds.
        self._free_at = max(now - _GRACE, self._free_at) + size / self.bytes_per_second
        if self._free_at > now:
            await self._clock.sleep(self._free_at - now)


class ConditionedBody:
    """A response body that comes at the rate, and with the faults, of the conditions."""

    def __init__(
        self, inner: WireBody, rate: RateLimit, clock: Clock, transport: ConditionedTransport, fault: Fault | None
    ) -> None:
        self._inner = inner
        self._rate = rate
        self._clock = clock
        self._transport = transport
        self._fault = fault
        self._failure: NetworkFailure | None = None
        self._ended = Event()
        self._left = fault.content_length if fault is not None else None
        self._before_fault = fault.after_bytes if fault is not None else None

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes; b"" at the end. Raises NetworkFailure."""
        self._raise_failure()
        if self._before_fault == 0:
            return await self._meet_the_fault()
        if self._left == 0:
            self._inner.close()
            return b""
        for limit in (self._before_fault, self._left):
            maximum = maximum if limit is None else min(maximum, limit)
        try:
            with under_way("network"):
                chunk = await self._inner.read(self._rate.piece(maximum))
        except NetworkFailure:
            self._raise_failure()
            raise
        if not chunk and self._left:
            raise NetworkFailure("truncated", f"the body ended {self._left} bytes before its declared length")
        if chunk:
            await self._rate.take(len(chunk))
        self._raise_failure()
        if self._left is not None:
            self._left -= len(chunk)
        if self._before_fault is not None:
            self._before_fault -= len(chunk)
        return chunk

    def fail(self, failure: NetworkFailure) -> None:
        """End the body here; whoever reads it gets `failure`."""
        if self._failure is None:
            self._failure = failure
            self._ended.set()
            self._inner.close()

    def close(self) -> None:
        """Give up the rest."""
        self.fail(NetworkFailure("reset", "the body was closed"))

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def _meet_the_fault(self) -> bytes:
        assert self._fault is not None
        match self._fault.then:
            case "reset":
                self.fail(NetworkFailure("reset", "the connection was torn (emulated)"))
            case "truncate":
                self.fail(NetworkFailure("truncated", "the body ended before its declared length (emulated)"))
            case "stall":
                await self._stall()
            case "end":
                self._inner.close()
        self._raise_failure()
        return b""

    async def _stall(self) -> None:
        limit = self._transport.conditions.stall_timeout
        try:
            async with timeout_after(self._clock, limit):
                await self._ended.wait()
        except TimedOut:
            self.fail(NetworkFailure("stalled", f"nothing came for {limit:g} s (emulated)"))


class _ArmedFault:
    """A fault and how many requests have met its pattern."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._met = 0

    def meets(self, request: WireRequest) -> bool:
        fault = self.fault
        if fault.method is not None and fault.method != request.method:
            return False
        if not fnmatch.fnmatchcase(request.url.serialized_without_fragment, fault.url):
            return False
        self._met += 1
        return fault.occurrence is None or fault.occurrence == self._met


def _apply_to_head(fault: Fault, response: WireResponse) -> None:
    overrides = list(header_pairs("headers", fault.headers))
    if fault.content_length is not None:
        overrides.append((b"Content-Length", str(fault.content_length).encode()))
    replaced = {name.lower() for name, _ in overrides}
    response.headers = [header for header in response.headers if header[0].lower() not in replaced] + overrides
    if fault.status is not None:
        response.status = fault.status
        response.status_message = b""
    if fault.body is not None:
        response.body.close()
        response.body = BytesBody(bytes_of("body", fault.body))


def _length(request: WireRequest) -> int | None:
    return len(request.body) if isinstance(request.body, bytes) else request.body_length


async def _limited(body: bytes | AsyncIterator[bytes], rate: RateLimit) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        start = 0
        while start < len(body):
            piece = body[start : start + rate.piece(len(body))]
            start += len(piece)
            await rate.take(len(piece))
            yield piece
    else:
        async for chunk in body:
            await rate.take(len(chunk))
            yield chunk


def _offline() -> NetworkFailure:
    return NetworkFailure("offline", "the network is offline")
