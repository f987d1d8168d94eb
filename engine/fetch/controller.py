"""https://fetch.spec.whatwg.org/#fetch-controller"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.http.response import Response, aborted_network_error, network_error
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.fetch.timing_info import FetchTimingInfo

Outcome: TypeAlias = Response | Literal["go on"]
"""What a step of the way has brought: a response, or another URL, with which main fetch begins anew."""

ControllerState: TypeAlias = Literal["ongoing", "terminated", "aborted"]


class FetchController:
    """https://fetch.spec.whatwg.org/#fetch-controller

    The fetch itself runs inside whoever awaits `response()`; nothing happens before, and no task is made for it.
    """

    __slots__ = (
        "__weakref__",
        "_on_cancel",
        "_run",
        "_run_again",
        "full_timing_info",
        "next_manual_redirect_steps",
        "serialized_abort_reason",
        "state",
    )

    def __init__(self) -> None:
        self.state: ControllerState = "ongoing"
        self.full_timing_info: FetchTimingInfo | None = None
        self.serialized_abort_reason: object = None
        self.next_manual_redirect_steps: Callable[[], Outcome] | None = None
        self._run: Callable[[], Awaitable[Response]] | None = None
        self._run_again: Callable[[], Awaitable[Response]] | None = None
        self._on_cancel: list[Callable[[], object]] = []

    @property
    def cancelled(self) -> bool:
        """https://fetch.spec.whatwg.org/#fetch-params-canceled"""
        return self.state != "ongoing"

    @property
    def aborted(self) -> bool:
        """https://fetch.spec.whatwg.org/#fetch-params-aborted"""
        return self.state == "aborted"

    async def response(self) -> Response:
        """Run the fetch to its response, which may be a network error; its body may still be coming. Once only."""
        assert self._run is not None, "the response of a fetch is given out once"
        run, self._run = self._run, None
        return await self._response_of(run)

    def abort(self, serialized_error: object = None) -> None:
        """https://fetch.spec.whatwg.org/#fetch-controller-abort

        `serialized_error`: the abort reason in whatever form the caller keeps it; it is only handed on.
        """
        # 1. NB: once over, nothing changes; whoever reads the body learns of it by `when_cancelled`.
        if self.state != "ongoing":
            return
        self.state = "aborted"
        # 2–5. The controller's serialized abort reason, the given error or an AbortError.
        self.serialized_abort_reason = serialized_error
        self._tell()

    def terminate(self) -> None:
        """https://fetch.spec.whatwg.org/#fetch-controller-terminate"""
        if self.state == "ongoing":
            self.state = "terminated"
            self._tell()

    def when_cancelled(self, callback: Callable[[], object]) -> None:
        """Call `callback` when the fetch is aborted or terminated; at once if it already is. Ours."""
        if self.cancelled:
            callback()
        else:
            self._on_cancel.append(callback)

    def forget(self, callback: Callable[[], object]) -> None:
        """Undo `when_cancelled`."""
        if callback in self._on_cancel:
            self._on_cancel.remove(callback)

    def _tell(self) -> None:
        callbacks, self._on_cancel = self._on_cancel, []
        for callback in callbacks:
            callback()

    def appropriate_network_error(self) -> Response:
        """https://fetch.spec.whatwg.org/#appropriate-network-error"""
        # 1. The controller's state is "aborted" or "terminated" by now.
        assert self.cancelled
        # 2. An aborted network error, or a plain one for a terminated fetch.
        return aborted_network_error() if self.aborted else network_error("the fetch was terminated")

    def body_error(self) -> ScriptException:
        """What a reader of the body gets after the fetch was cancelled: AbortError if aborted, else a TypeError. Ours.

        NB: the realm that aborted knows the real reason and errors its own stream with that.
        """
        assert self.cancelled
        return (
            DOMException("The fetch was aborted.", "AbortError")
            if self.aborted
            else JSTypeError("the fetch was terminated")
        )

    async def process_the_next_manual_redirect(self) -> Response:
        """https://fetch.spec.whatwg.org/#fetch-controller-process-the-next-manual-redirect"""
        # 1–2. Take the next manual redirect steps and run them once.
        assert self.next_manual_redirect_steps is not None and self._run_again is not None
        steps, self.next_manual_redirect_steps = self.next_manual_redirect_steps, None
        run, self._run_again = self._run_again, None
        outcome = steps()
        return await self._response_of(run) if outcome == "go on" else outcome

    async def _response_of(self, run: Callable[[], Awaitable[Response]]) -> Response:
        response = await run()
        if self.next_manual_redirect_steps is not None:
            self._run_again = run
        return response

    def _begin(self, run: Callable[[], Awaitable[Response]]) -> None:
        self._run = run
