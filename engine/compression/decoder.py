"""The one decoder: what is behind Fetch's content codings and behind DecompressionStream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from engine.compression.frames import CompressionError, Frame

__all__ = ["AfterTheEnd", "Chain", "CompressionError", "Decoder"]

AfterTheEnd: TypeAlias = Literal["is wrong", "is ignored", "is another frame", "is another frame or ignored"]
"""What follows a frame's last byte"""

_INPUT_PIECE = 64 * 1024
_OUTPUT_PIECE = 64 * 1024


class Decoder:
    """Compressed bytes being undone: they are pushed, and what comes of them is pulled, piece by piece.

    However much that is, no more of it is made than was pulled.
    """

    def __init__(
        self, new_frame: Callable[[], Frame], after_the_end: AfterTheEnd, *, may_be_empty: bool = True
    ) -> None:
        self._new_frame = new_frame
        self._after_the_end = after_the_end
        self._may_be_empty = may_be_empty
        self._frame: Frame | None = None
        self._complete = 0  # frames that have ended
        self._input = memoryview(b"")
        self._has_more = False  # the frame may give something without further data
        self._over = False  # what comes now does not count
        self._given = 0

    @property
    def wants_input(self) -> bool:
        """Whether nothing is to be pulled before more was pushed."""
        return not self._input and not self._has_more

    @property
    def memory(self) -> int:
        """Bytes that it holds, at most and roughly."""
        window = 0 if self._frame is None else self._frame.window
        return min(window, self._given) + len(self._input) + _INPUT_PIECE

    def push(self, data: bytes) -> None:
        """Here is more. Only while it wants input."""
        assert self.wants_input
        self._input = memoryview(data)

    def pull(self, maximum: int) -> bytes:
        """The next bytes, about `maximum` of them at most; none when it wants input. Raises CompressionError."""
        while True:
            output = b""
            if not self._over and (self._has_more or self._input):
                output = self._step(maximum)
                self._given += len(output)
            if self._over:
                self._input = memoryview(b"")
                self._has_more = False
            if output or self.wants_input:
                return output

    def finish(self) -> None:
        """There is no more to push, and all was pulled. Raises CompressionError when something is missing."""
        assert self.wants_input
        frame = self._frame
        if frame is None:
            incomplete = not self._complete and not self._may_be_empty
        else:
            incomplete = not (self._complete and self._after_the_end == "is another frame or ignored")
        if incomplete:
            raise CompressionError("ends too early")

    def _step(self, maximum: int) -> bytes:
        frame = self._frame
        if frame is None:
            if self._complete and not self._begins_another():
                self._over = True
                return b""
            frame = self._frame = self._new_frame()
        data = b""
        if not self._has_more:
            data, self._input = bytes(self._input[:_INPUT_PIECE]), self._input[_INPUT_PIECE:]
        try:
            output = frame.decode(data, maximum)
        except CompressionError:
            if self._complete and self._after_the_end == "is another frame or ignored":
                self._over = True
                return b""
            raise
        self._has_more = bool(output) and not frame.ended
        if frame.ended:
            self._frame = None
            self._complete += 1
            if unused := frame.unused:
                self._input = memoryview(unused + self._input)
        return output

    def _begins_another(self) -> bool:
        """Whether the input is that of another frame. Raises CompressionError."""
        match self._after_the_end:
            case "is wrong":
                raise CompressionError("is followed by more data")
            case "is ignored":
                return False
            case "is another frame":
                return True
            case "is another frame or ignored":
                return self._input[0] == 0x1F  # https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1, ID1


class Chain:
    """Several decoders, as one: each takes what the one before it gives, piece by piece."""

    def __init__(self, decoders: Sequence[Decoder]) -> None:
        self._decoders = decoders

    @property
    def wants_input(self) -> bool:
        return all(decoder.wants_input for decoder in self._decoders)

    @property
    def memory(self) -> int:
        return sum(decoder.memory for decoder in self._decoders)

    def push(self, data: bytes) -> None:
        self._decoders[0].push(data)

    def pull(self, maximum: int) -> bytes:
        """As of a decoder, but it may also be none because what was done had no result: ask it again then.

        So that no single call takes long, whatever the layers hide.
        """
        # The last one that still has something goes on; what it gives is for the one behind it.
        last = len(self._decoders) - 1
        at = next((index for index in range(last, -1, -1) if not self._decoders[index].wants_input), last)
        output = self._decoders[at].pull(maximum if at == last else _OUTPUT_PIECE)
        if at == last or not output:
            return output
        self._decoders[at + 1].push(output)
        return b""

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()
