"""A network in memory, for tests: routes, answers, and a record of what was asked."""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.event_loop import Clock, Event, SystemClock, first_completed
from engine.infra.arguments import bytes_of, check_amount, check_type, header_pairs
from engine.network.conditions import Headers
from engine.network.transport import Header, NetworkFailure, WireRequest, WireResponse

BodyPiece: TypeAlias = "bytes | float | Event | NetworkFailure"
"""Bytes that come · seconds of silence on the clock · silence until the event is set · the end of it all."""


@dataclass(slots=True)
class FakeResponse:
    """One answer. A body of bytes gets a Content-Length unless there is one; a body in pieces gets none.

    Strings are taken as UTF-8, headers as pairs or as a mapping. Raises TypeError, ValueError for what cannot be.
    """

    body: bytes | str | Sequence[BodyPiece] = b""
    status: int = 200
    headers: Headers = ()
    status_message: bytes = b"OK"
    delay: float = 0.0
    """Seconds on the clock before the head comes."""

    def __post_init__(self) -> None:
        if isinstance(self.body, str | bytearray | memoryview):
            self.body = bytes_of("body", self.body)
        elif not isinstance(self.body, bytes):
            self.body = _pieces(self.body)
        check_type("status", self.status, int, "a whole number")
        self.headers = header_pairs("headers", self.headers)
        check_type("status_message", self.status_message, bytes, "bytes")
        check_amount("delay", self.delay, "seconds")


def _pieces(body: object) -> list[BodyPiece]:
    wanted = "bytes, a str, or a list of bytes that come, seconds of silence, an Event to wait for, and a NetworkFailure at the end"
    if not isinstance(body, Iterable):
        raise TypeError(f"body cannot be {body!r}: it is {wanted}")
    pieces: list[BodyPiece] = []
    for piece in body:
        if isinstance(piece, str | bytearray | memoryview):
            piece = bytes_of("a piece of body", piece)
        elif isinstance(piece, int | float):
            check_amount("a silence in body", piece, "seconds")
        else:
            check_type("a piece of body", piece, (bytes, Event, NetworkFailure), wanted)
        pieces.append(piece)
    return pieces


@dataclass(slots=True)
class SentRequest:
    """One request that was sent, its body read to the end."""

    method: str
    url: str
    headers: list[Header]
    body: bytes | None

    def header(self, name: str) -> bytes | None:
        """The value of a header, several joined with ", "; None when absent."""
        wanted = name.lower().encode("latin-1")
        values = [value for header_name, value in self.headers if header_name.lower() == wanted]
        return b", ".join(values) if values else None


Answer: TypeAlias = FakeResponse | NetworkFailure | bytes | str
"""Bytes and strings stand for a 200 with that body."""

Responder: TypeAlias = Callable[[SentRequest], "Answer | Awaitable[Answer]"]


@dataclass(slots=True)
class _Route:
    url: str
    method: str | None
    answers: list[Answer | Responder]


@dataclass(slots=True)
class FakeTransport:
    """A transport that answers out of its routes, and refuses what it has none for."""

    clock: Clock = field(default_factory=SystemClock)
    requests: list[SentRequest] = field(default_factory=list)
    """Everything that was sent, in order."""
    open_bodies: int = 0
    """How many response bodies were neither read to the end nor closed."""
    _routes: list[_Route] = field(default_factory=list)

    def route(self, url: str, *answers: Answer | Responder, method: str | None = None) -> None:
        """Answer requests for `url` (a shell pattern over the whole URL without fragment).

        Of several answers each is given once, in order, and the last one ever after. A later route comes before an
        earlier one. Raises TypeError for what is no answer.
        """
        check_type("url", url, str, "a str, a shell pattern over the whole URL")
        if not answers:
            raise TypeError(f"the route for {url} needs an answer")
        for answer in answers:
            if not callable(answer):
                wanted = "a FakeResponse, a NetworkFailure, bytes, a str, or a function"
                check_type("an answer", answer, (FakeResponse, NetworkFailure, bytes, str), wanted)
        self._routes.insert(0, _Route(url, method, list(answers)))

    def requests_for(self, url: str) -> list[SentRequest]:
        """The requests whose URL matches the shell pattern `url`."""
        return [request for request in self.requests if fnmatch.fnmatchcase(request.url, url)]

    async def send(self, request: WireRequest) -> WireResponse:
        """Answer as the routes say. Raises NetworkFailure."""
        sent = SentRequest(
            request.method.decode("latin-1"),
            request.url.serialized_without_fragment,
            list(request.headers),
            await _read_body(request),
        )
        self.requests.append(sent)
        response = await self._answer(sent)
        if response.delay:
            await self.clock.sleep(response.delay)
        return self._respond(sent, response)

    async def close(self) -> None:
        """Nothing to end."""

    async def _answer(self, sent: SentRequest) -> FakeResponse:
        found = self._next_answer(sent)
        answer = found(sent) if callable(found) else found
        if isinstance(answer, Awaitable):
            answer = await answer
        if isinstance(answer, NetworkFailure):
            raise answer
        if isinstance(answer, FakeResponse):
            return answer
        return FakeResponse(answer.encode() if isinstance(answer, str) else answer)

    def _next_answer(self, sent: SentRequest) -> Answer | Responder:
        for route in self._routes:
            if route.method in (None, sent.method) and fnmatch.fnmatchcase(sent.url, route.url):
                return route.answers.pop(0) if len(route.answers) > 1 else route.answers[0]
        raise NetworkFailure("refused", f"no route for {sent.method} {sent.url}")

    def _respond(self, sent: SentRequest, answer: FakeResponse) -> WireResponse:
        headers = list(header_pairs("headers", answer.headers))
        pieces: Sequence[BodyPiece] = [answer.body] if isinstance(answer.body, bytes) else _pieces(answer.body)
        if isinstance(answer.body, bytes) and not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"Content-Length", b"%d" % len(answer.body)))
        if sent.method == "HEAD" or answer.status in (204, 205, 304):
            pieces = ()
        self.open_bodies += 1
        return WireResponse(answer.status, answer.status_message, headers, FakeBody(self, list(pieces)), "127.0.0.1")


class FakeBody:
    """A response body that comes piece by piece."""

    def __init__(self, transport: FakeTransport, pieces: list[BodyPiece]) -> None:
        self._transport = transport
        self._pieces = pieces
        self._done = False
        self._closed = Event()

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes; b"" at the end. Raises NetworkFailure."""
        while self._pieces:
            piece = self._pieces[0]
            if isinstance(piece, bytes):
                chunk, rest = piece[:maximum], piece[maximum:]
                if rest:
                    self._pieces[0] = rest
                else:
                    del self._pieces[0]
                if chunk:
                    return chunk
            elif isinstance(piece, NetworkFailure):
                self._end()
                raise piece
            else:
                silence = piece.wait() if isinstance(piece, Event) else self._transport.clock.sleep(piece)
                await first_completed([silence, self._closed.wait()])
                if self._closed.is_set():
                    raise NetworkFailure("reset", "the body was closed")
                del self._pieces[0]
        if self._closed.is_set():
            raise NetworkFailure("reset", "the body was closed")
        self._end()
        return b""

    def close(self) -> None:
        """Give up the rest."""
        self._closed.set()
        self._end()

    def _end(self) -> None:
        self._pieces.clear()
        if not self._done:
            self._done = True
            self._transport.open_bodies -= 1


async def _read_body(request: WireRequest) -> bytes | None:
    if request.body is None or isinstance(request.body, bytes):
        return request.body
    return b"".join([chunk async for chunk in request.body])
