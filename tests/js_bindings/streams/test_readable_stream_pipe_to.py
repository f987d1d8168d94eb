"""js_bindings/streams/readable_stream_pipe_to.js"""

import pytest

SETUP = """
  var recorded = [];
  var source = (chunks, more = {}) => new ReadableStream({ start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close() }, cancel(r) { recorded.push(['cancel', r]) }, ...more });
  var sink = (more = {}, strategy = undefined) => new WritableStream({
    write(chunk) { recorded.push(chunk) }, close() { recorded.push('close') }, abort(r) { recorded.push(['abort', r]) }, ...more }, strategy);
  undefined"""


@pytest.fixture
def piping(realm):
    realm.run(SETUP)
    return realm


def test_all_chunks_arrive_and_the_sink_closes(piping):
    assert piping.settled("source(['a', 'b']).pipeTo(sink()).then(() => recorded)") == ["a", "b", "close"]


def test_nothing_happens_inside_the_script_that_enqueues(piping):
    script = """(async () => {
      let controller;
      const done = new ReadableStream({ start(c) { controller = c } }).pipeTo(sink());
      await new Promise((resolve) => setTimeout(resolve));
      controller.enqueue('x');
      const during = recorded.length;
      controller.close();
      await done;
      return [during, recorded]
    })()"""
    assert piping.settled(script) == [0, ["x", "close"]]


def test_both_ends_are_free_again_afterwards(piping):
    script = "(async () => { const from = source([]), to = sink(); const piping = from.pipeTo(to); const during = [from.locked, to.locked]; await piping; return [during, from.locked, to.locked] })()"
    assert piping.settled(script) == [[True, True], False, False]


@pytest.mark.parametrize(("options", "recorded"), [("{}", [["abort", "bad"]]), ("{preventAbort: true}", [])])
def test_an_error_of_the_source_aborts_the_sink(piping, options, recorded):
    script = f"new ReadableStream({{ start(c) {{ c.error('bad') }} }}).pipeTo(sink(), {options}).catch((error) => [error, recorded])"
    assert piping.settled(script) == ["bad", recorded]


@pytest.mark.parametrize(("options", "recorded"), [("{}", [["cancel", "bad"]]), ("{preventCancel: true}", [])])
def test_an_error_of_the_sink_cancels_the_source(piping, options, recorded):
    script = f"""new ReadableStream({{ cancel(r) {{ recorded.push(['cancel', r]) }} }})
      .pipeTo(sink({{ start(c) {{ c.error('bad') }} }}), {options}).catch((error) => [error, recorded])"""
    assert piping.settled(script) == ["bad", recorded]


def test_the_end_of_the_source_need_not_be_the_end_of_the_sink(piping):
    assert piping.settled("source(['a']).pipeTo(sink(), {preventClose: true}).then(() => recorded)") == ["a"]


def test_a_signal_stops_it_at_both_ends(piping):
    script = """(async () => {
      const controller = new AbortController();
      const piping = new ReadableStream({ cancel(r) { recorded.push(['cancel', r]) } }).pipeTo(sink(), { signal: controller.signal });
      controller.abort('enough');
      return [await piping.catch((error) => error), recorded]
    })()"""
    assert piping.settled(script) == ["enough", [["abort", "enough"], ["cancel", "enough"]]]


def test_no_more_is_read_than_the_sink_wants(piping):
    script = """(async () => {
      let pulled = 0;
      const endless = new ReadableStream({ pull(controller) { controller.enqueue(++pulled) } }, { highWaterMark: 0 });
      endless.pipeTo(sink({ write: () => new Promise(() => {}) }, { highWaterMark: 3 }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return pulled
    })()"""
    assert piping.settled(script) == 3


def test_chunks_that_were_read_are_written_before_the_abort(piping):
    script = """(async () => {
      let controller;
      const piping = new ReadableStream({ start(c) { controller = c } }).pipeTo(sink({}, { highWaterMark: 5 }));
      await new Promise((resolve) => setTimeout(resolve));
      controller.enqueue('x');
      controller.error('bad');
      return [await piping.catch((error) => error), recorded]
    })()"""
    assert piping.settled(script) == ["bad", ["x", ["abort", "bad"]]]


def test_locked_ends_are_refused(piping):
    assert piping.error_of("{ const from = source([]); from.getReader(); from.pipeTo(sink()) }").startswith("TypeError")
    assert piping.error_of("{ const to = sink(); to.getWriter(); source([]).pipeTo(to) }").startswith("TypeError")
    assert piping.error_of("{ const to = sink(); to.getWriter(); source([]).pipeThrough({ readable: source([]), writable: to }) }").startswith("TypeError")


def test_a_chunk_that_has_just_been_read_is_waited_for_too(piping):
    script = """(async () => {
      let source_controller;
      const controller = new AbortController();
      const slow = sink({ async write(chunk) { await new Promise((resolve) => setTimeout(resolve, 2)); recorded.push(chunk) } });
      const piping = new ReadableStream({ start(c) { source_controller = c } })
        .pipeTo(slow, { signal: controller.signal, preventAbort: true, preventCancel: true });
      await new Promise((resolve) => setTimeout(resolve));
      source_controller.enqueue('x');
      controller.abort('enough');
      return [await piping.catch((error) => error), recorded]
    })()"""
    assert piping.settled(script) == ["enough", ["x"]]
