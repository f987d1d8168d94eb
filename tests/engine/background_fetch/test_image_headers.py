from __future__ import annotations

import pytest

from engine.background_fetch.image_headers import read_image_header

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108002000300301220002110103110100")
GIF = b"GIF89a" + bytes([10, 0, 20, 0])
WEBP_LOSSY = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x40\x00\x20\x00"
WEBP_LOSSLESS = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + ((63) | (31 << 14)).to_bytes(4, "little")
WEBP_EXTENDED = b"RIFF\x00\x00\x00\x00WEBPVP8X\x00\x00\x00\x00\x00\x00\x00\x00" + (63).to_bytes(3, "little") + (31).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (JPEG, ("image/jpeg", 48, 32)),
        (GIF, ("image/gif", 10, 20)),
        (WEBP_LOSSY, ("image/webp", 64, 32)),
        (WEBP_LOSSLESS, ("image/webp", 64, 32)),
        (WEBP_EXTENDED, ("image/webp", 64, 32)),
        (b"<svg viewBox='0 0 1 1'>", ("image/svg+xml", None, None)),
        (b"\xef\xbb\xbf<svg width='1.6' height=\"50%\">\xe2\x82", ("image/svg+xml", 2, None)),
    ],
)
def test_headers_are_read(data: bytes, header: tuple[str, int | None, int | None]) -> None:
    assert read_image_header(data) == header


@pytest.mark.parametrize(
    "data", [b"", b"text", b"<html><svg>", b"\x89PNG\r\n\x1a\n", JPEG[:20], b"\xff\xd8\xff\xe0\x00\x00", b"RIFFxxxxWEBPVP8?", b"\xff" * 40]
)
def test_anything_else_is_no_image(data: bytes) -> None:
    assert read_image_header(data) is None
