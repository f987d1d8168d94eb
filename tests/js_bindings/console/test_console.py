"""js_bindings/console/"""

import pytest


def said(realm, script):
    realm.run(f"{script}; 0")
    return [(message.level, message.text) for message in realm.watcher.messages]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("'a', 1, null, undefined, true", "a 1 null undefined true"),
        ("'%s is %d%%, %i, %f %o %c!', 'x', '42px', 1.9, '1.5', {a: 1}, 'color: red'", "x is 42%, 1, 1.5 { a: 1 } !"),
        ("'%s'", "%s"),
        ("'%s', Symbol('s')", "Symbol(s)"),
        ("['a', -0, 5n, , 1]", '["a", -0, 5n, <1 empty>, 1]'),
        ("{a: {b: {c: {d: 1}}}}", "{ a: { b: { c: {…} } } }".replace("{…}", "Object {…}")),
        ("new Map([[{}, 1]]), new Set('a')", 'Map(1) { {} => 1 } Set(1) { "a" }'),
        ("class A {}, () => {}, function f() {}", "[function A] [function (anonymous)] [function f]"),
        ("new (class Point { x = 1 })()", "Point { x: 1 }"),
        ("new Date(0), /x/g, new Uint8Array(3)", "1970-01-01T00:00:00.000Z /x/g Uint8Array(3) [0, 0, 0]"),
        ("{get a() { throw 1 }}", "{ a: [getter] }"),
        ("(() => { const o = {}; o.o = o; return o })()", "{ o: [circular] }"),
        ("new Event('x')", None),
        ("Promise.resolve(), new Proxy({}, {})", "Promise {} Object {}"),
    ],
)
def test_values_read_well(realm, arguments, text):
    ((level, got),) = said(realm, f"console.log({arguments})")
    assert level == "log"
    if text is None:
        assert got.startswith("Event {") and 'type: "x"' in got
    else:
        assert got == text


def test_levels(realm):
    assert said(realm, "for (const level of ['debug', 'info', 'log', 'warn', 'error']) console[level](level)") == [
        (level, level) for level in ["debug", "info", "log", "warn", "error"]
    ]


def test_an_error_shows_its_stack(realm):
    ((_, text),) = said(realm, "function f() { return new TypeError('bad') } console.error(f())")
    assert text.startswith("TypeError: bad\n    at f (test.js:1:")


def test_groups_indent_every_line(realm):
    assert said(realm, "console.group('g'); console.log('a\\nb'); console.group(); console.warn('c'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('d')") == [
        ("log", "g"), ("log", "  a\n  b"), ("warn", "    c"), ("log", "d"),
    ]


def test_assert_counts_and_timers(realm):
    script = "console.assert(true, 'no'); console.assert(false, 'a %s', 1); console.assert(); console.count(); console.count(); console.countReset(); console.count(); console.countReset('x'); console.time('t'); console.time('t'); console.timeEnd('t'); console.timeEnd('t')"
    messages = said(realm, script)
    assert messages[:6] == [
        ("error", "Assertion failed: a 1"), ("error", "Assertion failed"), ("info", "default: 1"), ("info", "default: 2"), ("info", "default: 1"),
        ("warn", 'Count for "x" does not exist'),
    ]
    assert messages[6] == ("warn", 'Timer "t" already exists')
    assert messages[7][0] == "info" and messages[7][1].startswith("t: ") and messages[7][1].endswith(" ms")
    assert messages[8] == ("warn", 'Timer "t" does not exist')


def test_a_table_has_rows_and_columns(realm):
    ((_, text),) = said(realm, "console.table([{a: 1, b: 'x'}, {a: 2}, 5])")
    assert text.splitlines() == [
        "┌─────────┬───┬─────┬────────┐",
        "│ (index) │ a │ b   │ Values │",
        "├─────────┼───┼─────┼────────┤",
        '│ 0       │ 1 │ "x" │        │',
        "│ 1       │ 2 │     │        │",
        "│ 2       │   │     │ 5      │",
        "└─────────┴───┴─────┴────────┘",
    ]


def test_long_things_are_cut(realm):
    ((_, text),) = said(realm, "console.log(new Array(1000).fill(0))")
    assert "… 900 more" in text


def test_trace_shows_where_it_is(realm):
    ((_, text),) = said(realm, "function here() { console.trace('why') } here()")
    assert text.startswith("Trace: why\n    at here (test.js:1:")
