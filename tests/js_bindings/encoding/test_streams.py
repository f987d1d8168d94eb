"""TextDecoderStream and TextEncoderStream."""

from __future__ import annotations

from typing import Any

import pytest

PIPE = """
globalThis.through = async (transform, chunks) => {
  const writer = transform.writable.getWriter();
  const reader = transform.readable.getReader();
  const writing = (async () => {
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  })();
  writing.catch(() => {});
  const seen = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return seen;
    seen.push(typeof value === "string" ? value : [...value]);
  }
};
undefined"""


@pytest.fixture
def pipe(realm: Any) -> Any:
    realm.run(PIPE)
    return realm


@pytest.mark.parametrize(
    ("arguments", "chunks", "text"),
    [
        ("", [[0x61, 0xC3], [0xA9], []], ["a", "é"]),
        ("", [[0xEF], [0xBB, 0xBF, 0x61], [0xC3]], ["a", "\ufffd"]),
        ("'utf-8', { ignoreBOM: true }", [[0xEF], [0xBB, 0xBF]], ["\ufeff"]),
        ("'utf-16be'", [[0xD8], [0x3D, 0xDE], [0x00, 0x00]], ["\U0001f600", "\ufffd"]),
        ("'shift_jis'", [[0x82], [0xA0, 0x82]], ["あ", "\ufffd"]),
        ("'iso-2022-jp'", [[0x1B], [0x24], [0x42, 0x24], [0x22]], ["あ"]),
    ],
)
def test_decoding(pipe: Any, arguments: str, chunks: list[list[int]], text: list[str]) -> None:
    script = f"through(new TextDecoderStream({arguments}), {chunks}.map((chunk) => new Uint8Array(chunk)))"
    assert pipe.settled(script) == text


@pytest.mark.parametrize(
    ("arguments", "chunk"),
    [
        ("'utf-8', { fatal: true }", "new Uint8Array([0xff])"),
        ("'utf-8', { fatal: true }", "new Uint8Array([0xc3])"),
        ("", "'text'"),
        ("", "{}"),
    ],
)
def test_what_cannot_be_decoded_errors_the_stream(pipe: Any, arguments: str, chunk: str) -> None:
    assert pipe.error_of(f"through(new TextDecoderStream({arguments}), [{chunk}])").startswith("TypeError")


@pytest.mark.parametrize(
    ("chunks", "octets"),
    [
        (r"['aé', '', 'b']", [[0x61, 0xC3, 0xA9], [0x62]]),
        (r"['\ud83d', '\ude00']", [[0xF0, 0x9F, 0x98, 0x80]]),
        (r"['\ud83d', '', 'a']", [[0xEF, 0xBF, 0xBD, 0x61]]),
        (r"['\ude00\ud83d']", [[0xEF, 0xBF, 0xBD], [0xEF, 0xBF, 0xBD]]),
        (r"[null, 1]", [list(b"null"), list(b"1")]),
    ],
)
def test_encoding(pipe: Any, chunks: str, octets: list[list[int]]) -> None:
    assert pipe.settled(f"through(new TextEncoderStream(), {chunks})") == octets


def test_what_is_no_string_errors_the_stream(pipe: Any) -> None:
    assert pipe.error_of("through(new TextEncoderStream(), [Symbol()])").startswith("TypeError")


def test_the_attributes(realm: Any) -> None:
    assert realm.run(
        "{ const d = new TextDecoderStream('sjis', { fatal: 1 }); [d.encoding, d.fatal, d.ignoreBOM, new TextEncoderStream().encoding] }"
    ) == [
        "shift_jis",
        True,
        False,
        "utf-8",
    ]
    assert realm.error_of("new TextDecoderStream('replacement')").startswith("RangeError")
