"""js_bindings/streams/WritableStream.js, its writer and its controller"""


def test_chunks_are_written_one_after_the_other(realm):
    script = """(async () => {
      const seen = [];
      const stream = new WritableStream({ async write(chunk) { seen.push('+' + chunk); await null; seen.push('-' + chunk) }, close() { seen.push('end') } });
      const writer = stream.getWriter();
      writer.write('a'); writer.write('b');
      await writer.close();
      return seen
    })()"""
    assert realm.settled(script) == ["+a", "-a", "+b", "-b", "end"]


def test_ready_tells_when_there_is_room_again(realm):
    script = """(async () => {
      let finish;
      const writer = new WritableStream({ write: () => new Promise((resolve) => { finish = resolve }) }).getWriter();
      const room = [writer.desiredSize];
      await writer.ready;
      const writing = writer.write('x');
      room.push(writer.desiredSize);
      const ready = writer.ready;
      await null; finish(); await ready;
      return [...room, writer.desiredSize]
    })()"""
    assert realm.settled(script) == [1, 0, 1]


def test_an_abort_reaches_the_signal_at_once_and_the_sink_when_it_is_idle(realm):
    script = """(async () => {
      const seen = [];
      let controller, finish;
      const stream = new WritableStream({
        start(c) { controller = c; c.signal.onabort = () => seen.push(['signal', c.signal.reason]) },
        write: () => new Promise((resolve) => { finish = resolve }), abort(reason) { seen.push(['abort', reason]) } });
      const writer = stream.getWriter();
      await writer.ready;
      const writing = writer.write('x');
      const aborting = writer.abort('why');
      const at_once = seen.length;
      await null; finish(); await aborting;
      return [at_once, seen, await writer.closed.catch((error) => error)]
    })()"""
    assert realm.settled(script) == [1, [["signal", "why"], ["abort", "why"]], "why"]


def test_the_signal_of_a_stream_that_was_aborted_before_anybody_looked_is_aborted(realm):
    script = """(async () => {
      let controller;
      const stream = new WritableStream({ start(c) { controller = c } });
      await stream.abort('why');
      return [controller.signal.aborted, controller.signal.reason, controller.signal === controller.signal]
    })()"""
    assert realm.settled(script) == [True, "why", True]


def test_a_failing_write_errors_the_stream_and_all_that_waits(realm):
    script = """(async () => {
      const writer = new WritableStream({ write() { throw new RangeError('full') } }).getWriter();
      const promises = [writer.write('a'), writer.write('b'), writer.close(), writer.closed];
      return (await Promise.allSettled(promises)).map(({ reason }) => reason.message)
    })()"""
    assert realm.settled(script) == ["full", "full", "full", "full"]


def test_closing_twice_and_writing_after_the_close_are_refused(realm):
    assert realm.error_of("{ const writer = new WritableStream().getWriter(); writer.close(); writer.close() }").startswith("TypeError")
    assert realm.error_of("{ const writer = new WritableStream().getWriter(); writer.close(); writer.write('x') }").startswith("TypeError")


def test_a_released_writer_is_of_no_use(realm):
    setup = "const stream = new WritableStream(), writer = stream.getWriter(); writer.releaseLock();"
    assert realm.error_of(f"{{ {setup} writer.write('x') }}").startswith("TypeError")
    assert realm.error_of(f"{{ {setup} writer.desiredSize }}").startswith("TypeError")
    assert realm.run(f"{{ {setup} stream.locked }}") is False


def test_the_sink_has_no_types(realm):
    assert realm.error_of("new WritableStream({type: 'bytes'})").startswith("RangeError")


def test_no_rejection_of_its_own_promises_is_left_unhandled(realm):
    realm.settled("(async () => { const writer = new WritableStream({ start(c) { c.error('bad') } }).getWriter(); await new Promise((resolve) => setTimeout(resolve)) })()")
    assert realm.watcher.errors == []
