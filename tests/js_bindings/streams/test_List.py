"""js_bindings/streams/List.js, PromiseSlot.js, assert.js and queue_with_sizes.js"""


def test_a_list_gives_back_what_it_was_given_in_order(internals):
    script = """(() => {
      const list = new (internal('streams/List.js').List)();
      list.append(1); list.append(2);
      const taken = [list.first, list.remove_first()];
      list.append(3);
      return [...taken, list.size, list.remove_first(), list.remove_first(), list.is_empty]
    })()"""
    assert internals.run(script) == [1, 1, 2, 2, 3, True]


def test_a_promise_slot_has_one_promise_in_its_state(internals):
    script = """(async () => {
      const { PromiseSlot } = internal('streams/PromiseSlot.js');
      const early = new PromiseSlot(), late = new PromiseSlot();
      const promise = early.promise;
      early.reject('a'); late.reject('b');
      early.resolve();
      return [promise === early.promise, await promise.then(undefined, (e) => e), await late.promise.then(undefined, (e) => e), await PromiseSlot.resolved().promise === undefined]
    })()"""
    assert internals.settled(script) == [True, "a", "b", True]


def test_a_slot_marked_as_handled_reports_nothing(internals):
    internals.settled("(async () => { const { PromiseSlot } = internal('streams/PromiseSlot.js'); PromiseSlot.rejected('x', true).promise; await null })()")
    assert internals.watcher.errors == []
    internals.settled("(async () => { const { PromiseSlot } = internal('streams/PromiseSlot.js'); PromiseSlot.rejected('x').promise; await null })()")
    assert len(internals.watcher.errors) == 1


def test_a_failed_assertion_is_seen_even_where_exceptions_are_swallowed(internals):
    internals.settled("(async () => { const { assert } = internal('streams/assert.js'); try { assert(false, 'two is one') } catch {} await null })()")
    assert [str(error) for error in internals.watcher.errors] == ["unhandled rejection: two is one"]


def test_rounding_never_makes_the_total_size_negative(internals):
    script = """(() => {
      const { DequeueValue, EnqueueValueWithSize, PeekQueueValue, ResetQueue } = internal('streams/queue_with_sizes.js');
      const container = {};
      ResetQueue(container);
      EnqueueValueWithSize(container, 'a', 0.7); EnqueueValueWithSize(container, 'b', 0.1);
      return [PeekQueueValue(container), DequeueValue(container), DequeueValue(container), 0.7 + 0.1 - 0.7 - 0.1 < 0, container.queueTotalSize]
    })()"""
    assert internals.run(script) == ["a", "a", "b", True, 0]
