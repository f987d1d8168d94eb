"""From a script's values to the implementation's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Convert = Callable[[str, str], Any]


@pytest.mark.parametrize(
    ("script", "expected"),
    [("0", False), ("''", False), ("NaN", False), ("null", False), ("[]", True), ("'0'", True), ("-1", True)],
)
def test_booleans(convert: Convert, script: str, expected: bool) -> None:
    assert convert("{t: 'boolean'}", script) is expected


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("byte", "128", -128),
        ("byte", "-129", 127),
        ("byte", "1.9", 1),
        ("byte", "-1.9", -1),
        ("octet", "256", 0),
        ("octet", "-1", 255),
        ("short", "32768", -32768),
        ("unsigned short", "-1", 65535),
        ("long", "2 ** 31", -(2**31)),
        ("long", "2 ** 32 + 5", 5),
        ("long", "'0x10'", 16),
        ("long", "-0", 0),
        ("long", "-0.5", 0),
        ("unsigned long", "-1", 2**32 - 1),
        ("unsigned long", "2 ** 53", 0),
        ("unsigned long", "NaN", 0),
        ("unsigned long", "Infinity", 0),
        ("unsigned long", "undefined", 0),
        ("unsigned long", "null", 0),
        ("unsigned long", "{ valueOf() { return 7 } }", 7),
        ("long long", "2 ** 63 + 2 ** 62", -(2**62)),
        ("long long", "-(2 ** 53) - 2", -(2**53) - 2),
        ("unsigned long long", "-(2 ** 63)", 2**63),
        ("unsigned long long", "2 ** 64 + 4096", 4096),
        ("unsigned long long", "1e300", 0),
    ],
)
def test_integers_wrap_around(convert: Convert, name: str, script: str, expected: int) -> None:
    assert float(convert(f"{{t: '{name}'}}", script)) == float(expected)


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("octet", "-1", 0),
        ("octet", "300", 255),
        ("octet", "0.5", 0),
        ("octet", "1.5", 2),
        ("octet", "2.5", 2),
        ("octet", "254.6", 255),
        ("octet", "NaN", 0),
        ("byte", "-0.5", 0),
        ("byte", "-1.5", -2),
        ("byte", "-2.5", -2),
        ("byte", "-Infinity", -128),
        ("long long", "Infinity", 2**53 - 1),
        ("unsigned long long", "-Infinity", 0),
    ],
)
def test_clamped_integers_stay_at_their_bounds_and_round_halves_to_even(
    convert: Convert, name: str, script: str, expected: int
) -> None:
    assert convert(f"{{t: '{name}', clamp: true}}", script) == expected


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("octet", "255.9", 255),
        ("octet", "-0.9", 0),
        ("octet", "256", "TypeError: it is out of range: 256 is not between 0 and 255"),
        ("octet", "-1", "TypeError: it is out of range: -1 is not between 0 and 255"),
        ("octet", "NaN", "TypeError: it is not a finite number"),
        ("octet", "-Infinity", "TypeError: it is not a finite number"),
        ("unsigned long long", "2 ** 53 - 1", 2**53 - 1),
        (
            "unsigned long long",
            "2 ** 53",
            "TypeError: it is out of range: 9007199254740992 is not between 0 and 9007199254740991",
        ),
        ("long long", "-(2 ** 53) + 1", -(2**53) + 1),
    ],
)
def test_an_enforced_range_is_enforced(convert: Convert, name: str, script: str, expected: object) -> None:
    assert convert(f"{{t: '{name}', enforceRange: true}}", script) == expected


@pytest.mark.parametrize("name", ["octet", "double", "unrestricted float"])
@pytest.mark.parametrize("script", ["1n", "Symbol()"])
def test_symbols_and_big_integers_are_no_numbers(convert: Convert, name: str, script: str) -> None:
    assert convert(f"{{t: '{name}'}}", script).startswith("TypeError: it is a")


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("double", "'1.25'", 1.25),
        ("double", "-0", "-0"),
        ("double", "NaN", "TypeError: it is not a finite number"),
        ("double", "Infinity", "TypeError: it is not a finite number"),
        ("unrestricted double", "NaN", "NaN"),
        ("unrestricted double", "Infinity", "Infinity"),
        ("float", "0.1", 0.10000000149011612),
        ("float", "3.5e38", "TypeError: it is not a finite number"),
        ("unrestricted float", "3.5e38", "Infinity"),
    ],
)
def test_floats(convert: Convert, name: str, script: str, expected: object) -> None:
    assert convert(f"{{t: '{name}'}}", script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("5n", "5n"),
        ("'7'", "7n"),
        ("true", "1n"),
        ("1n << 200n", f"{1 << 200}n"),
        ("1", "TypeError: it is a number, which is not converted to a bigint"),
        ("({ valueOf() { return 1 } })", "TypeError: cannot convert to bigint"),
    ],
)
def test_big_integers(convert: Convert, script: str, expected: str) -> None:
    assert convert("{t: 'bigint'}", script) == expected


@pytest.mark.parametrize(
    ("type_", "script", "expected"),
    [
        ("{t: 'DOMString'}", "null", "null"),
        ("{t: 'DOMString'}", "undefined", "undefined"),
        ("{t: 'DOMString'}", "1.50", "1.5"),
        ("{t: 'DOMString'}", "[1, [2]]", "1,2"),
        ("{t: 'DOMString'}", r"'a\ud800'", "a\ud800"),
        ("{t: 'DOMString'}", "Symbol('s')", "TypeError: it is a symbol, which cannot be converted to a string"),
        ("{t: 'DOMString', nullable: true}", "null", None),
        ("{t: 'DOMString', nullable: true}", "undefined", None),
        ("{t: 'DOMString', legacyNullToEmptyString: true}", "null", ""),
        ("{t: 'DOMString', legacyNullToEmptyString: true}", "undefined", "undefined"),
        ("{t: 'USVString', legacyNullToEmptyString: true}", "null", ""),
        ("{t: 'USVString'}", r"'a\ud800b\udc00'", "a\ufffdb\ufffd"),
        ("{t: 'USVString'}", r"'\ud83d\ude00'", "\U0001f600"),
        ("{t: 'ByteString'}", r"'\xff'", "\xff"),
        (
            "{t: 'ByteString'}",
            r"'a\u0100'",
            "TypeError: it has a character above U+00FF, which a byte string cannot have",
        ),
    ],
)
def test_strings(convert: Convert, type_: str, script: str, expected: object) -> None:
    assert convert(type_, script) == expected


@pytest.mark.parametrize(
    ("type_", "script", "expected"),
    [
        ("{t: 'object'}", "1", "TypeError: it is not an object"),
        ("{t: 'object'}", "null", "TypeError: it is not an object"),
        ("{t: 'callback', name: 'F'}", "({})", "TypeError: it is not a function"),
        ("{t: 'callback', name: 'F', nullable: true}", "null", None),
        ("{t: 'callback interface', name: 'I'}", "'text'", "TypeError: it is not an object"),
        ("{t: 'event handler'}", "'text'", None),
        ("{t: 'symbol'}", "'text'", "TypeError: it is not a symbol"),
        ("{t: 'DOMException'}", "new Error", "TypeError: it is not a DOMException"),
        ("{t: 'DOMException'}", "Object.create(DOMException.prototype)", "TypeError: it is not a DOMException"),
        ("{t: 'undefined'}", "5", "undefined"),
        ("{t: 'interface', name: 'Event'}", "({})", "TypeError: it is not of type Event"),
        ("{t: 'interface', name: 'Event'}", "Object.create(Event.prototype)", "TypeError: it is not of type Event"),
        ("{t: 'interface', name: 'Event', nullable: true}", "undefined", None),
        ("{t: 'enum', name: 'RequestMode'}", "'cors'", "cors"),
        ("{t: 'enum', name: 'RequestMode'}", "'CORS'", 'TypeError: it: "CORS" is not a value of RequestMode'),
    ],
)
def test_objects_and_enumerations(convert: Convert, type_: str, script: str, expected: object) -> None:
    assert convert(type_, script) == expected


def test_an_interface_type_gives_the_implementation_of_it_and_of_those_that_inherit(
    convert: Convert, realm: Any
) -> None:
    assert realm.run(
        "const event = new CustomEvent('x'); converter_of({t: 'interface', name: 'Event'})(event) === implementation_of(event)"
    )


STRINGS = "{t: 'sequence', of: {t: 'DOMString'}}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[1, null]", ["1", "null"]),
        ("new Set(['a', 'b'])", ["a", "b"]),
        ("(function* () { yield 1; yield 2 })()", ["1", "2"]),
        ("new String('ab')", ["a", "b"]),
        ("[,1]", ["undefined", "1"]),
        ("'ab'", "TypeError: it is not iterable"),
        ("({})", "TypeError: it is not iterable"),
        ("({ [Symbol.iterator]: null })", "TypeError: it is not iterable"),
        ("({ [Symbol.iterator]: 1 })", "TypeError: it has an @@iterator that is not a function"),
        ("({ [Symbol.iterator]: () => 1 })", "TypeError: it has an iterator that is not an object"),
        (
            "({ [Symbol.iterator]: () => ({ next: () => 1 }) })",
            "TypeError: it has an iterator whose result is not an object",
        ),
        ("['a', Symbol()]", "TypeError: it: item 1 is a symbol, which cannot be converted to a string"),
    ],
)
def test_sequences_are_made_of_anything_iterable(convert: Convert, script: str, expected: object) -> None:
    assert convert(STRINGS, script) == expected


def test_a_sequence_is_a_list_of_its_own(convert: Convert, realm: Any) -> None:
    assert realm.run(f"const given = ['a']; const made = converter_of({STRINGS})(given); made !== given")


def test_an_array_that_grows_while_it_is_converted_is_followed(convert: Convert) -> None:
    assert convert(STRINGS, "(() => { const a = [{ toString() { a.push('b'); return 'a' } }]; return a })()") == [
        "a",
        "b",
    ]


def test_a_patched_array_iterator_is_obeyed(convert: Convert, realm: Any) -> None:
    realm.run(
        "{ const prototype = Object.getPrototypeOf([].values()); const { next } = prototype;"
        " prototype.next = function () { const step = next.call(this); return step.done ? step : { value: step.value + '!', done: false } } } 0"
    )
    assert convert(STRINGS, "['a', 'b']") == ["a!", "b!"]


def test_frozen_arrays_are_frozen(convert: Convert, realm: Any) -> None:
    assert realm.run("Object.isFrozen(converter_of({t: 'FrozenArray', of: {t: 'long'}})([1]))")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("({ a: 1, b: null })", {"a": "1", "b": "null"}),
        ("Object.create({ inherited: 1 })", {}),
        ("Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })", {"a": "1"}),
        ("({ __proto__: null, ['__proto__']: 1 })", {"__proto__": "1"}),
        ("[7]", {"0": "7"}),
        ("'text'", "TypeError: it is not an object"),
        ("null", "TypeError: it is not an object"),
        ("({ [Symbol()]: 1 })", "TypeError: it: a key is a symbol, which cannot be converted to a string"),
        ("({ a: Symbol() })", "TypeError: it: a is a symbol, which cannot be converted to a string"),
    ],
)
def test_records_have_the_own_enumerable_properties(convert: Convert, script: str, expected: object) -> None:
    assert convert("{t: 'record', key: {t: 'DOMString'}, of: {t: 'DOMString'}}", script) == expected


def test_records_ask_a_proxy_in_order(convert: Convert, realm: Any) -> None:
    realm.run(
        """globalThis.asked = [];
        globalThis.proxy = new Proxy({ b: 1, a: 2 }, {
          ownKeys(target) { asked.push('ownKeys'); return Reflect.ownKeys(target) },
          getOwnPropertyDescriptor(target, key) { asked.push('descriptor ' + key); return Reflect.getOwnPropertyDescriptor(target, key) },
          get(target, key) { asked.push('get ' + key); return target[key] },
        }); 0"""
    )
    convert("{t: 'record', key: {t: 'DOMString'}, of: {t: 'long'}}", "proxy")
    assert realm.run("asked") == ["ownKeys", "descriptor b", "get b", "descriptor a", "get a"]


def test_promises_stay_what_they_are_and_other_values_become_promises(convert: Convert, realm: Any) -> None:
    realm.run("globalThis.to_promise = converter_of({t: 'Promise', of: {t: 'any'}}); 0")
    assert realm.run("const given = Promise.resolve(1); to_promise(given) === given")
    assert realm.settled("to_promise(5)") == 5
    assert realm.settled("to_promise({ then(resolve) { resolve('from a thenable') } })") == "from a thenable"


BUFFERS = "new ArrayBuffer(4)", "new DataView(new ArrayBuffer(4))", "new Uint8Array(4)", "new BigInt64Array(1)"


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("BufferSource", [True, True, True, True]),
        ("ArrayBufferView", [False, True, True, True]),
        ("ArrayBuffer", [True, False, False, False]),
        ("DataView", [False, True, False, False]),
        ("Uint8Array", [False, False, True, False]),
        ("BigInt64Array", [False, False, False, True]),
    ],
)
def test_buffer_types_accept_what_they_name(convert: Convert, realm: Any, name: str, accepted: list[bool]) -> None:
    assert [
        realm.run(
            f"(() => {{ const given = {buffer}; try {{ return converter_of({{t: 'buffer', name: '{name}'}})(given, 'it') === given }} catch (error) {{ return error.message !== 'it is not of type {name}' }} }})()"
        )
        for buffer in BUFFERS
    ] == accepted


@pytest.mark.parametrize(
    ("flags", "script", "refusal"),
    [
        ("", "new Uint8Array(new SharedArrayBuffer(4))", "SharedArrayBuffer"),
        ("allowShared: true", "new Uint8Array(new SharedArrayBuffer(4))", None),
        ("", "new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }))", "resizable"),
        ("allowResizable: true", "new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }))", None),
        ("", "Object.create(Uint8Array.prototype)", "not of type"),
        ("", "Object.setPrototypeOf(new Uint8Array(4), null)", None),
    ],
)
def test_shared_and_resizable_buffers_only_where_they_are_allowed(
    convert: Convert, flags: str, script: str, refusal: str | None
) -> None:
    converted = convert(f"{{t: 'buffer', name: 'Uint8Array', {flags}}}", script)
    assert refusal in converted if refusal else not isinstance(converted, str)


def test_a_shared_buffer_itself_is_only_for_those_that_allow_it(convert: Convert) -> None:
    assert "not allowed here" in convert("{t: 'buffer', name: 'BufferSource'}", "new SharedArrayBuffer(1)")
    assert not isinstance(convert("{t: 'buffer', name: 'AllowSharedBufferSource'}", "new SharedArrayBuffer(1)"), str)
