from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("text", ["", "a", "é", "漢字", "\U0001f600!", "a" * 100, "é" * 100, "\U0001f600" * 1000])
def test_encoding(realm: Any, text: str) -> None:
    assert realm.run(f"[...new TextEncoder().encode({text!r})]") == list(text.encode())


@pytest.mark.parametrize("count", [1, 11, 12, 13, 40, 41, 100])
def test_lone_surrogates_become_replacement_characters(realm: Any, count: int) -> None:
    assert realm.run(f"[...new TextEncoder().encode('\\ude00\\ud83d'.repeat({count}) + 'a')]") == list(
        ("\ufffd" + "\U0001f600" * (count - 1) + "\ufffda").encode()
    )


def test_the_buffer_has_just_the_bytes(realm: Any) -> None:
    assert realm.run("[5, 50].map((n) => new TextEncoder().encode('a'.repeat(n)).buffer.byteLength)") == [5, 50]


@pytest.mark.parametrize(
    ("text", "room", "read", "octets"),
    [
        ("abc", 5, 3, b"abc"),
        ("abc", 2, 2, b"ab"),
        ("é漢", 4, 1, "é".encode()),
        ("é漢", 5, 2, "é漢".encode()),
        ("\U0001f600", 3, 0, b""),
        ("a\U0001f600", 2, 1, b"a"),
        ("\U0001f600a", 4, 2, "\U0001f600".encode()),
        ("", 3, 0, b""),
        ("a" * 1000, 999, 999, b"a" * 999),
    ],
)
def test_encoding_into_a_buffer_stops_before_what_does_not_fit(
    realm: Any, text: str, room: int, read: int, octets: bytes
) -> None:
    assert realm.run(
        f"{{ const into = new Uint8Array({room}); const done = new TextEncoder().encodeInto({text!r}, into); [done.read, done.written, [...into.subarray(0, done.written)]] }}"
    ) == [read, len(octets), list(octets)]


def test_encoding_into_a_part_leaves_the_rest(realm: Any) -> None:
    assert realm.run(
        "{ const all = new Uint8Array(5).fill(9); new TextEncoder().encodeInto('é', all.subarray(1, 4)); [...all] }"
    ) == [9, 0xC3, 0xA9, 9, 9]
