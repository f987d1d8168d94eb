"""js_bindings/streams/TransformStream.js and its controller"""

COLLECT = """var collect = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks };
  var feed = (writable, ...chunks) => { const writer = writable.getWriter(); const all = chunks.map((chunk) => writer.write(chunk)); all.push(writer.close()); for (const one of all) one.catch(() => {}) };
  undefined"""


def test_chunks_are_changed_on_the_way(realm):
    realm.run(COLLECT)
    script = """(() => {
      const { readable, writable } = new TransformStream({ transform(chunk, c) { c.enqueue(chunk + 1); c.enqueue(chunk + 2) }, flush(c) { c.enqueue('end') } });
      feed(writable, 10, 20);
      return collect(readable)
    })()"""
    assert realm.settled(script) == [11, 12, 21, 22, "end"]


def test_without_a_transformer_they_pass(realm):
    realm.run(COLLECT)
    assert realm.settled("(() => { const { readable, writable } = new TransformStream(); feed(writable, 1, 2); return collect(readable) })()") == [1, 2]


def test_it_fits_into_a_pipe(realm):
    realm.run(COLLECT)
    script = "collect(ReadableStream.from([1, 2]).pipeThrough(new TransformStream({ transform(chunk, c) { c.enqueue(-chunk) } })))"
    assert realm.settled(script) == [-1, -2]


def test_a_transformer_that_throws_errors_both_sides(realm):
    script = """(async () => {
      const { readable, writable } = new TransformStream({ transform() { throw new RangeError('no') } });
      const writer = writable.getWriter(), reader = readable.getReader();
      const results = await Promise.allSettled([reader.read(), writer.write(1), writer.closed]);
      return results.map(({ reason }) => reason.message)
    })()"""
    assert realm.settled(script) == ["no", "no", "no"]


def test_terminate_ends_the_readable_side_and_errors_the_writable_one(realm):
    script = """(async () => {
      const { readable, writable } = new TransformStream({ transform(chunk, c) { c.terminate() } });
      const writer = writable.getWriter();
      writer.write(1).catch(() => {});
      return [(await readable.getReader().read()).done, await writer.closed.catch((error) => error.name)]
    })()"""
    assert realm.settled(script) == [True, "TypeError"]


def test_cancel_is_called_once_for_whichever_side_ends_first(realm):
    script = """(async () => {
      const seen = [];
      const make = () => new TransformStream({ cancel(reason) { seen.push(reason) } });
      await make().readable.cancel('reader');
      await make().writable.abort('writer');
      const both = make();
      await Promise.all([both.readable.cancel('first'), both.writable.abort('second')]);
      return seen
    })()"""
    assert realm.settled(script) == ["reader", "writer", "first"]


def test_a_write_while_cancel_is_under_way_is_heard_by_nobody(realm):
    script = """(async () => {
      let finish;
      const { readable, writable } = new TransformStream({ transform() { throw new Error('called') }, cancel: () => new Promise((resolve) => { finish = resolve }) },
        undefined, { highWaterMark: 1 });
      const writer = writable.getWriter();
      await writer.ready; await null; await null;
      const cancelling = readable.cancel('why');
      const writing = writer.write('x').then(() => 'taken', (error) => error);
      finish();
      await cancelling;
      return [await writing, await writer.closed.catch((error) => error)]
    })()"""
    assert realm.settled(script)[1] == "why"
    assert realm.watcher.errors == []


def test_the_high_water_marks_are_those_of_the_two_sides(realm):
    assert realm.run("new TransformStream({}, {highWaterMark: 5}, {}).writable.getWriter().desiredSize") == 5
    assert realm.error_of("new TransformStream({}, {highWaterMark: -1})").startswith("RangeError")
    assert realm.error_of("new TransformStream({readableType: 'bytes'})").startswith("RangeError")
