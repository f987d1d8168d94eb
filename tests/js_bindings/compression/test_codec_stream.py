"""js_bindings/compression/codec_stream.js, and the two interfaces made of it"""

import gzip
import zlib

import pytest

HELPERS = """
  var through = async (stream, ...chunks) => {
    const bytes = [];
    const writer = stream.writable.getWriter();
    const writing = Promise.all([...chunks.map((chunk) => writer.write(chunk)), writer.close()]);
    writing.catch(() => {});
    for await (const chunk of stream.readable) bytes.push(...chunk);
    await writing;
    return bytes
  };
  undefined"""


@pytest.fixture
def codecs(realm):
    realm.run(HELPERS)
    yield realm
    assert len(realm.environment.handles.values()) == 0, "a context was left behind"


@pytest.mark.parametrize("format", ["brotli", "deflate", "deflate-raw", "gzip"])
def test_what_goes_in_comes_out_again(codecs, format):
    script = f"""(async () => {{
      const input = new TextEncoder().encode('over and over and over');
      const compressed = new Uint8Array(await through(new CompressionStream('{format}'), input.subarray(0, 5), input.subarray(5)));
      return new TextDecoder().decode(new Uint8Array(await through(new DecompressionStream('{format}'), compressed.subarray(0, 3), compressed.subarray(3))))
    }})()"""
    assert codecs.settled(script) == "over and over and over"


def test_others_can_read_it(codecs):
    assert gzip.decompress(bytes(codecs.settled("through(new CompressionStream('gzip'), new Uint8Array([1, 2, 3]))"))) == b"\1\2\3"


def test_much_comes_out_in_pieces(codecs):
    data = list(zlib.compress(bytes(3_000_000)))
    script = f"""(async () => {{
      const stream = new DecompressionStream('deflate');
      const writer = stream.writable.getWriter();
      writer.write(new Uint8Array({data}));
      writer.close();
      const sizes = [];
      for await (const chunk of stream.readable) sizes.push(chunk.length);
      return [sizes.length > 1, sizes.reduce((sum, size) => sum + size, 0)]
    }})()"""
    assert codecs.settled(script) == [True, 3_000_000]


@pytest.mark.parametrize("bytes_", ["[1, 2, 3]", "[31, 139, 8]"])
def test_what_is_wrong_or_ends_too_early_is_an_error(codecs, bytes_):
    assert codecs.error_of(f"through(new DecompressionStream('gzip'), new Uint8Array({bytes_}))").startswith("TypeError")


@pytest.mark.parametrize("format", ["brotli", "deflate", "deflate-raw", "gzip"])
def test_nothing_may_follow_the_end(codecs, format):
    script = f"""(async () => {{
      const compressed = await through(new CompressionStream('{format}'), new Uint8Array(3));
      return through(new DecompressionStream('{format}'), new Uint8Array(compressed), new Uint8Array(1))
    }})()"""
    assert codecs.error_of(script).startswith("TypeError")


@pytest.mark.parametrize("chunk", ["'text'", "null", "[1]", "new Uint8Array(new SharedArrayBuffer(1))"])
def test_only_bytes_go_in(codecs, chunk):
    assert codecs.error_of(f"through(new CompressionStream('gzip'), {chunk})").startswith("TypeError")


def test_a_reader_that_stops_ends_the_context(codecs):
    codecs.settled("new CompressionStream('gzip').readable.cancel()")
    codecs.settled("new CompressionStream('gzip').writable.abort()")


def test_there_is_no_other_format(realm):
    assert realm.error_of("new CompressionStream('zip')").startswith("TypeError")
