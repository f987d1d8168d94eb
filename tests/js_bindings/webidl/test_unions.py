"""Which member of a union a value is taken for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Convert = Callable[[str, str], Any]


def union(*members: str) -> str:
    return f"{{t: 'union', of: [{', '.join(members)}]}}"


STRING = "{t: 'DOMString'}"
DOUBLE = "{t: 'double'}"
OCTET = "{t: 'octet'}"
BOOLEAN = "{t: 'boolean'}"
BIGINT = "{t: 'bigint'}"
ANY = "{t: 'any'}"
OBJECT = "{t: 'object'}"
UNDEFINED = "{t: 'undefined'}"
STRINGS = "{t: 'sequence', of: {t: 'DOMString'}}"
RECORD = "{t: 'record', key: {t: 'DOMString'}, of: {t: 'DOMString'}}"
OPTIONS = "{t: 'dictionary', name: 'EventListenerOptions'}"
EVENT = "{t: 'interface', name: 'Event'}"
BYTES = "{t: 'buffer', name: 'BufferSource'}"
CALLBACK = "{t: 'callback', name: 'F'}"


@pytest.mark.parametrize(
    ("members", "script", "expected"),
    [
        ((DOUBLE, STRING), "5", 5),
        ((DOUBLE, STRING), "'5'", "5"),
        ((DOUBLE, STRING), "true", "true"),
        ((DOUBLE, BOOLEAN), "'5'", 5),
        ((DOUBLE, BOOLEAN), "false", False),
        ((BOOLEAN, STRING), "0", "0"),
        ((BOOLEAN, BIGINT), "5n", "5n"),
        ((BIGINT, DOUBLE), "5n", "5n"),
        ((BIGINT, DOUBLE), "'5'", 5),
        ((BIGINT, DOUBLE), "({ valueOf: () => 6n })", "6n"),
        ((BIGINT, OCTET), "260", 4),
        ((BIGINT, STRING), "5", "5"),
        ((UNDEFINED, STRING), "undefined", "undefined"),
        ((UNDEFINED, DOUBLE), "null", 0),
        ((OPTIONS, BOOLEAN), "undefined", {"capture": False}),
        ((OPTIONS, BOOLEAN), "null", {"capture": False}),
        ((OPTIONS, BOOLEAN), "({ capture: 1 })", {"capture": True}),
        ((OPTIONS, BOOLEAN), "'yes'", True),
        ((STRINGS, STRING), "['a']", ["a"]),
        ((STRINGS, STRING), "'ab'", "ab"),
        ((STRINGS, STRING), "({})", "[object Object]"),
        ((STRINGS, RECORD), "[['a', 'b']]", ["a,b"]),
        ((STRINGS, RECORD), "({ a: 1 })", {"a": "1"}),
        ((STRINGS, RECORD), "({ [Symbol.iterator]: undefined, a: 1 })", "TypeError"),
        ((STRINGS, RECORD), "({ [Symbol.iterator]: 5 })", "TypeError: it has an @@iterator that is not a function"),
        ((STRINGS, RECORD), "5", "TypeError: it is not of any of the types sequence, record"),
        ((RECORD, STRING), "(() => {})", {}),
        ((EVENT, OCTET), "'7'", 7),
        ((EVENT, RECORD), "({ a: 1 })", {"a": "1"}),
        ((ANY, EVENT), "'x'", "x"),
        ((union(STRING, DOUBLE), BOOLEAN), "true", True),
        ((union(STRING, DOUBLE), BOOLEAN), "5", 5),
        ((BYTES, STRING), "({})", "[object Object]"),
        ((BYTES, STRING), "new SharedArrayBuffer(1)", "TypeError"),
    ],
)
def test_a_value_is_taken_for_the_member_the_standard_says(
    convert: Convert, members: tuple[str, ...], script: str, expected: object
) -> None:
    converted = convert(union(*members), script)
    if expected == "TypeError":
        assert converted.startswith("TypeError")
    else:
        assert converted == expected


@pytest.mark.parametrize(
    ("members", "script"),
    [
        ((BYTES, STRING), "new Uint8Array(1)"),
        ((BYTES, STRING), "new ArrayBuffer(1)"),
        ((OBJECT, STRING), "({})"),
        ((OBJECT, STRING), "new Event('x')"),
        ((CALLBACK, STRING), "() => {}"),
        ((CALLBACK, OPTIONS), "() => {}"),
        (("{t: 'callback interface', name: 'I'}", STRING), "() => {}"),
        (("{t: 'DOMException'}", STRING), "new DOMException"),
    ],
)
def test_some_values_stay_as_they_are(convert: Convert, realm: Any, members: tuple[str, ...], script: str) -> None:
    assert realm.run(f"(() => {{ const given = {script}; return converter_of({union(*members)})(given) === given }})()")


def test_platform_objects_go_before_everything_that_objects_could_be(convert: Convert, realm: Any) -> None:
    types = union(RECORD, STRING, EVENT)
    assert realm.run(f"const event = new CustomEvent('x'); converter_of({types})(event) === implementation_of(event)")


def test_a_function_with_members_is_a_dictionary_where_no_callback_is_asked_for(convert: Convert) -> None:
    assert convert(union(OPTIONS, BOOLEAN), "Object.assign(() => {}, { capture: true })") == {"capture": True}


def test_an_iterator_method_is_asked_for_once(convert: Convert, realm: Any) -> None:
    realm.run(
        "globalThis.times = 0; globalThis.given = { get [Symbol.iterator]() { times += 1; return [][Symbol.iterator] }, length: 0 }; 0"
    )
    assert convert(union(STRINGS, RECORD), "given") == []
    assert realm.run("times") == 1


def test_null_where_the_union_or_a_member_may_be_null(convert: Convert) -> None:
    assert convert("{t: 'union', of: [{t: 'double'}, {t: 'DOMString'}], nullable: true}", "null") is None
    assert convert("{t: 'union', of: [{t: 'undefined'}, {t: 'DOMString'}], nullable: true}", "undefined") == "undefined"
