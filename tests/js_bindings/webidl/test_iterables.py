"""Pair iterators, value iterators, maplike and setlike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Item { readonly attribute long n; };
[Exposed=*] interface Pairs { constructor(); iterable<DOMString, Item>; undefined add(DOMString key); };
[Exposed=*] interface Listy { constructor(); getter Item (unsigned long index); readonly attribute unsigned long length; iterable<Item>; };
[Exposed=*] interface Mappy { constructor(); maplike<DOMString, long>; };
[Exposed=*] interface Looky { constructor(); readonly maplike<DOMString, Item>; };
[Exposed=*] interface Setty { constructor(); setlike<DOMString>; };
[Exposed=*] interface Seen { constructor(); readonly setlike<Item>; undefined grow(); };
"""
CLASSES = """
export class Item { n; constructor(n) { this.n = n } }
export class Pairs { pairs = []; add(key) { this.pairs.push([key, new Item(this.pairs.length)]) } value_pairs() { return this.pairs } }
export class Listy { items = [new Item(0), new Item(1)]; get length() { return this.items.length } get_indexed(i) { return this.items[i] } }
export class Mappy { map_entries = new Map() }
export class Looky { map_entries = new Map([["a", new Item(1)]]) }
export class Setty { set_entries = new Set() }
export class Seen { set_entries = new Set([new Item(1)]); grow() { this.set_entries.add(new Item(2)) } }
"""
Define = Callable[..., Any]


@pytest.fixture
def made(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run("globalThis.pairs = new Pairs(); pairs.add('a'); pairs.add('b')")
    return realm


def test_pairs_are_iterated_in_every_way(made: Any) -> None:
    assert made.run("[...pairs].map(([key, item]) => key + item.n)") == ["a0", "b1"]
    assert made.run("[...pairs.keys()]") == ["a", "b"]
    assert made.run("[...pairs.values()].map((item) => item.n)") == [0, 1]
    assert made.run("[...pairs.entries()].length") == 2
    assert made.run("Pairs.prototype[Symbol.iterator] === Pairs.prototype.entries")
    assert made.run("const [first] = pairs.values(); first === [...pairs.values()][0]")


def test_an_iterator_sees_what_is_added_while_it_runs(made: Any) -> None:
    assert made.run("const seen = []; for (const [key] of pairs) { seen.push(key); if (key === 'b') pairs.add('c') } seen") == [
        "a", "b", "c",
    ]  # fmt: skip
    assert made.run("const heard = []; pairs.forEach((_, key) => { heard.push(key); if (key === 'c') pairs.add('d') }); heard") == [
        "a", "b", "c", "d",
    ]  # fmt: skip


def test_for_each_gives_value_key_and_object(made: Any) -> None:
    assert made.run(
        "const calls = []; pairs.forEach(function (value, key, object) { calls.push([value.n, key, object === pairs, this.me]) }, { me: 1 }); calls"
    ) == [[0, "a", True, 1], [1, "b", True, 1]]
    assert made.error_of("pairs.forEach()") == "TypeError: Pairs.forEach: argument 1 (callback) is not a function"
    assert made.run("Pairs.prototype.forEach.length") == 1


def test_iterator_objects_look_as_the_standard_says(made: Any) -> None:
    assert made.run(
        """const it = pairs.keys(), prototype = Object.getPrototypeOf(it);
        const d = Object.getOwnPropertyDescriptor(prototype, 'next');
        [Object.prototype.toString.call(it), Reflect.ownKeys(it).length, d.enumerable, d.writable, d.configurable, d.value.length,
         Object.getPrototypeOf(prototype) === Object.getPrototypeOf(Object.getPrototypeOf([].values())), it[Symbol.iterator]() === it]"""
    ) == ["[object Pairs Iterator]", 0, True, True, True, 0, True, True]
    assert made.run("const { next } = Object.getPrototypeOf(pairs.keys()); next.call(pairs.values()).value.n") == 0
    assert (
        made.error_of("Object.getPrototypeOf(pairs.keys()).next.call({})") == "TypeError: this is not a Pairs Iterator"
    )
    assert made.error_of("Object.getPrototypeOf(pairs.keys()).next.call([].keys())").startswith("TypeError")


def test_a_finished_iterator_stays_finished_only_while_nothing_is_added(made: Any) -> None:
    assert made.run("const it = pairs.keys(); [...it]; it.next().done") is True


@pytest.mark.parametrize("name", ["entries", "keys", "values", "forEach"])
def test_iterating_methods_are_enumerable_and_the_symbol_is_not(made: Any, name: str) -> None:
    assert (
        made.run(
            f"['Pairs', 'Listy'].map((name) => {{ const d = Object.getOwnPropertyDescriptor(globalThis[name].prototype, '{name}'); return [d.enumerable, d.writable, d.configurable] }})"
        )
        == [[True, True, True]] * 2
    )
    assert made.run("Object.getOwnPropertyDescriptor(Pairs.prototype, Symbol.iterator).enumerable") is False
    assert made.error_of(f"Pairs.prototype.{name}.call({{}}, () => {{}})").startswith("TypeError: Pairs.")


def test_what_has_indices_iterates_as_an_array(made: Any) -> None:
    assert made.run("[...new Listy()].map((item) => item.n)") == [0, 1]
    assert made.run(
        "[Symbol.iterator, 'keys', 'values', 'entries', 'forEach'].every((key) => Listy.prototype[key] === Array.prototype[key])"
    )


def test_a_maplike_is_like_a_map(made: Any) -> None:
    assert made.run(
        """const m = new Mappy(); const chained = m.set('a', '1').set(2, 3);
        [chained === m, m.size, m.get('a'), m.get(2), m.get('x') === undefined, m.has('2'), m.delete('a'), m.delete('a'), [...m], [...m.keys()], [...m.values()]]"""
    ) == [True, 2, 1, 3, True, True, True, False, [["2", 3]], ["2"], [3]]
    assert made.run("const c = new Mappy(); c.set('a', 1); c.clear(); c.size") == 0
    assert made.run("[Mappy.prototype.set.length, Mappy.prototype.get.length, Mappy.prototype.clear.length]") == [
        2,
        1,
        0,
    ]
    assert made.run("Mappy.prototype[Symbol.iterator] === Mappy.prototype.entries")
    assert made.error_of("new Mappy().set('a')") == "TypeError: Mappy.set needs 2 arguments, but got 1"
    assert made.error_of("Mappy.prototype.size").startswith("TypeError")


def test_a_read_only_maplike_cannot_be_written_and_gives_platform_objects(made: Any) -> None:
    assert made.run("['set', 'delete', 'clear'].some((name) => name in Looky.prototype)") is False
    assert made.run("const l = new Looky(); l.get('a') === [...l.values()][0] && l.get('a') instanceof Item")
    assert made.run(
        "const found = []; new Looky().forEach((value, key, map) => found.push([value.n, key, map instanceof Looky])); found"
    ) == [[1, "a", True]]


def test_a_setlike_is_like_a_set(made: Any) -> None:
    assert made.run(
        """const s = new Setty(); s.add(1).add('b').add('b');
        [s.size, s.has('1'), [...s], [...s.entries()], s.delete('1'), [...s.values()], Setty.prototype.keys === Setty.prototype.values,
         Setty.prototype[Symbol.iterator] === Setty.prototype.values]"""
    ) == [2, True, ["1", "b"], [["1", "1"], ["b", "b"]], True, ["b"], True, True]


def test_a_read_only_setlike_shows_what_comes_in_while_it_is_iterated(made: Any) -> None:
    assert made.run("const s = new Seen(); const seen = []; for (const item of s) { seen.push(item.n); if (item.n === 1) s.grow() } seen") == [
        1, 2,
    ]  # fmt: skip
    assert made.run("const k = new Seen(); const [item] = k; [k.has(item), k.size]") == [True, 1]
    assert made.run("'add' in Seen.prototype") is False
