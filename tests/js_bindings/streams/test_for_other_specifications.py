"""js_bindings/streams/for_other_specifications.js and the files it gathers"""

import pytest


def test_a_stream_is_fed_and_closed_by_the_engine(internals):
    script = """(async () => {
      const stream = new (implementation_of(new ReadableStream()).constructor)();
      streams.set_up_readable_stream(stream);
      streams.enqueue_a_chunk(stream, 'x');
      streams.close_a_stream(stream);
      const chunks = [];
      for await (const chunk of platform_object_of(stream)) chunks.push(chunk);
      return [chunks, streams.is_disturbed(stream), streams.is_locked(stream), streams.desired_size_of(stream)]
    })()"""
    assert internals.settled(script) == [["x"], True, False, 0]


BYTES = "const { ReadableStream: Class } = internal('streams/ReadableStream.js'); const stream = new Class();"


def test_pull_and_cancel_may_return_nothing_or_a_promise_or_throw(internals):
    assert internals.settled(f"""(async () => {{ {BYTES}
      let count = 0;
      streams.set_up_with_byte_reading_support(stream, {{ pullAlgorithm() {{ if (count++ === 3) streams.close_a_stream(stream); else streams.enqueue_a_chunk(stream, new Uint8Array([count])) }} }});
      return [...await streams.promise_of_all_bytes(streams.get_a_reader(stream))] }})()""") == [1, 2, 3]
    assert internals.error_of(f"""(async () => {{ {BYTES}
      streams.set_up_with_byte_reading_support(stream, {{ pullAlgorithm() {{ throw new RangeError('no') }} }});
      return streams.promise_of_all_bytes(streams.get_a_reader(stream)) }})()""") == "RangeError: no"
    assert internals.error_of(f"""(async () => {{ {BYTES}
      streams.set_up_with_byte_reading_support(stream, {{ cancelAlgorithm: async () => {{ throw new RangeError('no') }} }});
      return streams.cancel_a_stream(stream, 'why') }})()""") == "RangeError: no"


def test_bytes_are_pulled_into_the_buffer_that_was_brought(internals):
    script = f"""(async () => {{ {BYTES}
      let bytes = new Uint8Array([1, 2, 3, 4, 5]);
      streams.set_up_with_byte_reading_support(stream, {{ pullAlgorithm() {{ bytes = streams.pull_from_bytes(stream, bytes); if (bytes.length === 0) streams.close_a_stream(stream) }} }});
      const reader = platform_object_of(stream).getReader({{ mode: 'byob' }});
      const first = (await reader.read(new Uint8Array(2))).value;
      reader.releaseLock();
      const rest = (await platform_object_of(stream).getReader().read()).value;
      return [[...first], [...rest]] }})()"""
    assert internals.settled(script) == [[1, 2], [3, 4, 5]]


def test_closing_gives_brought_buffers_back(internals):
    script = f"""(async () => {{ {BYTES}
      streams.set_up_with_byte_reading_support(stream);
      const reading = platform_object_of(stream).getReader({{ mode: 'byob' }}).read(new Uint8Array(4));
      streams.close_a_stream(stream);
      const {{ value, done }} = await reading;
      return [value.byteLength, value.buffer.byteLength, done] }})()"""
    assert internals.settled(script) == [0, 4, True]


def test_reading_all_bytes_joins_chunks_and_does_not_recurse(internals):
    script = """(async () => {
      const stream = implementation_of(new ReadableStream({ start(c) { for (let i = 0; i < 50000; ++i) c.enqueue(new Uint8Array([i, i >> 8])); c.close() } }));
      const bytes = await streams.promise_of_all_bytes(streams.get_a_reader(stream));
      return [bytes.length, bytes[2 * 300], bytes[2 * 300 + 1]]
    })()"""
    assert internals.settled(script) == [100000, 300 & 255, 1]


def test_reading_all_bytes_copies_what_a_script_can_still_write_to(internals):
    script = """(async () => {
      let controller;
      const chunk = new Uint8Array([1, 2]);
      const stream = implementation_of(new ReadableStream({ start(c) { controller = c } }));
      const reading = streams.promise_of_all_bytes(streams.get_a_reader(stream));
      controller.enqueue(chunk);
      chunk[0] = 9;
      controller.close();
      return [...await reading]
    })()"""
    assert internals.settled(script) == [1, 2]


@pytest.mark.parametrize("chunk", ["'text'", "new Uint16Array(1)", "new ArrayBuffer(1)"])
def test_reading_all_bytes_takes_nothing_but_bytes(internals, chunk):
    script = f"streams.promise_of_all_bytes(streams.get_a_reader(implementation_of(ReadableStream.from([{chunk}]))))"
    assert internals.error_of(script).startswith("TypeError")


def test_reading_all_bytes_fails_as_the_stream_does(internals):
    script = "streams.promise_of_all_bytes(streams.get_a_reader(implementation_of(new ReadableStream({ start(c) { c.error(new RangeError('bad')) } }))))"
    assert internals.error_of(script) == "RangeError: bad"


def test_a_proxy_gives_the_same_chunks_and_locks_the_stream(internals):
    script = """(async () => {
      const stream = implementation_of(ReadableStream.from(['a', 'b']));
      const proxy = platform_object_of(streams.create_a_proxy(stream));
      const state = [streams.is_locked(stream), streams.is_disturbed(stream)];
      const chunks = [];
      for await (const chunk of proxy) chunks.push(chunk);
      return [state, chunks]
    })()"""
    assert internals.settled(script) == [[True, True], ["a", "b"]]


def test_a_transform_stream_of_the_engine(internals):
    script = """(async () => {
      const { TransformStream: Class } = internal('streams/TransformStream.js');
      const stream = streams.set_up_transform_stream(new Class(), {
        transformAlgorithm(chunk) { streams.enqueue_in_transform_stream(stream, chunk * 2) },
        flushAlgorithm: async () => streams.enqueue_in_transform_stream(stream, 'end'),
      });
      const chunks = [];
      for await (const chunk of ReadableStream.from([1, 2]).pipeThrough(platform_object_of(stream))) chunks.push(chunk);
      return chunks
    })()"""
    assert internals.settled(script) == [2, 4, "end"]


def test_a_writable_stream_of_the_engine(internals):
    script = """(async () => {
      const { WritableStream: Class } = internal('streams/WritableStream.js');
      const seen = [];
      const stream = streams.set_up_writable_stream(new Class(), { writeAlgorithm: async (chunk) => { seen.push(chunk) }, closeAlgorithm() { seen.push('closed') } });
      const writer = streams.get_a_writer(stream);
      await streams.write_a_chunk(writer, 'x');
      streams.release_a_writer(writer);
      await streams.close_a_writable_stream(stream);
      return seen
    })()"""
    assert internals.settled(script) == ["x", "closed"]
