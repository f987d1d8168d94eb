"""The body of a response from the network: read from the connection, decoded, at the reader's pace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.compression import CompressionError
from engine.event_loop import yield_to_others
from engine.http.body import BodyFailure, ByteStream
from engine.js import BudgetExceeded
from engine.network import NetworkFailure
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.fetch.controller import FetchController
    from engine.http.content_codings import ContentDecoder
    from engine.http.response import ResponseBodyInfo
    from engine.js import ByteBudget
    from engine.network import WireBody

_ENCODED_READ = 32 * 1024
_DECODED_PIECE = 256 * 1024  # what is made of it at once, about


class NetworkStream(ByteStream):
    """https://fetch.spec.whatwg.org/#concept-http-network-fetch

    Its steps 12 to 15 and 19.

    Nothing is read before somebody wants it, so that a slow reader slows the server down. The fetch's controller ends
    it: readers
    then get an AbortError or a TypeError.
    """

    __slots__ = (
        "_budget",
        "_controller",
        "_decoded",
        "_decoded_all",
        "_decoder",
        "_error",
        "_finished",
        "_given",
        "_holding",
        "_info",
        "_on_finish",
        "_wire_body",
    )

    def __init__(
        self,
        wire_body: WireBody,
        decoder: ContentDecoder | None,
        controller: FetchController,
        info: ResponseBodyInfo,
        budget: ByteBudget | None = None,
    ) -> None:
        self._wire_body = wire_body
        self._decoder = decoder
        self._decoded = b""
        self._decoded_all = False
        self._given = 0  # how much of that the reader has
        self._budget = budget
        self._holding = None if budget is None or decoder is None else budget.hold(0, "Compressed bodies being read")
        self._controller = controller
        self._info = info
        self._finished = False
        self._error: ScriptException | None = None
        self._on_finish: list[Callable[[], object]] = []
        controller.when_cancelled(self._stop)

    @property
    def budget(self) -> ByteBudget | None:
        return self._budget

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

    async def _read_decoded(self, decoder: ContentDecoder, maximum: int) -> bytes:
        while not self._decoded and not self._decoded_all:
            if self._error is not None:
                raise self._error
            try:
                await self._decode_a_piece(decoder)
                if self._holding is not None:
                    self._holding.resize(0 if self._decoded_all else len(self._decoded) + decoder.memory)
            except CompressionError as error:
                # The specification terminates the fetch.
                self._wire_body.close()
                raise self._fail(JSTypeError(f"the body {error}")) from error
            except BudgetExceeded as error:
                self._wire_body.close()
                raise self._fail(error) from None
            # Of what has come much may be made, and nothing of that has to be waited for.
            await yield_to_others()
        start = self._given
        chunk = self._decoded if not start and len(self._decoded) <= maximum else self._decoded[start : start + maximum]
        self._given += len(chunk)
        if self._given == len(self._decoded):
            self._decoded, self._given = b"", 0
        return chunk

    async def _decode_a_piece(self, decoder: ContentDecoder) -> None:
        """Make some more of it, and read more for that only where that is needed. Raises CompressionError."""
        if decoder.wants_input:
            encoded = await self._read_wire(_ENCODED_READ)
            if not encoded:
                self._decoded_all = True
                decoder.finish()
                return
            decoder.push(encoded)
        decoded = decoder.pull(_DECODED_PIECE)
        self._info.decoded_size += len(decoded)
        self._decoded, self._given = decoded, 0

    def cancel(self, reason: object = None) -> None:
        """Nobody will read the rest: the connection is let go."""
        self._decoded, self._decoded_all = b"", True
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
            if self._holding is not None:
                self._holding.release()
            callbacks, self._on_finish = self._on_finish, []
            for callback in callbacks:
                callback()
