"""js_bindings/streams/ReadableStream.js, its default reader and controller"""

import pytest

COLLECT = "var collect = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }; undefined"


def test_chunks_come_out_in_order_and_then_the_end(realm):
    script = """(async () => {
      const reader = new ReadableStream({ start(controller) { controller.enqueue(1); controller.enqueue(2); controller.close() } }).getReader();
      return [await reader.read(), await reader.read(), await reader.read(), await reader.closed]
    })()"""
    first, second, third, *_ = realm.settled(script)
    assert (first, second, third["done"]) == ({"value": 1, "done": False}, {"value": 2, "done": False}, True)


def test_pull_is_called_as_long_as_the_queue_has_room(realm):
    script = """(async () => {
      let pulled = 0;
      new ReadableStream({ pull(controller) { controller.enqueue(++pulled) } }, { highWaterMark: 3 });
      await new Promise((resolve) => setTimeout(resolve, 5));
      return pulled
    })()"""
    assert realm.settled(script) == 3


def test_the_size_function_measures_the_chunks(realm):
    script = """(() => {
      let controller;
      new ReadableStream({ start(c) { controller = c } }, { highWaterMark: 10, size(chunk) { return chunk.length } });
      controller.enqueue('abc');
      return controller.desiredSize
    })()"""
    assert realm.run(script) == 7


@pytest.mark.parametrize("size", ["NaN", "-1", "Infinity", "{}"])
def test_a_useless_size_errors_the_stream(realm, size):
    script = f"""(() => {{
      let controller;
      const stream = new ReadableStream({{ start(c) {{ controller = c }} }}, {{ size: () => {size} }});
      try {{ controller.enqueue('x') }} catch (error) {{ return [error.name, controller.desiredSize] }}
    }})()"""
    assert realm.run(script) == ["RangeError", None]


@pytest.mark.parametrize("strategy", ["{highWaterMark: -1}", "{highWaterMark: NaN}"])
def test_a_high_water_mark_is_not_negative(realm, strategy):
    assert realm.error_of(f"new ReadableStream({{}}, {strategy})").startswith("RangeError")


def test_a_stream_of_bytes_has_no_size_function_and_other_types_do_not_exist(realm):
    assert realm.error_of("new ReadableStream({type: 'bytes'}, {size() {}})").startswith("RangeError")
    assert realm.error_of("new ReadableStream({type: 'letters'})").startswith("TypeError")


def test_the_methods_of_the_source_are_called_on_it(realm):
    script = """(async () => {
      const source = {
        seen: [],
        start(controller) { this.seen.push('start') },
        pull(controller) { this.seen.push('pull'); controller.enqueue('x') },
        cancel(reason) { this.seen.push(reason) },
      };
      const stream = new ReadableStream(source);
      await new Promise((resolve) => setTimeout(resolve));
      await stream.cancel('why');
      return source.seen
    })()"""
    assert realm.settled(script) == ["start", "pull", "why"]


def test_what_start_throws_leaves_the_constructor_and_what_it_rejects_errors_the_stream(realm):
    assert realm.error_of("new ReadableStream({ start() { throw new RangeError('no') } })") == "RangeError: no"
    assert realm.error_of("new ReadableStream({ async start() { throw new RangeError('no') } }).getReader().read()") == "RangeError: no"


def test_a_locked_stream_gives_no_second_reader_and_a_released_one_does(realm):
    assert realm.error_of("{ const stream = new ReadableStream(); stream.getReader(); stream.getReader() }").startswith("TypeError")
    assert realm.run("{ const stream = new ReadableStream(); stream.getReader().releaseLock(); stream.getReader(); stream.locked }") is True


def test_releasing_rejects_reads_that_wait_and_the_next_reader_gets_the_chunk(realm):
    script = """(async () => {
      let controller;
      const stream = new ReadableStream({ start(c) { controller = c } });
      const first = stream.getReader();
      const waiting = first.read().catch((error) => error.name);
      first.releaseLock();
      const second = stream.getReader().read();
      controller.enqueue('x');
      return [await waiting, (await second).value, await first.closed.catch((error) => error.name)]
    })()"""
    assert realm.settled(script) == ["TypeError", "x", "TypeError"]


def test_members_demand_a_stream(realm):
    assert realm.error_of("ReadableStream.prototype.getReader.call({})").startswith("TypeError")
    assert realm.error_of("ReadableStream.prototype.cancel.call({})").startswith("TypeError")
    assert realm.error_of("new ReadableStreamDefaultController()").startswith("TypeError")


def test_leaving_an_iteration_cancels_unless_told_otherwise(realm):
    script = """(async () => {
      const seen = [];
      const make = () => new ReadableStream({ pull(controller) { controller.enqueue('x') }, cancel() { seen.push('cancelled') } });
      for await (const chunk of make()) break;
      const kept = make();
      for await (const chunk of kept.values({ preventCancel: true })) break;
      return [seen, kept.locked]
    })()"""
    assert realm.settled(script) == [["cancelled"], False]


@pytest.mark.parametrize("iterable", [
    "['a', 'b']", "[Promise.resolve('a'), 'b']", "new Set(['a', 'b'])", "'ab'", "(function* () { yield 'a'; yield 'b' })()",
    "(async function* () { yield 'a'; yield 'b' })()", "ReadableStream.from(['a', 'b'])",
])
def test_a_stream_is_made_from_anything_iterable(realm, iterable):
    realm.run(COLLECT)
    assert realm.settled(f"collect(ReadableStream.from({iterable}))") == ["a", "b"]


@pytest.mark.parametrize("value", ["null", "undefined", "1", "{}", "{[Symbol.iterator]: 1}", "{[Symbol.asyncIterator]() { return 1 }}"])
def test_but_not_from_anything_else(realm, value):
    assert realm.error_of(f"ReadableStream.from({value})").startswith("TypeError")


def test_cancelling_such_a_stream_closes_the_iterator(realm):
    script = """(async () => {
      const seen = [];
      const iterator = { next: async () => ({ value: 1, done: false }), async return(reason) { seen.push(reason); return {} } };
      await ReadableStream.from({ [Symbol.asyncIterator]: () => iterator }).cancel('enough');
      return seen
    })()"""
    assert realm.settled(script) == ["enough"]


def test_a_rejected_promise_among_plain_values_closes_their_iterator(realm):
    script = """(async () => {
      const seen = [];
      const iterator = { next: () => ({ value: Promise.reject(new RangeError('bad')), done: false }), return() { seen.push('closed'); return {} } };
      const error = await ReadableStream.from({ [Symbol.iterator]: () => iterator }).getReader().read().catch((error) => error.message);
      return [error, seen]
    })()"""
    assert realm.settled(script) == ["bad", ["closed"]]


def test_patched_globals_change_nothing(realm):
    realm.run("""
      var collected = [], then = Promise.prototype.then, {shift} = Array.prototype;
      Promise.prototype.then = Array.prototype.shift = () => { throw new Error('called') };
      Object.defineProperty(Object.prototype, 'size', { get() { throw new Error('read') }, configurable: true });
      (async () => {
        const reader = new ReadableStream({ start(controller) { controller.enqueue('x') } }).getReader();
        collected = [(await reader.read()).value]
      })();
      undefined""")
    realm.run("Promise.prototype.then = then; Array.prototype.shift = shift; delete Object.prototype.size; undefined")
    assert realm.run("collected") == ["x"]
