"""https://infra.spec.whatwg.org/#strings: reading a string from a position on, trimming it, cutting it up.

NB: where the specification moves a position variable, these take the position and return the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Container

ASCII_WHITESPACE = "\t\n\f\r "
"""https://infra.spec.whatwg.org/#ascii-whitespace"""

ASCII_DIGITS = frozenset("0123456789")
ASCII_ALPHA = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
ASCII_ALPHANUMERIC = ASCII_DIGITS | ASCII_ALPHA

_NEWLINES = {0x0A: None, 0x0D: None}
_WHITESPACE = {ord(code_point): None for code_point in ASCII_WHITESPACE}


def collect(condition: Container[str] | Callable[[str], bool], text: str, position: int) -> tuple[str, int]:
    """https://infra.spec.whatwg.org/#collect-a-sequence-of-code-points

    `condition` is a set of code points or a predicate. Returns what was collected and the position after it.
    """
    accepts = condition if callable(condition) else condition.__contains__
    end = position
    while end < len(text) and accepts(text[end]):
        end += 1
    return text[position:end], end


def collect_until(stops: str, text: str, position: int) -> tuple[str, int]:
    """Collect the code points that are not in `stops`."""
    end = position
    while end < len(text) and text[end] not in stops:
        end += 1
    return text[position:end], end


def skip(code_points: str, text: str, position: int) -> int:
    """https://infra.spec.whatwg.org/#skip-ascii-whitespace

    For any set of code points. Returns the new position.
    """
    while position < len(text) and text[position] in code_points:
        position += 1
    return position


def collect_an_http_quoted_string(text: str, position: int, *, extract_value: bool = False) -> tuple[str, int]:
    """https://fetch.spec.whatwg.org/#collect-an-http-quoted-string

    Returns the value (or, without `extract_value`, the piece of `text` as it stands) and the position after it.
    """
    # 1–4. The position start and the value; the code point there is a quotation mark.
    position_start = position
    assert text[position] == '"'
    value = ""
    position += 1
    # 5. Collect up to a quotation mark or a backslash, again and again.
    while True:
        collected, position = collect_until('"\\', text, position)
        value += collected
        if position >= len(text):
            break
        quote_or_backslash = text[position]
        position += 1
        # 5.5. A backslash escapes the next code point; at the very end it stands for itself.
        if quote_or_backslash == "\\":
            if position >= len(text):
                value += "\\"
                break
            value += text[position]
            position += 1
        # 5.6. The closing quotation mark.
        else:
            break
    # 6–7. The value, or the piece of the input from the position start.
    return (value if extract_value else text[position_start:position]), position


def strip_newlines(text: str) -> str:
    """https://infra.spec.whatwg.org/#strip-newlines"""
    return text.translate(_NEWLINES)


def normalize_newlines(text: str) -> str:
    """https://infra.spec.whatwg.org/#normalize-newlines"""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def strip_leading_and_trailing_ascii_whitespace(text: str) -> str:
    """https://infra.spec.whatwg.org/#strip-leading-and-trailing-ascii-whitespace"""
    return text.strip(ASCII_WHITESPACE)


def strip_and_collapse_ascii_whitespace(text: str) -> str:
    """https://infra.spec.whatwg.org/#strip-and-collapse-ascii-whitespace"""
    return " ".join(split_on_ascii_whitespace(text))


def remove_ascii_whitespace(text: str) -> str:
    """All ASCII whitespace taken out, as forgiving base64 decoding begins."""
    return text.translate(_WHITESPACE)


def strictly_split(text: str, delimiter: str) -> list[str]:
    """https://infra.spec.whatwg.org/#strictly-split"""
    return text.split(delimiter)


def split_on_ascii_whitespace(text: str) -> list[str]:
    """https://infra.spec.whatwg.org/#split-on-ascii-whitespace"""
    # NB: str.split() without an argument would also split on U+000B, U+00A0 and others.
    return [token for token in text.translate(dict.fromkeys(_WHITESPACE, " ")).split(" ") if token]


def split_on_commas(text: str) -> list[str]:
    """https://infra.spec.whatwg.org/#split-on-commas"""
    if not text:
        return []
    tokens = [token.strip(ASCII_WHITESPACE) for token in text.split(",")]
    # The algorithm stops at the end of its input: a comma there begins no further token.
    return tokens[:-1] if text.endswith(",") else tokens
