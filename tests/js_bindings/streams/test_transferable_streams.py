"""js_bindings/streams/transferable_streams.js"""

import pytest


def test_a_readable_stream_is_read_where_it_went(realm):
    script = """(async () => {
      const stream = ReadableStream.from(['a', { b: 1 }]);
      const moved = structuredClone(stream, { transfer: [stream] });
      const chunks = [];
      const locked = stream.locked;
      for await (const chunk of moved) chunks.push(chunk);
      return [locked, chunks]
    })()"""
    assert realm.settled(script) == [True, ["a", {"b": 1}]]


def test_a_writable_stream_writes_where_it_came_from(realm):
    script = """(async () => {
      const seen = [];
      const stream = new WritableStream({ write(chunk) { seen.push(chunk) }, close() { seen.push('closed') } });
      const writer = structuredClone(stream, { transfer: [stream] }).getWriter();
      await writer.write('x');
      await writer.close();
      while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      return seen
    })()"""
    assert realm.settled(script) == ["x", "closed"]


def test_a_transform_stream_goes_with_both_sides(realm):
    script = """(async () => {
      const stream = new TransformStream({ transform(chunk, c) { c.enqueue(chunk + '!') } });
      const { readable, writable } = structuredClone(stream, { transfer: [stream] });
      const writer = writable.getWriter();
      writer.write('hey');
      return (await readable.getReader().read()).value
    })()"""
    assert realm.settled(script) == "hey!"


def test_an_error_from_before_the_journey_arrives(realm):
    script = """(async () => {
      const stream = new ReadableStream({ start(c) { c.error('bad') } });
      return structuredClone(stream, { transfer: [stream] }).getReader().read().catch((error) => error)
    })()"""
    assert realm.settled(script) == "bad"


def test_cancelling_travels_back(realm):
    script = """new Promise((resolve) => {
      const stream = new ReadableStream({ cancel: resolve });
      structuredClone(stream, { transfer: [stream] }).cancel('why')
    })"""
    assert realm.settled(script) == "why"


def test_a_chunk_that_cannot_be_cloned_ends_both(realm):
    script = """(async () => {
      let controller;
      const stream = new ReadableStream({ start(c) { controller = c } });
      const reading = structuredClone(stream, { transfer: [stream] }).getReader().read();
      controller.enqueue(() => {});
      const name = await reading.catch((error) => error.name);
      return [name, controller.desiredSize]
    })()"""
    assert realm.settled(script) == ["DataCloneError", 0]


@pytest.mark.parametrize("script", [
    "const stream = new ReadableStream(); stream.getReader()", "const stream = new WritableStream(); stream.getWriter()",
    "const stream = new TransformStream(); stream.readable.getReader()", "const stream = new TransformStream(); stream.writable.getWriter()",
])
def test_a_locked_stream_stays(realm, script):
    assert realm.error_of(f"{{ {script}; structuredClone(stream, {{transfer: [stream]}}) }}").startswith("DataCloneError")


def test_a_stream_is_not_copied(realm):
    assert realm.error_of("structuredClone(new ReadableStream())").startswith("DataCloneError")
