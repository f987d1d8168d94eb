"""Asynchronous iterators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Item { readonly attribute long n; };
dictionary Options { long from = 0; };
[Exposed=*] interface Source {
  constructor();
  async_iterable<Item>(optional Options options = {});
  readonly attribute DOMString log;
  undefined release();
};
[Exposed=*] interface Endless { constructor(); async_iterable<DOMString, long>; };
[Exposed=*] interface Faulty { constructor(); async_iterable<any>; };
"""
CLASSES = """
export class Item { n; constructor(n) { this.n = n } }
export class Source {
  log = ""; waiting = [];
  async_iterator_init(iterator, options) { iterator.at = options.from }
  async_iterator_next(iterator) {
    this.log += `next ${iterator.at} `;
    const n = iterator.at++;
    return n < 2 ? Promise.resolve(new Item(n)) : n === 2 ? new Promise((resolve) => this.waiting.push(() => resolve(END_OF_ITERATION))) : Promise.resolve(END_OF_ITERATION);
  }
  async_iterator_return(iterator, value) { this.log += `return ${value} `; return Promise.resolve('ignored') }
  release() { this.waiting.shift()() }
}
export class Endless { async_iterator_next() { return Promise.resolve(["k", 7]) } }
export class Faulty { async_iterator_next() { return Promise.reject(new RangeError("broken")) } async_iterator_return() { return Promise.reject(new RangeError("cannot return")) } }
"""
Define = Callable[..., Any]


@pytest.fixture
def made(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run("globalThis.source = new Source(); 0")
    return realm


def test_values_are_converted_and_the_end_ends(made: Any) -> None:
    assert made.settled(
        "(async () => { const seen = []; setTimeout(() => source.release()); for await (const item of source) seen.push(item instanceof Item ? item.n : null); return seen })()"
    ) == [0, 1]


def test_arguments_are_converted(made: Any) -> None:
    assert made.settled("source.values({ from: '1' }).next().then((step) => step.value.n)") == 1
    assert made.error_of("source.values(5)").startswith("TypeError: Source.values")
    assert made.run(
        "Source.prototype[Symbol.asyncIterator] === Source.prototype.values && Source.prototype.values.length === 0"
    )


def test_one_step_waits_for_the_one_before(made: Any) -> None:
    assert made.settled(
        """(async () => {
          const it = source.values({ from: 2 }); const order = [];
          const first = it.next().then((step) => order.push('first ' + step.done));
          const second = it.next().then((step) => order.push('second ' + step.done));
          const third = it.return('value').then((step) => order.push('third ' + step.value + step.done));
          await null; order.push(source.log.trim()); source.release();
          await Promise.all([first, second, third]);
          return [...order, source.log.trim()];
        })()"""
    ) == ["next 2", "first true", "second true", "third valuetrue", "next 2"]


def test_return_ends_the_iteration_with_its_value(made: Any) -> None:
    assert made.settled(
        "(async () => { const it = source.values(); const step = await it.return('bye'); return [step.value, step.done, (await it.next()).done, source.log.trim()] })()"
    ) == ["bye", True, True, "return bye"]


def test_a_rejection_finishes(made: Any) -> None:
    assert made.settled(
        "(async () => { const it = new Faulty().values(); const errors = []; await it.next().catch((e) => errors.push(e.message)); return [errors, (await it.next()).done] })()"
    ) == [["broken"], True]
    assert made.error_of("new Faulty().values().return(1)") == "RangeError: cannot return"


def test_pairs_have_entries_keys_and_values_and_no_return_unless_the_implementation_has(made: Any) -> None:
    assert made.settled(
        """(async () => { const e = new Endless(); return [(await e.entries().next()).value, (await e.keys().next()).value, (await e.values().next()).value,
        Endless.prototype[Symbol.asyncIterator] === Endless.prototype.entries, 'return' in e.keys(), 'return' in source.values()] })()"""
    ) == [["k", 7], "k", 7, True, False, True]


def test_iterator_objects_look_as_the_standard_says(made: Any) -> None:
    assert made.run(
        """const it = source.values(), prototype = Object.getPrototypeOf(it); const d = Object.getOwnPropertyDescriptor(prototype, 'next');
        [Object.prototype.toString.call(it), d.enumerable, d.value.length, prototype.return.length, it[Symbol.asyncIterator]() === it]"""
    ) == ["[object Source AsyncIterator]", True, 0, 1, True]
    assert (
        made.error_of("Object.getPrototypeOf(source.values()).next.call({})")
        == "TypeError: this is not a Source AsyncIterator"
    )
    assert made.run(
        "const p = Object.getPrototypeOf(source.values()).return.call(5); p.catch(() => {}); p instanceof Promise"
    )
