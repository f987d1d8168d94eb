"""One platform object for each implementation object, also for classes of scripts and objects of other realms."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Node2 {
  constructor(optional DOMString label = "");
  attribute DOMString label;
  readonly attribute Node2? next;
  Node2 link();
  boolean same(Node2 other);
  sequence<Node2> chain();
  Promise<Node2> later();
};
[Exposed=*] interface Shown { constructor(any callback); };
[Exposed=*] interface Shy { constructor(); Node2 reveal(); };
"""
CLASSES = """
export class Node2 {
  label; next = null;
  constructor(label = "") { this.label = label }
  link() { return this.next ??= new Node2("linked") }
  same(other) { return this === other }
  chain() { return this.next === null ? [this] : [this, ...this.next.chain()] }
  async later() { return this.link() }
}
export class Quiet extends Node2 {}
export class Shown { constructor(callback) { callback(platform_object_of(this)) } }
export class Shy { reveal() { return new Quiet("quiet") } }
"""
Define = Callable[..., Any]


@pytest.fixture
def nodes(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run("globalThis.node = new Node2('first'); 0")
    return realm


def test_an_implementation_always_has_the_same_platform_object(nodes: Any) -> None:
    assert nodes.run(
        "const next = node.link(); next === node.next && next === node.chain()[1] && node === node.chain()[0]"
    )
    assert nodes.settled("node.later().then((found) => found === node.next)") is True
    assert nodes.run("node.same(node) && !node.same(node.next)")


def test_a_class_that_is_no_interface_counts_as_the_nearest_that_is(nodes: Any) -> None:
    assert nodes.run("const found = new Shy().reveal(); [Object.prototype.toString.call(found), found.label, found instanceof Node2]") == [
        "[object Node2]", "quiet", True,
    ]  # fmt: skip


def test_scripts_can_extend_interfaces(nodes: Any) -> None:
    assert nodes.run(
        """class Mine extends Node2 { extra = 1; constructor() { super('mine') } link() { return 'overridden' } get label() { return super.label + '!' } }
        const mine = new Mine();
        [mine instanceof Mine, mine instanceof Node2, mine.extra, mine.link(), mine.label, Object.getPrototypeOf(mine) === Mine.prototype, node.same(mine)]"""
    ) == [True, True, 1, "overridden", "mine!", True, False]
    assert nodes.run("class Mine2 extends Node2 {}; const kept = new Mine2(); kept.chain()[0] === kept")


def test_the_prototype_comes_from_new_target(nodes: Any) -> None:
    assert nodes.run("function F() {} ; F.prototype = { f: 1 }; Reflect.construct(Node2, ['x'], F).f") == 1
    assert nodes.run(
        "function G() {} ; G.prototype = 5; Object.getPrototypeOf(Reflect.construct(Node2, [], G)) === Node2.prototype"
    )


def test_the_prototype_is_asked_for_before_the_constructor_runs_and_after_the_arguments_are_converted(
    nodes: Any,
) -> None:
    assert nodes.run(
        """const order = [];
        const target = new Proxy(function () {}, { get(object, key) { order.push(key); return Shown.prototype } });
        Reflect.construct(Shown, [() => order.push('steps')], target); order"""
    ) == ["prototype", "steps"]


def test_an_object_that_its_own_constructor_has_shown_is_the_one_that_new_gives(nodes: Any) -> None:
    assert nodes.run(
        "let seen; class Mine3 extends Shown {}; const made = new Mine3((it) => { seen = it }); seen === made && made instanceof Mine3"
    )


def test_what_a_script_puts_on_an_object_stays_there(nodes: Any) -> None:
    assert nodes.run("node.link().expando = 5; node.next.expando") == 5
    assert nodes.run("Reflect.ownKeys(node)") == []


def test_a_frozen_object_still_works(nodes: Any) -> None:
    assert nodes.run("Object.freeze(node); node.label = 'new'; node.label") == "new"


def test_a_proxy_around_an_object_is_not_the_object(nodes: Any) -> None:
    assert nodes.error_of("new Proxy(node, {}).label").startswith("TypeError")
    assert nodes.error_of("node.same(new Proxy(node, {}))").startswith("TypeError")


class TestTwoRealms:
    """`frame` is a second realm on the same heap, as a same-origin iframe is."""

    @pytest.fixture
    def two(self, nodes: Any, add_frame: Callable[..., Any]) -> Any:
        add_frame(nodes)
        return nodes

    def test_interfaces_differ_but_objects_are_shared(self, two: Any) -> None:
        assert two.run(
            "frame.Node2 !== Node2 && new frame.Node2() instanceof frame.Node2 && !(new frame.Node2() instanceof Node2)"
        )

    def test_members_of_one_realm_work_on_the_objects_of_the_other(self, two: Any) -> None:
        assert two.run("Object.getOwnPropertyDescriptor(frame.Node2.prototype, 'label').get.call(node)") == "first"
        assert two.run("frame.Node2.prototype.chain.call(node)[0] === node")

    def test_an_object_of_the_other_realm_is_an_argument_like_any(self, two: Any) -> None:
        assert two.run("node.same(new frame.Node2('theirs'))") is False
        assert two.run("new frame.Node2().same(node)") is False

    def test_what_a_method_of_the_other_realm_makes_of_our_object_belongs_to_our_realm(self, two: Any) -> None:
        assert two.run(
            "const linked = frame.Node2.prototype.link.call(node); linked instanceof Node2 && linked === node.next"
        )

    def test_what_our_method_makes_of_their_object_belongs_to_theirs(self, two: Any) -> None:
        assert two.run(
            "const theirs = new frame.Node2(); const linked = Node2.prototype.link.call(theirs); linked instanceof frame.Node2 && linked === theirs.next"
        )

    def test_errors_are_those_of_the_realm_of_the_method(self, two: Any) -> None:
        assert two.run("try { frame.Node2.prototype.link.call({}) } catch (error) { error instanceof frame.TypeError }")

    def test_a_prototype_that_is_no_object_is_replaced_by_that_of_the_realm_of_new_target(self, two: Any) -> None:
        assert two.run(
            "const F = new frame.Function(); F.prototype = 5; Object.getPrototypeOf(Reflect.construct(Node2, [], F)) === frame.Node2.prototype"
        )

    def test_the_realm_of_a_bound_function_is_that_of_its_target(self, two: Any) -> None:
        assert two.run(
            "const B = Function.prototype.bind.call(new frame.Function()); B.prototype = 7; Object.getPrototypeOf(Reflect.construct(Node2, [], B)) === frame.Node2.prototype"
        )
        assert two.run(
            "const C = frame.Function.prototype.bind.call(new Function()); C.prototype = 7; Object.getPrototypeOf(Reflect.construct(frame.Node2, [], C)) === Node2.prototype"
        )

    @pytest.mark.parametrize(
        "script",
        [
            "return frame.ReadableStream.prototype.getReader.call(new ReadableStream()) instanceof ReadableStreamDefaultReader",
            "const r = new ReadableStream(); frame.ReadableStream.prototype.getReader.call(r); return r.locked",
            "const t = new EventTarget(); let hit; t.addEventListener('x', (e) => { hit = e }); const e = new frame.Event('x'); t.dispatchEvent(e); return hit === e",
            "return new Request(new frame.URL('https://a.test/')).url === 'https://a.test/'",
            "return new Headers(new frame.Headers({ a: 'b' })).get('a') === 'b'",
            "try { frame.structuredClone(() => {}) } catch (error) { return error instanceof frame.DOMException }",
            "return new frame.DOMException('x', 'AbortError').code === 20",
            "return frame.AbortSignal.any([AbortSignal.abort()]).aborted",
        ],
    )
    def test_the_interfaces_of_the_platform_do_so_too(self, two: Any, script: str) -> None:
        assert two.run(f"(() => {{ {script} }})()") is True

    def test_an_async_iterator_of_the_other_realm_goes_on_under_our_next(self, two: Any) -> None:
        assert two.settled(
            """(async () => {
              const stream = new ReadableStream({ start(c) { c.enqueue('a'); c.close() } });
              const iterator = frame.ReadableStream.prototype.values.call(stream);
              const { next } = Object.getPrototypeOf(new ReadableStream().values());
              return [(await next.call(iterator)).value, (await next.call(iterator)).done];
            })()"""
        ) == ["a", True]


def test_frames_that_come_and_go_leave_nothing_behind(realm: Any, add_frame: Callable[..., Any]) -> None:
    runtime = realm.environment.agent.runtime

    def visit() -> None:
        frame = add_frame(realm)
        realm.run(
            "{ const e = new frame.Event('x'); const t = new EventTarget(); t.addEventListener('x', () => {}); t.dispatchEvent(e);"
            " frame.ReadableStream.prototype.values.call(new ReadableStream()); new Headers(new frame.Headers()) } delete globalThis.frame; 0"
        )
        realm._on_agent(lambda: runtime.discard_realm(frame.realm))

    def count() -> int:
        gc.collect()

        def on_agent() -> int:
            runtime.collect_garbage()
            runtime.perform_jobs()
            runtime.collect_garbage()
            return int(runtime.memory_usage()["malloc_count"])

        return int(realm._on_agent(on_agent))

    for _ in range(3):
        visit()
    before = count()
    for _ in range(5):
        visit()
    assert count() <= before
