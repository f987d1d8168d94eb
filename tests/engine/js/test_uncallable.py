import pytest

from engine.js.uncallable import what_is_no_function

FRAME = "    at f (https://example.test/a.js:1:1)"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("o.|missing();", "o.missing is not a function"),
        ("o|.missing();", "o.missing is not a function"),  # the engine's columns in the first line
        ("let y = 1\n  o.a.|missing(1, 2)", "o.a.missing is not a function"),
        ("  |x();", "x is not a function"),
        ("this.|nope()", "this.nope is not a function"),
        ("await o?.a?.|b()", "o.a.b is not a function"),
        ("o.|tag`a`", "o.tag is not a function"),
        ("fetch(1).|foo()", "fetch(…).foo is not a function"),
        ("o\n  .|missing(", "o.missing is not a function"),
        ("new |o.Foo()", "o.Foo is not a constructor"),
        ('o["mis" + |"sing"]()', "o[…] is not a function"),
        # Among arguments:
        ("o.nope(|o.a.b)", "o.nope is not a function"),
        ('o.nope("(", caches, 3 + |4)', "o.nope is not a function"),
        ("o.nope(|function () {\n  x.y();\n})", "o.nope is not a function"),
        ("new o.Nope(|o.a.b)", "o.Nope is not a constructor"),
        # In a function that is an argument:
        ("event.waitUntil((async () => { await clients.|claims() })())", "clients.claims is not a function"),
        ("list.map((x) => x.|nope(), 1)", "x.nope is not a function"),
        ("list.map(function (x) { return x.|nope() })", "x.nope is not a function"),
        # What is called later would be the place of what is called last:
        ("event.waitUntil(caches.|opne('a').then((x) => x.y()))", "caches.opne is not a function"),
        # Not certain, so all that it may be:
        ("event.waitUntil(caches.|opne('a'))", "event.waitUntil or caches.opne is not a function"),
        ("a.b(1, c.d(), e.|f(3))", "a.b or e.f is not a function"),
        ("o.|f()()", "o.f or o.f(…) is not a function"),
        # Text that looks like a call:
        ('x = a / b; y = /[(]\\(/.test("a(") /* c( */ ? o.|nope(1) : 2', "o.nope is not a function"),
        ("`a(${1})` // b(\n|x()", "x is not a function"),
        # No call:
        ("|for (const x of y) {}", None),
        ("if (|x) {}", None),
        ("return |x", None),
    ],
)
def test_the_source_shows_what_is_no_function(source, sentence):
    assert what_is_no_function(FRAME, source.replace("|", "", 1), source.index("|")) == sentence


def test_a_native_function_was_given_it():
    sentence = "map() was given something that is not a function"
    assert what_is_no_function("    at map (native)\n" + FRAME, None, 0) == sentence


def test_without_the_source_nothing_is_known():
    assert what_is_no_function(FRAME, None, 0) is None
    assert what_is_no_function(None, None, 0) is None
    assert what_is_no_function(FRAME, "x();" * 100_000, 4) is None


@pytest.mark.parametrize("source", ["", "(", ")", "}]", "`", "/", "'", '"\\', "new new", "a.?.b(", "=>=>,;"])
def test_no_source_is_too_odd(source):
    for offset in range(len(source) + 2):
        what_is_no_function(FRAME, source, offset)
