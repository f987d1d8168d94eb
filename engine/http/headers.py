"""Header lists, byte-exact. https://fetch.spec.whatwg.org/#terminology-headers"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

from engine.infra import collect_an_http_quoted_string, is_an_http_token

Header: TypeAlias = tuple[bytes, bytes]
"""https://fetch.spec.whatwg.org/#concept-header"""

HTTP_TAB_OR_SPACE = b"\t "
HTTP_WHITESPACE = b"\t\n\r "


class HeaderList:
    """https://fetch.spec.whatwg.org/#concept-header-list

    Names keep the case they came with and compare byte-case-insensitively; order and duplicates are kept.
    """

    __slots__ = ("headers",)

    def __init__(self, headers: Iterable[Header] = ()) -> None:
        self.headers: list[Header] = list(headers)

    def __iter__(self) -> Iterator[Header]:
        return iter(self.headers)

    def __len__(self) -> int:
        return len(self.headers)

    def __bool__(self) -> bool:
        return bool(self.headers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HeaderList) and self.headers == other.headers

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"HeaderList({self.headers!r})"

    def copy(self) -> HeaderList:
        return HeaderList(self.headers)

    def contains(self, name: bytes) -> bool:
        """https://fetch.spec.whatwg.org/#header-list-contains"""
        name = name.lower()
        for other, _ in self.headers:  # noqa: SIM110  # OPTIMIZATION: `any` takes twice as long
            if other.lower() == name:
                return True
        return False

    __contains__ = contains

    def get_all(self, name: bytes) -> list[bytes]:
        """The values of every header with this name, in order. Ours."""
        name = name.lower()
        return [value for other, value in self.headers if other.lower() == name]

    def get(self, name: bytes) -> bytes | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get"""
        # 1. Null when the list does not contain the name.
        values = self.get_all(name)
        if not values:
            return None
        # 2. All values in order, joined by a comma and a space.
        return values[0] if len(values) == 1 else b", ".join(values)

    def get_decode_and_split(self, name: bytes) -> list[str] | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split"""
        # 1–2. Null when the header is absent.
        value = self.get(name)
        if value is None:
            return None
        # 3. Get, decode, and split its value.
        return get_decode_and_split(value)

    def get_structured_field_value(self, name: bytes, type: Literal["dictionary", "list", "item"]) -> Any | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get-structured-header

        The value is http_sfv's `Dictionary`, `List` or `Item`; None when absent or unparsable.
        """
        # 2–3. Null when the header is absent.
        value = self.get(name)
        if value is None:
            return None
        # 4–6. Parse the structured field; a failure is null.
        # OPTIMIZATION: imported when first needed; it costs a start-up 35 ms.
        from http_sfv.dictionary import Dictionary
        from http_sfv.item import Item
        from http_sfv.list import List

        result = {"dictionary": Dictionary, "list": List, "item": Item}[type]()
        try:
            result.parse(value)
        except ValueError:
            return None
        return result

    def set_structured_field_value(self, name: bytes, value: object) -> None:
        """https://fetch.spec.whatwg.org/#concept-header-list-set-structured-header"""
        # 1–2. Serialize it and set it.
        self.set(name, str(value).encode("ascii"))

    def append(self, name: bytes, value: bytes) -> None:
        """https://fetch.spec.whatwg.org/#concept-header-list-append"""
        # 1. A name that the list contains keeps the spelling of its first header.
        lower = name.lower()
        for other, _ in self.headers:
            if other.lower() == lower:
                name = other
                break
        # 2. Append the header.
        self.headers.append((name, value))

    def delete(self, name: bytes) -> None:
        """https://fetch.spec.whatwg.org/#concept-header-list-delete"""
        name = name.lower()
        self.headers = [header for header in self.headers if header[0].lower() != name]

    def set(self, name: bytes, value: bytes) -> None:
        """https://fetch.spec.whatwg.org/#concept-header-list-set"""
        lower = name.lower()
        for index, (other, _) in enumerate(self.headers):
            if other.lower() == lower:
                # 1. The first header of that name gets the value, the others are removed.
                rest = [header for header in self.headers[index + 1 :] if header[0].lower() != lower]
                self.headers[index:] = [(other, value), *rest]
                return
        # 2. Otherwise append the header.
        self.headers.append((name, value))

    def combine(self, name: bytes, value: bytes) -> None:
        """https://fetch.spec.whatwg.org/#concept-header-list-combine"""
        lower = name.lower()
        for index, (other, old) in enumerate(self.headers):
            if other.lower() == lower:
                # 1. The first such header's value is extended.
                self.headers[index] = (other, old + b", " + value)
                return
        # 2. Otherwise append the header.
        self.headers.append((name, value))

    def names(self) -> list[bytes]:
        """https://fetch.spec.whatwg.org/#header-list-names

        As written, with duplicates.
        """
        return [name for name, _ in self.headers]

    def sort_and_combine(self) -> list[Header]:
        """https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine"""
        # 1–2. The header names, lowercase, sorted, each once.
        headers: list[Header] = []
        # 3. For each header name:
        for name in convert_header_names_to_a_sorted_lowercase_set(self.names()):
            # 3.1. Set-Cookie headers stay separate,
            if name == b"set-cookie":
                headers.extend((name, value) for value in self.get_all(name))
            # 3.2. all others are combined.
            else:
                value = self.get(name)
                assert value is not None
                headers.append((name, value))
        # 4. The sorted and combined headers.
        return headers

    def to_record(self) -> list[list[str]]:
        """`[[name, value], …]`, isomorphically decoded: the form of the op border and of the disk."""
        return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers]

    @staticmethod
    def from_record(record: Iterable[Iterable[str]]) -> HeaderList:
        return HeaderList([(name.encode("latin-1"), value.encode("latin-1")) for name, value in record])


def convert_header_names_to_a_sorted_lowercase_set(names: Iterable[bytes]) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set"""
    return sorted({name.lower() for name in names})


def get_decode_and_split(value: bytes) -> list[str]:
    """https://fetch.spec.whatwg.org/#header-value-get-decode-and-split"""
    # 1. Isomorphic decode.
    text = value.decode("latin-1")
    # OPTIMIZATION: without a quotation mark every comma separates.
    if '"' not in text:
        return [part.strip("\t ") for part in text.split(",")]
    # 2–4. The position variable, the values, and the value being collected.
    position, end = 0, len(text)
    values: list[str] = []
    temporary: list[str] = []
    # 5. Until the end of the input:
    while True:
        # 5.1. Collect up to a quotation mark or a comma.
        start = position
        while position < end and text[position] not in '",':
            position += 1
        temporary.append(text[start:position])
        # 5.2. An HTTP quoted string is collected whole, its commas included.
        if position < end and text[position] == '"':
            quoted, position = collect_an_http_quoted_string(text, position)
            temporary.append(quoted)
            if position < end:
                continue
        # 5.3–5.5. Strip the value and append it to the values.
        values.append("".join(temporary).strip("\t "))
        temporary.clear()
        # 5.6. At the end of the input: the values.
        if position >= end:
            return values
        # 5.7–5.8. Skip the comma.
        assert text[position] == ","
        position += 1


def normalize(potential_value: bytes) -> bytes:
    """https://fetch.spec.whatwg.org/#concept-header-value-normalize"""
    return potential_value.strip(HTTP_WHITESPACE)


def is_a_token(value: bytes) -> bool:
    """https://httpwg.org/specs/rfc9110.html#tokens"""
    return is_an_http_token(value.decode("latin-1"))


def is_a_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#header-name"""
    return is_a_token(name)


def is_a_header_value(value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#header-value"""
    if value and (value[0] in HTTP_TAB_OR_SPACE or value[-1] in HTTP_TAB_OR_SPACE):
        return False
    # OPTIMIZATION: bytes are asked for as numbers; for other bytes Python makes an error first.
    return 0x00 not in value and 0x0A not in value and 0x0D not in value
