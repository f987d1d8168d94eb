"""js_bindings/html/structured_clone/: through structuredClone(), and over the wire through a message port."""

import pytest

# What must come back the same, and how a script shows it.
CASES = [
    "undefined", "null", "true", "-0", "NaN", "Infinity", "2 ** 53", "'\\ud800 lone'", "12345678901234567890n",
    "Object(true)", "Object(-0)", "Object('s')", "Object(5n)", "new Date(-1)", "new Date(NaN)", "/a.c/gi",
    "[1, , 3]", "[]", "[[[]]]", "Object.assign([1, 2], {more: 3})", "new Array(5)",
    "({a: 1, 'b c': {d: [null]}})", "JSON.parse('{\"__proto__\": 5, \"toJSON\": 1}')", "({2: 'b', 1: 'a', z: 0})",
    "new Map([[1, {a: 2}], [{}, new Map()]])", "new Set([1, 'a', new Set()])",
    "new Uint8Array([1, 2, 3]).subarray(1)", "new Float64Array([1.5, NaN])", "new DataView(new ArrayBuffer(8), 2, 4)", "new BigInt64Array(1)",
    "new ArrayBuffer(4, {maxByteLength: 16})", "new Uint8Array(new ArrayBuffer(4, {maxByteLength: 16}))", "new Uint8Array(new ArrayBuffer(4, {maxByteLength: 4}), 0, 2)",
    "new TypeError('no')", "new Error('m', {cause: {a: 1}})", "new DOMException('m', 'AbortError')", "Object.assign(new Error('x'), {name: 'Custom'})",
]
SHOW = """
function show(value) {
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return typeof value + ':' + JSON.stringify(value);
  const tag = Object.prototype.toString.call(value);
  if (value instanceof Date) return tag + show(value.getTime());
  if (value instanceof RegExp) return tag + value + value.lastIndex;
  if (value instanceof Map) return tag + show([...value]);
  if (value instanceof Set) return tag + show([...value]);
  if (value instanceof ArrayBuffer) return tag + value.byteLength + value.resizable + value.maxByteLength + new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return tag + value.byteOffset + '+' + value.byteLength + show(value.buffer) + grown(value);
  if (value instanceof DOMException) return [tag, value.name, value.message, value.code].join();
  if (value instanceof Error) return [tag, Object.getPrototypeOf(value).name, value.message, show(value.cause)].join();
  if (value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt) return tag + show(value.valueOf());
  return tag + (Array.isArray(value) ? value.length : '') + Object.keys(value).map((key) => key + '=' + show(value[key]));
}
function grown(view) {
  if (!view.buffer.resizable || view.buffer.byteLength === view.buffer.maxByteLength) return '';
  const size = view.buffer.byteLength; view.buffer.resize(size + 8); const length = view.byteLength; view.buffer.resize(size); return 'grows to ' + length;
}
"""


@pytest.fixture
def cloner(realm):
    realm.run(SHOW)
    realm.run("function overPort(value, transfer) { const {port1, port2} = new MessageChannel(); return new Promise((resolve, reject) => { port2.onmessage = (event) => { port2.close(); resolve(event.data) }; port2.onmessageerror = reject; port1.postMessage(value, transfer) }) }")
    return realm


@pytest.mark.parametrize("value", CASES)
def test_a_value_comes_back_the_same_but_new(cloner, value):
    before, after, over, same = cloner.settled(
        f"(async () => {{ const value = {value}; const clone = structuredClone(value); return [show(value), show(clone), show(await overPort(value)), typeof value === 'object' && value !== null && value === clone] }})()"
    )
    if "Custom" in value:
        before = before.replace("Custom", "Error")
    assert (after, over, same) == (before, before, False)


@pytest.mark.parametrize(
    "value",
    [
        "Symbol()", "() => {}", "({a() {}})", "new Proxy({}, {})", "Promise.resolve()", "new WeakMap()", "[].values()", "new WeakRef({})",
        "new EventTarget()", "self", "new SharedArrayBuffer(1)", "Object.create({}, {a: {enumerable: true, value: Symbol()}})",
        "(() => { const b = new ArrayBuffer(1); b.transfer(); return b })()",
        "(() => { const b = new ArrayBuffer(8, {maxByteLength: 8}); const v = new Uint8Array(b, 4, 4); b.resize(2); return v })()",
        "(() => { const b = new ArrayBuffer(8, {maxByteLength: 8}); const v = new DataView(b, 4); b.resize(2); return v })()",
    ],
)
def test_what_cannot_be_cloned_is_a_data_clone_error(cloner, value):
    assert cloner.error_of(f"structuredClone({value})").startswith("DataCloneError")


def test_identity_and_cycles_are_kept(cloner):
    script = """(async () => {
      const shared = {}, value = {shared, list: [shared], map: new Map()}; value.self = value; value.map.set(value.map, new Set([shared]));
      const error = new Error('e', {cause: value}); value.error = error;
      const buffer = new ArrayBuffer(4); value.views = [new Uint8Array(buffer), new Uint16Array(buffer)];
      return [structuredClone(value), await overPort(value)].map((c) => [
        c.self === c, c.list[0] === c.shared, [...c.map][0][0] === c.map, [...[...c.map][0][1]][0] === c.shared, c.error.cause === c, c.views[0].buffer === c.views[1].buffer, c !== value,
      ].every(Boolean))
    })()"""
    assert cloner.settled(script) == [True, True]


def test_getters_run_in_order_and_may_change_the_object(cloner):
    script = "var log = []; var o = {get a() { log.push('a'); delete this.b; return 1 }, b: 2, get c() { log.push('c'); return 3 }}; [Object.keys(structuredClone(o)), log]"
    assert cloner.run(script) == [["a", "c"], ["a", "c"]]


def test_what_a_getter_throws_is_thrown(cloner):
    assert cloner.error_of("structuredClone({get a() { throw new RangeError('mine') }})") == "RangeError: mine"


def test_setters_on_prototypes_are_not_called(cloner):
    script = "Object.defineProperty(Object.prototype, 'trap', {set() { throw 1 }, configurable: true}); try { Object.getOwnPropertyDescriptor(structuredClone(Object.defineProperty({}, 'trap', {value: 5, enumerable: true})), 'trap').value } finally { delete Object.prototype.trap }"
    assert cloner.run(script) == 5


def test_transferred_buffers_move_and_keep_their_identity(cloner):
    script = """(async () => {
      const results = [];
      for (const send of [(value, transfer) => structuredClone(value, {transfer}), overPort]) {
        const buffer = new Uint8Array([1, 2, 3]).buffer, view = new Uint8Array(buffer, 1);
        const clone = await send({buffer, view}, [buffer]);
        results.push(buffer.detached, clone.view.buffer === clone.buffer, [...clone.view]);
      }
      return results
    })()"""
    assert cloner.settled(script) == [True, True, [2, 3]] * 2


def test_nothing_is_moved_when_the_value_cannot_be_cloned(cloner):
    assert cloner.run("var b = new ArrayBuffer(1); try { structuredClone(Symbol(), {transfer: [b]}) } catch {} b.detached") is False


def test_a_transfer_list_holds_each_object_once_and_only_such_as_can_move(cloner):
    for transfer in ["[b, b]", "[{}]", "[new Date()]", "[new SharedArrayBuffer(1)]", "[(() => { const d = new ArrayBuffer(1); d.transfer(); return d })()]"]:
        assert cloner.error_of(f"{{ let b = new ArrayBuffer(1); structuredClone(1, {{transfer: {transfer}}}) }}").startswith("DataCloneError")


def test_a_buffer_named_twice_is_not_moved(cloner):
    assert cloner.run("var b = new ArrayBuffer(1); try { structuredClone(b, {transfer: [b, b]}) } catch {} b.detached") is False


def test_a_deep_value_is_no_problem(cloner):
    assert cloner.run("var deep = []; for (let i = 0; i < 2000; ++i) deep = [deep]; var clone = structuredClone(deep), depth = 0; while (clone.length) { clone = clone[0]; ++depth } depth") == 2000


def test_a_view_is_sent_over_the_wire_with_its_whole_buffer(cloner):
    assert cloner.settled("overPort(new Uint8Array(new ArrayBuffer(10), 3, 2)).then((view) => [view.byteOffset, view.length, view.buffer.byteLength])") == [3, 2, 10]
