from __future__ import annotations

import pytest

from engine.encoding import decode_chunk
from engine.encoding.labels import _NAMES
from engine.encoding.single_byte import NOT_MAPPED, decoding_table


@pytest.mark.parametrize(
    ("encoding", "byte", "character"),
    [
        ("windows-1252", 0x80, "\u20ac"),
        ("windows-1252", 0x81, "\x81"),
        ("windows-874", 0x98, "\x98"),
        ("windows-1255", 0xCA, "\u05ba"),
        ("koi8-u", 0xAE, "\u045e"),
        ("x-mac-cyrillic", 0xFF, "\u20ac"),
        ("macintosh", 0xDB, "\u20ac"),
        ("iso-8859-8-i", 0xE0, "\u05d0"),
        ("x-user-defined", 0x80, "\uf780"),
    ],
)
def test_a_byte_has_its_character(encoding: str, byte: int, character: str) -> None:
    assert decode_chunk(encoding, "", bytes((byte,)), final=True) == (character, "", False)


@pytest.mark.parametrize(
    ("encoding", "byte"), [("windows-1253", 0xAA), ("iso-8859-6", 0xA1), ("windows-874", 0xDB), ("windows-1257", 0xA1)]
)
def test_a_byte_without_a_character_is_an_error(encoding: str, byte: int) -> None:
    assert decode_chunk(encoding, "", bytes((0x41, byte, 0x42)), final=True) == ("A\ufffdB", "", True)


def test_every_table_has_ascii_and_no_replacement_character() -> None:
    tables = {name: table for name in set(_NAMES.values()) if (table := decoding_table(name)) is not None}
    assert len(tables) == 29
    for table in tables.values():
        assert len(table) == 256
        assert table[:128] == "".join(map(chr, range(128)))
        assert "\ufffd" not in table
        assert len(set(table[128:]) - {NOT_MAPPED}) + table.count(NOT_MAPPED) == 128
