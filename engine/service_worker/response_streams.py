"""The bodies of the responses of service workers, on their way to those who asked. Ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.http.body import ByteStream
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.fetch import FetchController
    from engine.js import ByteBudget


class ResponseStream(ByteStream):
    """What a service worker answers with, until its end or until the fetch that it answers is given up.

    Whoever gives up the fetch cancels the worker's stream, or the exchange it forwards; readers then get an AbortError or a
    TypeError, and never an end that is none.
    """

    __slots__ = ("_controller", "_error", "_finished", "_on_finish", "_stream")

    def __init__(self, stream: ByteStream, controller: FetchController) -> None:
        self._stream = stream
        self._controller = controller
        self._error: ScriptException | None = None
        self._finished = False
        self._on_finish: list[Callable[[], object]] = []
        controller.when_cancelled(self._stop)

    @property
    def budget(self) -> ByteBudget | None:
        return self._stream.budget

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes; b"" at the end. Raises JSTypeError, DOMException."""
        if self._error is not None:
            raise self._error
        try:
            chunk = await self._stream.read(maximum)
        except ScriptException as error:
            self._finish()
            raise self._error or error from error
        # Given up while waiting: what came all the same is not handed on.
        if self._error is not None:
            raise self._error
        if not chunk:
            self._finish()
        return chunk

    def cancel(self, reason: object = None) -> None:
        self._stream.cancel(reason)
        self._finish()

    def when_finished(self, callback: Callable[[], object]) -> None:
        if self._finished:
            callback()
        else:
            self._on_finish.append(callback)

    def _stop(self) -> None:
        """The controller cancelled the fetch."""
        self._error = self._controller.body_error()
        self._stream.cancel()
        self._finish()

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._controller.forget(self._stop)
            callbacks, self._on_finish = self._on_finish, []
            for callback in callbacks:
                callback()
