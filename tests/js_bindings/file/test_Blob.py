from __future__ import annotations

from typing import Any

import pytest


def test_parts_of_every_kind_are_put_together(realm: Any) -> None:
    assert realm.settled(
        """{
          const bytes = new Uint8Array([0x62, 0x63, 0x64]);
          const inner = new Blob(["a", bytes.subarray(1), new DataView(bytes.buffer, 0, 1), bytes.buffer]);
          const blob = new Blob([inner, "\\ud800", 1, null, inner.slice(0, 1)]);
          bytes.fill(0);
          return [await blob.text(), blob.size];
        }""".replace("{\n", "(async () => {\n", 1)
        + ")()"
    ) == ["acdbbcd\ufffd1nulla", 16]


@pytest.mark.parametrize(("endings", "text"), [("transparent", "a\r\nb\rc\nd"), ("native", "a\nb\nc\nd")])
def test_line_endings(realm: Any, endings: str, text: str) -> None:
    assert realm.settled(f"new Blob(['a\\r\\nb', '\\rc\\nd'], {{ endings: {endings!r} }}).text()") == text


def test_line_endings_do_not_join_over_parts(realm: Any) -> None:
    assert realm.settled("new Blob(['a\\r', '\\nb'], { endings: 'native' }).text()") == "a\n\nb"


@pytest.mark.parametrize(
    ("given", "expected"), [("Text/PLAIN;A=B", "text/plain;a=b"), ("te\x7fxt", ""), ("té", ""), ("a b", "a b")]
)
def test_the_type_is_lowercase_ascii_or_empty(realm: Any, given: str, expected: str) -> None:
    assert realm.run(f"new Blob([], {{ type: {given!r} }}).type") == expected
    assert realm.run(f"new Blob().slice(0, 0, {given!r}).type") == expected


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("", "0123456789"),
        ("2", "23456789"),
        ("2, 5", "234"),
        ("-3", "789"),
        ("-3, -1", "78"),
        ("5, 2", ""),
        ("-100, 100", "0123456789"),
        ("NaN, Infinity", "0123456789"),
        ("undefined, -9", "0"),
        ("1.5, 3.5", "23"),
    ],
)
def test_slices(realm: Any, arguments: str, text: str) -> None:
    assert realm.settled(f"new Blob(['012', '345', '6', '789']).slice({arguments}).text()") == text


def test_a_slice_of_a_slice(realm: Any) -> None:
    assert realm.settled("new Blob(['012', '345', '6', '789']).slice(2, 9).slice(1, -1).text()") == "34567"


def test_what_is_given_out_is_a_copy(realm: Any) -> None:
    assert (
        realm.settled(
            """(async () => {
          const blob = new Blob(["abc"]);
          new Uint8Array(await blob.arrayBuffer()).fill(0);
          (await blob.bytes()).fill(0);
          (await blob.stream().getReader().read()).value.fill(0);
          return await blob.text();
        })()"""
        )
        == "abc"
    )


def test_the_stream_gives_all_bytes_in_pieces(realm: Any) -> None:
    assert realm.settled(
        """(async () => {
          const blob = new Blob(["a".repeat(100000), "b".repeat(100000)]);
          let text = "", pieces = 0;
          for await (const chunk of blob.stream()) {
            text += new TextDecoder().decode(chunk);
            pieces++;
          }
          return [text === await blob.text(), pieces];
        })()"""
    ) == [True, 4]


@pytest.mark.parametrize("parts", ["[]", "['a']"])
def test_a_reader_with_a_buffer_of_its_own_learns_of_the_end(realm: Any, parts: str) -> None:
    assert realm.settled(
        f"""(async () => {{
          const reader = new Blob({parts}).stream().getReader({{ mode: "byob" }});
          const seen = [];
          for (;;) {{
            const {{ done, value }} = await reader.read(new Uint8Array(10));
            seen.push(value.length);
            if (done) return seen;
          }}
        }})()"""
    ) == ([1, 0] if "a" in parts else [0])


def test_the_stream_of_an_empty_blob_ends_without_being_read(realm: Any) -> None:
    assert realm.settled("new Blob().stream().getReader().closed.then(() => 'closed')") == "closed"


def test_a_cancelled_stream_reads_no_further(realm: Any) -> None:
    assert realm.settled(
        """(async () => {
          const reader = new Blob(["a".repeat(100000)]).stream().getReader();
          const pending = reader.read();
          await reader.cancel();
          return (await pending).done;
        })()"""
    )
