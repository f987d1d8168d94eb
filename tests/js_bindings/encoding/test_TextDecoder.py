from __future__ import annotations

from typing import Any

import pytest


def decoded(realm: Any, label: str, octets: list[int], options: str = "{}") -> str:
    return realm.run(f"new TextDecoder({label!r}, {options}).decode(new Uint8Array({octets}))")


@pytest.mark.parametrize(
    ("label", "octets", "text"),
    [
        ("utf-8", [0x61, 0xC3, 0xA9, 0xFF], "aé\ufffd"),
        ("utf-8", [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, 0x61], "\ufeffa"),
        ("utf-16le", [0xFF, 0xFE, 0x3D, 0xD8, 0x00, 0xDE, 0x00, 0xDC], "\U0001f600\ufffd"),
        ("utf-16be", [0xFE, 0xFF, 0x00, 0x61, 0xD8], "a\ufffd"),
        ("latin1", [0x80, 0x81], "\u20ac\x81"),
        ("sjis", [0x82, 0xA0, 0x82], "あ\ufffd"),
        ("gb18030", [0x81, 0x35, 0xF4, 0x37], "\ue7c7"),
        ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x22], "あ"),
        ("x-user-defined", [0xFF], "\uf7ff"),
    ],
)
def test_decoding(realm: Any, label: str, octets: list[int], text: str) -> None:
    assert decoded(realm, label, octets) == text


def test_long_text_is_decoded_like_short_text(realm: Any) -> None:
    for unit in ("a", "é", "漢", "\U0001f600"):
        for count in (1, 39, 40, 41, 5000):
            assert realm.run(
                f"new TextDecoder().decode(new TextEncoder().encode({unit!r}.repeat({count}))) === {unit!r}.repeat({count})"
            )


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("utf-8", "a\u00e9漢\U0001f600\ufeff"),
        ("utf-16le", "a\u00e9漢\U0001f600"),
        ("utf-16be", "\U0001f600x"),
        ("euc-jp", "亜a\u2460丂"),
        ("gb18030", "啊\U00010000"),
        ("iso-2022-jp", "aあbい"),
    ],
)
def test_a_stream_may_be_cut_anywhere(realm: Any, label: str, text: str) -> None:
    codec = {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "iso-2022-jp": "iso2022_jp"}.get(label, label)
    octets = list(text.replace("\u2460", "").encode(codec))
    expected = text.replace("\u2460", "").removeprefix("\ufeff")
    for size in (1, 2, 3, 5):
        script = f"""{{
          const decoder = new TextDecoder({label!r});
          const octets = {octets};
          let text = "";
          for (let at = 0; at < octets.length; at += {size}) text += decoder.decode(new Uint8Array(octets.slice(at, at + {size})), {{ stream: true }});
          text + decoder.decode();
        }}"""
        assert realm.run(script) == expected


def test_a_byte_order_mark_counts_once_per_stream(realm: Any) -> None:
    realm.run("globalThis.d = new TextDecoder(); globalThis.bom = new Uint8Array([0xEF, 0xBB, 0xBF]); undefined")
    assert (
        realm.run(
            "d.decode(bom.subarray(0, 1), { stream: true }) + d.decode(bom.subarray(1), { stream: true }) + d.decode(bom)"
        )
        == "\ufeff"
    )
    assert realm.run("d.decode(bom)") == ""
    assert realm.run("new TextDecoder('utf-8', { ignoreBOM: true }).decode(bom)") == "\ufeff"


def test_fatal_decoders_throw(realm: Any) -> None:
    for label, octets in (
        ("utf-8", [0xFF]),
        ("utf-16le", [0x00, 0xDC]),
        ("utf-16le", [0x61]),
        ("big5", [0xFF]),
        ("windows-1253", [0xAA]),
    ):
        error = realm.error_of(f"new TextDecoder({label!r}, {{ fatal: true }}).decode(new Uint8Array({octets}))")
        assert error.startswith("TypeError"), label


def test_unknown_labels_throw(realm: Any) -> None:
    for label in ("nope", "replacement", "iso-2022-kr", ""):
        assert realm.error_of(f"new TextDecoder({label!r})").startswith("RangeError")


def test_the_attributes(realm: Any) -> None:
    assert realm.run(
        "{ const d = new TextDecoder('latin1', { fatal: 1 }); [d.encoding, d.fatal, d.ignoreBOM, new TextDecoder().encoding] }"
    ) == [
        "windows-1252",
        True,
        False,
        "utf-8",
    ]


def test_every_kind_of_buffer_source(realm: Any) -> None:
    assert realm.run(
        """{
          const { buffer } = new Uint8Array([0x61, 0x62, 0x63, 0x64]);
          const d = new TextDecoder();
          const shared = new Uint8Array(new SharedArrayBuffer(2));
          shared.fill(0x7A);
          const gone = new Uint8Array([0x61]);
          gone.buffer.transfer();
          [d.decode(buffer), d.decode(new DataView(buffer, 1, 2)), d.decode(new Uint16Array(buffer, 2)), d.decode(shared), d.decode(gone), d.decode()];
        }"""
    ) == ["abcd", "bc", "cd", "zz", "", ""]
