"""The body of a response from the network: read from the connection, decoded, at the reader's pace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.http.body import BodyFailure, ByteStream
from engine.http.content_codings import CodingError
from engine.network import NetworkFailure
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.fetch.controller import FetchController
    from engine.http.content_codings import Decoder
    from engine.http.response import ResponseBodyInfo
    from engine.network import WireBody

_ENCODED_READ = 32 * 1024  # small, because what it becomes may be a thousand times as much


class NetworkStream(ByteStream):
    """https://fetch.spec.whatwg.org/#concept-http-network-fetch

    Its steps 12 to 15 and 19.

    Nothing is read before somebody wants it, so that a slow reader slows the server down. The fetch's controller ends
    it: readers
    then get an AbortError or a TypeError.
    """

    __slots__ = (
        "_controller",
        "_decoded",
        "_decoder",
        "_error",
        "_finished",
        "_given",
        "_info",
        "_on_finish",
        "_wire_body",
    )

    def __init__(
        self, wire_body: WireBody, decoder: Decoder | None, controller: FetchController, info: ResponseBodyInfo
    ) -> None:
        self._wire_body = wire_body
        self._decoder = decoder
        self._decoded = b""
        self._given = 0  # how much of that the reader has
        self._controller = controller
        self._info = info
        self._finished = False
        self._error: ScriptException | None = None
        self._on_finish: list[Callable[[], object]] = []
        controller.when_cancelled(self._stop)

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes; b"" at the end. Raises BodyFailure, JSTypeError, DOMException."""
        if self._decoder is not None:
            return await self._read_decoded(self._decoder, maximum)
        chunk = await self._read_wire(maximum)
        self._info.decoded_size += len(chunk)
        return chunk

    async def _read_wire(self, maximum: int) -> bytes:
        if self._error is not None:
            raise self._error
        if self._finished:
            return b""
        try:
            chunk = await self._wire_body.read(maximum)
        except NetworkFailure as failure:
            error = (
                self._controller.body_error()
                if self._controller.cancelled
                else BodyFailure(failure.message, failure.kind)
            )
            raise self._fail(error) from failure
        # Cancelled while waiting: what came all the same is not handed on.
        if self._error is not None:
            raise self._error
        self._info.encoded_size += len(chunk)
        if not chunk:
            self._finish()
        return chunk

    async def _read_decoded(self, decoder: Decoder, maximum: int) -> bytes:
        while not self._decoded and not (self._finished and self._error is None):
            encoded = await self._read_wire(_ENCODED_READ)
            try:
                self._decoded = decoder.decode(encoded) if encoded else decoder.finish()
            except CodingError as error:
                # The specification terminates the fetch.
                self._wire_body.close()
                raise self._fail(JSTypeError(str(error))) from error
            self._info.decoded_size += len(self._decoded)
        start = self._given
        chunk = self._decoded if not start and len(self._decoded) <= maximum else self._decoded[start : start + maximum]
        self._given += len(chunk)
        if self._given == len(self._decoded):
            self._decoded, self._given = b"", 0
        return chunk

    def cancel(self, reason: object = None) -> None:
        """Nobody will read the rest: the connection is let go."""
        self._decoded = b""
        if not self._finished:
            self._wire_body.close()
            self._finish()

    def when_finished(self, callback: Callable[[], object]) -> None:
        if self._finished:
            callback()
        else:
            self._on_finish.append(callback)

    def _stop(self) -> None:
        """The controller cancelled the fetch."""
        if not self._finished:
            self._decoded = b""
            self._fail(self._controller.body_error())
            self._wire_body.close()

    def _fail(self, error: ScriptException) -> ScriptException:
        if self._error is None:
            self._error = error
        self._finish()
        return self._error

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._controller.forget(self._stop)
            callbacks, self._on_finish = self._on_finish, []
            for callback in callbacks:
                callback()
