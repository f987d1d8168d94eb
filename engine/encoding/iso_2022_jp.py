"""https://encoding.spec.whatwg.org/#iso-2022-jp"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from engine.encoding.multi_byte import ERROR, jis0208

State: TypeAlias = Literal["ASCII", "Roman", "katakana", "leading byte", "trailing byte", "escape start", "escape"]
_STATES: Final[tuple[State, ...]] = (
    "ASCII",
    "Roman",
    "katakana",
    "leading byte",
    "trailing byte",
    "escape start",
    "escape",
)

_ESCAPE_SEQUENCES: Final[dict[tuple[int, int], State]] = {
    (0x28, 0x42): "ASCII",
    (0x28, 0x4A): "Roman",
    (0x28, 0x49): "katakana",
    (0x24, 0x40): "leading byte",
    (0x24, 0x42): "leading byte",
}


@dataclass(slots=True)
class ISO2022JPDecoder:
    """https://encoding.spec.whatwg.org/#iso-2022-jp-decoder"""

    decoder_state: State = "ASCII"
    """https://encoding.spec.whatwg.org/#iso-2022-jp-decoder-state"""
    output_state: State = "ASCII"
    """https://encoding.spec.whatwg.org/#iso-2022-jp-decoder-output-state"""
    leading: int = 0
    """https://encoding.spec.whatwg.org/#iso-2022-jp-lead"""
    output: bool = False
    """https://encoding.spec.whatwg.org/#iso-2022-jp-output-flag"""

    @staticmethod
    def from_state(state: str) -> ISO2022JPDecoder:
        """A decoder that goes on where the one whose `state_string` this is has stopped; from the start for the
        empty string. Ours.
        """
        if not state:
            return ISO2022JPDecoder()
        decoder_state, output_state, leading, output = map(int, state.split(","))
        return ISO2022JPDecoder(_STATES[decoder_state], _STATES[output_state], leading, bool(output))

    def state_string(self) -> str:
        return (
            f"{_STATES.index(self.decoder_state)},{_STATES.index(self.output_state)},{self.leading},{int(self.output)}"
        )

    def decode(self, data: bytes, final: bool) -> tuple[str, bool]:
        """The text of `data`, U+FFFD for each error, and whether there was one."""
        output: list[str] = []
        errors = False
        queue = bytearray(reversed(data))
        while queue or final:
            byte = queue.pop() if queue else None
            if byte is None and self.decoder_state not in ("trailing byte", "escape start", "escape"):
                break
            text = self._handle(byte, queue)
            errors = errors or text == ERROR
            output.append(text)
        return "".join(output), errors

    def _handle(self, byte: int | None, queue: bytearray) -> str:
        """The handler for one byte (`None` at the end of the queue): the text it returns, empty for continue, U+FFFD
        for an error.

        `queue` ends with the next byte, so that restoring is appending.
        """
        match self.decoder_state:
            case "escape start":
                # 1. One of the two intermediate bytes of an escape sequence.
                if byte in (0x24, 0x28):
                    self.leading = byte
                    self.decoder_state = "escape"
                    return ""
                # 2–3. Any other byte is read again, in the decoder state before the escape.
                if byte is not None:
                    queue.append(byte)
                self.output = False
                self.decoder_state = self.output_state
                return ERROR
            case "escape":
                return self._handle_escape(byte, queue)
            case "trailing byte":
                if byte == 0x1B:
                    self.decoder_state = "escape start"
                    return ERROR
                self.decoder_state = "leading byte"
                if byte is None or not 0x21 <= byte <= 0x7E:
                    return ERROR
                return jis0208(self.leading - 0x21, byte - 0x21) or ERROR
        assert byte is not None
        if byte == 0x1B:
            self.decoder_state = "escape start"
            return ""
        self.output = False
        match self.decoder_state:
            case "ASCII":
                return chr(byte) if byte < 0x80 and byte not in (0x0E, 0x0F) else ERROR
            case "Roman":
                if byte == 0x5C:
                    return "\u00a5"
                if byte == 0x7E:
                    return "\u203e"
                return chr(byte) if byte < 0x80 and byte not in (0x0E, 0x0F) else ERROR
            case "katakana":
                return chr(0xFF61 - 0x21 + byte) if 0x21 <= byte <= 0x5F else ERROR
            case _:
                if not 0x21 <= byte <= 0x7E:
                    return ERROR
                self.leading = byte
                self.decoder_state = "trailing byte"
                return ""

    def _handle_escape(self, byte: int | None, queue: bytearray) -> str:
        # 1. The leading byte, which is unset.
        leading, self.leading = self.leading, 0
        # 2–6. The state that the escape sequence names.
        state = None if byte is None else _ESCAPE_SEQUENCES.get((leading, byte))
        # 7. Switch to it; two escape sequences with no output between them are an error.
        if state is not None:
            self.decoder_state = self.output_state = state
            output, self.output = self.output, True
            return ERROR if output else ""
        # 8. What is no escape sequence goes back to the input.
        if byte is not None:
            queue.append(byte)
        queue.append(leading)
        # 9. The output flag is unset, and the decoder state is the output state again.
        self.output = False
        self.decoder_state = self.output_state
        return ERROR
