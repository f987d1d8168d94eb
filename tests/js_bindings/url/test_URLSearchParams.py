from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ("'?a=b&c&=d&&e=f=g'", [["a", "b"], ["c", ""], ["", "d"], ["e", "f=g"]]),
        ("'??a'", [["?a", ""]]),
        ("'a+b=%20%2B&%c3%a9=é'", [["a b", " +"], ["é", "é"]]),
        ("'%=%4&%zz=%C3'", [["%", "%4"], ["%zz", "\ufffd"]]),
        ("'%EF%BB%BFa=%F0%9F%98%80'", [["\ufeffa", "\U0001f600"]]),
        ("[['a', 'b'], ['a', 'c']]", [["a", "b"], ["a", "c"]]),
        ("{ a: 1, '\\ud800': null }", [["a", "1"], ["\ufffd", "null"]]),
        ("new URLSearchParams('a=b')", [["a", "b"]]),
        ("undefined", []),
    ],
)
def test_initialization(realm: Any, init: str, expected: list[list[str]]) -> None:
    assert realm.run(f"[...new URLSearchParams({init})]") == expected


def test_pairs_have_two_items(realm: Any) -> None:
    assert realm.error_of("new URLSearchParams([['a']])").startswith("TypeError")


def test_serialization(realm: Any) -> None:
    assert realm.run("new URLSearchParams([['a b*-._~', \"!'()\"], ['é', '\\ud800'], ['', '=&+%']]).toString()") == (
        "a+b*-._%7E=%21%27%28%29&%C3%A9=%EF%BF%BD&=%3D%26%2B%25"
    )


def test_the_methods(realm: Any) -> None:
    realm.run("globalThis.p = new URLSearchParams('a=1&b=2&a=3&a=1'); undefined")
    assert realm.run(
        "[p.size, p.get('a'), p.get('c'), p.getAll('a'), p.has('a', '3'), p.has('a', '4'), p.has('b')]"
    ) == [
        4,
        "1",
        None,
        ["1", "3", "1"],
        True,
        False,
        True,
    ]
    assert realm.run("p.delete('a', '1'); `${p}`") == "b=2&a=3"
    assert (
        realm.run("p.append('a', 4); p.append('c', 5); p.set('a', 'x'); p.set('d', 'y'); `${p}`") == "b=2&a=x&c=5&d=y"
    )
    assert realm.run("p.delete('a'); `${p}`") == "b=2&c=5&d=y"


def test_sorting_is_by_code_units_and_stable(realm: Any) -> None:
    assert realm.run(
        "{ const p = new URLSearchParams('\ufb01=1&\U0001f308=2&a=3&\ufb01=0'); p.sort(); [...p.values()] }"
    ) == ["3", "2", "1", "0"]


def test_iteration_sees_what_changes_meanwhile(realm: Any) -> None:
    assert realm.run(
        "{ const p = new URLSearchParams('a=1&b=2'); const seen = []; for (const [name] of p) { seen.push(name); if (p.size < 4) p.append(name + name, ''); } seen }"
    ) == [
        "a",
        "b",
        "aa",
        "bb",
    ]
