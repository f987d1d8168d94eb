"""js_bindings/streams/readable_stream_tee.js and readable_byte_stream_tee.js"""

import pytest

COLLECT = "var collect = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }; undefined"


def test_both_branches_get_all_chunks_the_same_objects(realm):
    realm.run(COLLECT)
    script = """(async () => {
      const object = {};
      const [first, second] = new ReadableStream({ start(c) { c.enqueue(object); c.enqueue(2); c.close() } }).tee();
      const [left, right] = await Promise.all([collect(first), collect(second)]);
      return [left[0] === object, right[0] === object, left[1], right[1]]
    })()"""
    assert realm.settled(script) == [True, True, 2, 2]


def test_the_branches_of_a_byte_stream_do_not_share_their_bytes(realm):
    script = """(async () => {
      const branches = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array([1, 2])) } }).tee();
      const [first, second] = await Promise.all(branches.map(async (branch) => (await branch.getReader().read()).value));
      first[0] = 9;
      return [[...first], [...second]]
    })()"""
    assert realm.settled(script) == [[9, 2], [1, 2]]


def test_a_branch_of_a_byte_stream_reads_into_the_buffer_it_is_brought(realm):
    script = """(async () => {
      const source = { type: 'bytes', pull(c) { c.byobRequest.view[0] = 7; c.byobRequest.respond(1) } };
      const [first, second] = new ReadableStream(source).tee();
      const brought = (await first.getReader({ mode: 'byob' }).read(new Uint8Array(5))).value;
      const copied = (await second.getReader().read()).value;
      return [brought.buffer.byteLength, [...brought], [...copied]]
    })()"""
    assert realm.settled(script) == [5, [7], [7]]


@pytest.mark.parametrize("type", ["undefined", "'bytes'"])
def test_the_stream_is_cancelled_when_both_branches_are(realm, type):
    script = f"""(async () => {{
      const seen = [];
      const [first, second] = new ReadableStream({{ type: {type}, cancel(reason) {{ seen.push(reason) }} }}).tee();
      const one = first.cancel(1);
      const before = seen.length;
      await second.cancel(2);
      await one;
      return [before, seen]
    }})()"""
    assert realm.settled(script) == [0, [[1, 2]]]


@pytest.mark.parametrize("type", ["undefined", "'bytes'"])
def test_an_error_reaches_both(realm, type):
    script = f"""(async () => {{
      let controller;
      const branches = new ReadableStream({{ type: {type}, start(c) {{ controller = c }} }}).tee();
      const reading = branches.map((branch) => branch.getReader().read().catch((error) => error));
      controller.error('bad');
      return Promise.all(reading)
    }})()"""
    assert realm.settled(script) == ["bad", "bad"]


def test_for_other_specifications_the_second_branch_gets_copies(internals):
    script = """(async () => {
      const object = { x: 1 };
      const stream = implementation_of(new ReadableStream({ start(c) { c.enqueue(object) } }));
      const [first, second] = streams.tee_a_stream(stream).map(platform_object_of);
      const [left, right] = [(await first.getReader().read()).value, (await second.getReader().read()).value];
      return [left === object, right === object, right]
    })()"""
    assert internals.settled(script) == [True, False, {"x": 1}]


def test_a_chunk_that_cannot_be_copied_errors_both(internals):
    script = """(async () => {
      const stream = implementation_of(new ReadableStream({ start(c) { c.enqueue(() => {}) } }));
      const branches = streams.tee_a_stream(stream).map(platform_object_of);
      return Promise.all(branches.map((branch) => branch.getReader().read().catch((error) => error.name)))
    })()"""
    assert internals.settled(script) == ["DataCloneError", "DataCloneError"]
