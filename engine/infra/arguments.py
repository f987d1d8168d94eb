"""What an embedder gives is looked at where it is given, and refused in one sentence: what it is, and what it may be. Ours."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from numbers import Integral, Real
from typing import Any


def check_amount(
    name: str, value: object, unit: str, *, may_be_zero: bool = True, whole: bool = False, or_none: bool = False
) -> None:
    """Raises TypeError for what is no number, ValueError for one that is not finite, less than nothing, or nothing."""
    if value is None and or_none:
        return
    kind = "a whole number" if whole else "a number"
    wanted = f"it is {kind} of {unit}, {'0 or more' if may_be_zero else 'more than 0'}{', or None' if or_none else ''}"
    if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
        raise TypeError(f"{name} cannot be {value!r}: {wanted}")
    # NB: a number that no float can be is as good as infinite.
    number: Any = value
    if not (0 <= number <= sys.float_info.max) or (number == 0 and not may_be_zero):
        raise ValueError(f"{name} cannot be {value!r}: {wanted}")


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raises ValueError for what is none of the choices; says which are near."""
    possible = sorted(choices)
    if isinstance(value, str) and value in possible:
        return
    # OPTIMIZATION: imported when somebody has misspelt a word.
    import difflib

    near = difflib.get_close_matches(value, possible, 1) if isinstance(value, str) else []
    perhaps = f"; perhaps {near[0]!r} was meant" if near else ""
    raise ValueError(f"{name} cannot be {value!r}{perhaps}: it is one of {', '.join(map(repr, possible))}")


def check_type(name: str, value: object, kind: type | tuple[type, ...], wanted: str) -> None:
    """Raises TypeError for what is nothing of the kind; `wanted` says what is, as "a str"."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} cannot be {value!r}: it is {wanted}")


def check_texts(name: str, values: object) -> None:
    """Raises TypeError for what is no collection of strings; a single string is none, though Python thinks so."""
    wanted = "a collection of str, as a list or a tuple"
    if isinstance(values, str | bytes) or not isinstance(values, Collection):
        raise TypeError(f"{name} cannot be {values!r}: it is {wanted}")
    for value in values:
        check_type(f"a value in {name}", value, str, "a str")


def bytes_of(name: str, value: object) -> bytes:
    """Bytes as they are, and a string as UTF-8. Raises TypeError."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    check_type(name, value, str, "bytes, or a str")
    assert isinstance(value, str)
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} cannot be {value!r}: half a surrogate pair is no text; give it as bytes") from None


def header_pairs(name: str, value: object) -> tuple[tuple[bytes, bytes], ...]:
    """Headers given as pairs, or as a mapping, of bytes or strings. Raises TypeError, and ValueError for what no header can hold."""
    wanted = "pairs of a name and a value, or a mapping, of bytes or str"
    pairs: Any = list(value.items()) if isinstance(value, Mapping) else value
    if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
        raise TypeError(f"{name} cannot be {value!r}: it is {wanted}")
    return tuple(_header_pair(name, pair, wanted) for pair in pairs)


def _header_pair(name: str, pair: Any, wanted: str) -> tuple[bytes, bytes]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise TypeError(f"{name} cannot have {pair!r}: it is {wanted}")
    field, text = (_header_bytes(name, part) for part in pair)
    if not field or any(byte <= 0x20 or byte >= 0x7F or byte in b'"(),/:;<=>?@[\\]{}' for byte in field):
        raise ValueError(f"{name} cannot have {pair!r}: {field!r} is no name of a header")
    if any(byte in text for byte in b"\0\r\n"):
        raise ValueError(f"{name} cannot have {pair!r}: a header's value has no line ends and no NUL")
    return field, text


def _header_bytes(name: str, part: object) -> bytes:
    check_type(f"a header in {name}", part, (bytes, str), "bytes, or a str")
    if isinstance(part, str):
        try:
            return part.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(f"a header in {name} cannot be {part!r}: as a str it is of ISO-8859-1; give others as bytes") from None
    assert isinstance(part, bytes)
    return part
