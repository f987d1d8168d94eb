from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest

try:
    from compression import zstd
except ImportError:
    from backports import zstd

from engine.compression import CompressionError, Decoder
from engine.http.content_codings import codings_of, decoder_for
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
    b"zstd": zstd.compress(DATA),
}


def decode(codings: list[bytes], data: bytes, step: int = 100) -> bytes:
    decoder = decoder_for(codings)
    assert decoder is not None
    output = []
    for start in range(0, len(data), step):
        decoder.push(data[start : start + step])
        while not decoder.wants_input:
            output.append(decoder.pull(50_000))
            assert len(output[-1]) <= 100_000
    decoder.finish()
    return b"".join(output)


@pytest.mark.parametrize("step", [1, 100, 1_000_000])
@pytest.mark.parametrize("coding", CODED)
def test_decoded_as_it_comes(coding, step):
    assert decode([coding], CODED[coding], step) == DATA


def test_deflate_without_its_head():
    assert decode([b"deflate"], raw_deflate(DATA)) == DATA


def test_stacked():
    assert decode([b"gzip", b"br"], brotli.compress(gzip.compress(DATA))) == DATA
    assert decode([b"identity", b"deflate", b"zstd"], zstd.compress(zlib.compress(DATA))) == DATA


def test_several_members_and_what_follows_them():
    assert decode([b"gzip"], gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"
    assert decode([b"gzip"], gzip.compress(b"a") + b"rubbish") == b"a"
    assert decode([b"gzip"], gzip.compress(b"a") + b"\x1frubbish") == b"a"
    assert decode([b"zstd"], zstd.compress(b"a") + zstd.compress(b"b")) == b"ab"


@pytest.mark.parametrize("coding", CODED)
def test_wrong_bytes(coding):
    with pytest.raises(CompressionError):
        decode([coding], b"this is plain text, isn't it")


@pytest.mark.parametrize("coding", CODED)
def test_too_few_bytes(coding):
    with pytest.raises(CompressionError):
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


def nested(data: bytes, layers: int) -> bytes:
    for _ in range(layers):
        data = gzip.compress(data)
    return data


BOMBS = {
    "gzip": ([b"gzip"], gzip.compress(bytes(20 << 20))),
    "deflate": ([b"deflate"], raw_deflate(bytes(20 << 20))),
    "br": ([b"br"], brotli.compress(bytes(20 << 20))),
    "zstd": ([b"zstd"], zstd.compress(bytes(20 << 20))),
    "gzip in gzip in gzip": ([b"gzip"] * 3, nested(bytes(20 << 20), 3)),
    "br in zstd": ([b"br", b"zstd"], zstd.compress(brotli.compress(bytes(20 << 20)))),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_more_is_made_than_is_pulled(bomb):
    codings, data = BOMBS[bomb]
    decoder = decoder_for(codings)
    assert decoder is not None
    decoder.push(data)
    tracemalloc.start()
    pulled = 0
    while pulled < 4 << 20:
        pulled += len(decoder.pull(64 * 1024))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20
    assert decoder.memory < 17 << 20
    while not decoder.wants_input:
        pulled += len(decoder.pull(64 * 1024))
    decoder.finish()
    assert pulled == 20 << 20


def test_layers_that_hide_nothing_are_gone_through_step_by_step():
    empty_members = gzip.compress(gzip.compress(b"") * 1_000_000)
    decoder = decoder_for([b"gzip", b"gzip"])
    assert decoder is not None
    decoder.push(empty_members)
    calls = 0
    while not decoder.wants_input:
        assert decoder.pull(64 * 1024) == b""
        calls += 1
    decoder.finish()
    assert calls > 100


def test_memory_is_that_of_the_window_as_far_as_it_is_filled():
    decoder = decoder_for([b"br"])
    assert isinstance(decoder, Decoder)
    before = decoder.memory
    decoder.push(brotli.compress(bytes(1 << 20)))
    while not decoder.wants_input:
        decoder.pull(64 * 1024)
    assert before < 1 << 17
    assert decoder.memory < 2 << 20
