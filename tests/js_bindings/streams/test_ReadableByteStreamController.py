"""js_bindings/streams/ReadableByteStreamController.js, the BYOB reader and its requests, and the functions behind them"""

import pytest


def test_the_bytes_of_an_enqueued_chunk_become_the_streams(realm):
    script = """(async () => {
      const chunk = new Uint8Array([1, 2, 3]);
      const reader = new ReadableStream({ type: 'bytes', start(controller) { controller.enqueue(chunk) } }).getReader();
      const { value } = await reader.read();
      return [chunk.byteLength, [...value]]
    })()"""
    assert realm.settled(script) == [0, [1, 2, 3]]


def test_a_reader_brings_its_buffer_and_the_source_writes_into_it(realm):
    script = """(async () => {
      const source = { type: 'bytes', pull(controller) { const { byobRequest } = controller; byobRequest.view[0] = 7; byobRequest.respond(1) } };
      const view = new Uint8Array(4);
      const { value, done } = await new ReadableStream(source).getReader({ mode: 'byob' }).read(view);
      return [view.byteLength, value.byteLength, value.buffer.byteLength, value[0], done]
    })()"""
    assert realm.settled(script) == [0, 1, 4, 7, False]


def test_min_waits_until_there_is_enough(realm):
    script = """(async () => {
      let controller;
      const stream = new ReadableStream({ type: 'bytes', start(c) { controller = c } });
      let got;
      const reading = stream.getReader({ mode: 'byob' }).read(new Uint8Array(8), { min: 3 }).then(({ value }) => { got = [...value] });
      controller.enqueue(new Uint8Array([1, 2]));
      await new Promise((resolve) => setTimeout(resolve));
      const before = got === undefined;
      controller.enqueue(new Uint8Array([3, 4]));
      await reading;
      return [before, got]
    })()"""
    assert realm.settled(script) == [True, [1, 2, 3, 4]]


@pytest.mark.parametrize(("arguments", "error"), [
    ("new Uint8Array(0)", "TypeError"), ("new Uint8Array(1), {min: 0}", "TypeError"), ("new Uint16Array(2), {min: 3}", "RangeError"),
    ("new DataView(new ArrayBuffer(2)), {min: 3}", "RangeError"), ("[1]", "TypeError"),
])
def test_a_read_needs_room(realm, arguments, error):
    assert realm.error_of(f"new ReadableStream({{type: 'bytes'}}).getReader({{mode: 'byob'}}).read({arguments})").startswith(error)


def test_wide_elements_are_handed_over_whole_and_the_rest_waits(realm):
    script = """(async () => {
      let controller;
      const stream = new ReadableStream({ type: 'bytes', start(c) { controller = c } });
      controller.enqueue(new Uint8Array([1, 0, 2]));
      const reader = stream.getReader({ mode: 'byob' });
      const first = (await reader.read(new Uint16Array(2))).value;
      const second = (await reader.read(new Uint8Array(2))).value;
      return [first.constructor.name, [...first], [...second]]
    })()"""
    assert realm.settled(script) == ["Uint16Array", [1], [2]]


def test_closing_in_the_middle_of_an_element_errors(realm):
    script = """{
      let controller;
      const stream = new ReadableStream({ type: 'bytes', start(c) { controller = c } });
      stream.getReader({ mode: 'byob' }).read(new Uint16Array(1)).catch(() => {});
      controller.enqueue(new Uint8Array(1));
      controller.close()
    }"""
    assert realm.error_of(script).startswith("TypeError")


def test_auto_allocation_gives_requests_to_default_readers_too(realm):
    script = """(async () => {
      const source = { type: 'bytes', autoAllocateChunkSize: 16, pull({ byobRequest }) { byobRequest.view.fill(5); byobRequest.respond(2) } };
      return [...(await new ReadableStream(source).getReader().read()).value]
    })()"""
    assert realm.settled(script) == [5, 5]
    assert realm.error_of("new ReadableStream({type: 'bytes', autoAllocateChunkSize: 0})").startswith("TypeError")


def test_a_request_is_answered_once_and_within_its_bounds(realm):
    setup = """let controller; const stream = new ReadableStream({ type: 'bytes', start(c) { controller = c } });
      stream.getReader({ mode: 'byob' }).read(new Uint8Array(2)); const request = controller.byobRequest;"""
    assert realm.error_of(f"{{ {setup} request.respond(3) }}").startswith("RangeError")
    assert realm.error_of(f"{{ {setup} request.respond(0) }}").startswith("TypeError")
    assert realm.error_of(f"{{ {setup} request.respond(1); request.respond(1) }}").startswith("TypeError")
    assert realm.error_of(f"{{ {setup} request.respondWithNewView(new Uint8Array(3)) }}").startswith("RangeError")


def test_bytes_written_for_a_released_reader_go_to_the_next(realm):
    script = """(async () => {
      let controller;
      const stream = new ReadableStream({ type: 'bytes', start(c) { controller = c } });
      const first = stream.getReader({ mode: 'byob' });
      const lost = first.read(new Uint8Array(4)).catch((error) => error.name);
      const request = controller.byobRequest;
      first.releaseLock();
      request.view.set([8, 9]);
      request.respond(2);
      return [await lost, [...(await stream.getReader().read()).value]]
    })()"""
    assert realm.settled(script) == ["TypeError", [8, 9]]


def test_properties_that_a_script_puts_on_a_view_are_not_believed(realm):
    script = """(async () => {
      const chunk = new Uint8Array([1, 2, 3]);
      Object.defineProperty(chunk, 'byteLength', { value: 100 });
      Object.defineProperty(chunk, 'buffer', { value: new ArrayBuffer(100) });
      const stream = new ReadableStream({ type: 'bytes', start(controller) { controller.enqueue(chunk) } });
      return [...(await stream.getReader().read()).value]
    })()"""
    assert realm.settled(script) == [1, 2, 3]
