from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from engine.http.content_codings import CodingError, codings_of, decoder_for
from engine.http.headers import HeaderList

DATA = bytes(range(256)) * 300


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


CODED = {
    b"gzip": gzip.compress(DATA),
    b"x-gzip": gzip.compress(DATA),
    b"deflate": zlib.compress(DATA),
    b"br": brotli.compress(DATA),
    b"zstd": zstandard.compress(DATA),
}


def decode(codings: list[bytes], data: bytes, step: int = 100) -> bytes:
    decoder = decoder_for(codings)
    assert decoder is not None
    output = b"".join(decoder.decode(data[start : start + step]) for start in range(0, len(data), step))
    return output + decoder.finish()


@pytest.mark.parametrize("step", [1, 100, 1_000_000])
@pytest.mark.parametrize("coding", CODED)
def test_decoded_as_it_comes(coding, step):
    assert decode([coding], CODED[coding], step) == DATA


def test_deflate_without_its_head():
    assert decode([b"deflate"], raw_deflate(DATA)) == DATA


def test_stacked():
    assert decode([b"gzip", b"br"], brotli.compress(gzip.compress(DATA))) == DATA
    assert decode([b"identity", b"deflate", b"zstd"], zstandard.compress(zlib.compress(DATA))) == DATA


def test_several_members_and_what_follows_them():
    assert decode([b"gzip"], gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"
    assert decode([b"gzip"], gzip.compress(b"a") + b"rubbish") == b"a"
    assert decode([b"gzip"], gzip.compress(b"a") + b"\x1frubbish") == b"a"
    assert decode([b"zstd"], zstandard.compress(b"a") + zstandard.compress(b"b")) == b"ab"


@pytest.mark.parametrize("coding", CODED)
def test_wrong_bytes(coding):
    with pytest.raises(CodingError):
        decode([coding], b"this is plain text, isn't it")


@pytest.mark.parametrize("coding", CODED)
def test_too_few_bytes(coding):
    with pytest.raises(CodingError):
        decode([coding], CODED[coding][:-9])


@pytest.mark.parametrize("coding", CODED)
def test_no_bytes_at_all_are_an_empty_body(coding):
    assert decode([coding], b"") == b""


def test_nothing_to_undo():
    assert decoder_for([]) is None
    assert decoder_for([b"identity"]) is None
    assert decoder_for([b"gzip", b"unknown"]) is None
    assert decoder_for([b"gzip"] * 9) is None


def test_codings_of():
    assert codings_of(HeaderList([(b"Content-Encoding", b"GZip, br"), (b"content-encoding", b"x")])) == [
        b"gzip",
        b"br",
        b"x",
    ]
    assert codings_of(HeaderList()) == codings_of(HeaderList([(b"Content-Encoding", b"a b")])) == []
