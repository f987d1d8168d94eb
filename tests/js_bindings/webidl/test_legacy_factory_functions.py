"""`new Image()` and its like: constructors of an interface under another name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = '[LegacyFactoryFunction=Pic(optional DOMString name = "none"), Exposed=*] interface Picture { attribute DOMString name; };'
CLASSES = "export class Picture { name; constructor(name) { this.name = name } static Pic(name) { return new Picture(name) } }"


@pytest.fixture
def pictures(define: Callable[..., Any]) -> Any:
    realm = define(IDL, CLASSES)

    def give() -> None:
        environment = realm.environment
        module = environment.bindings.load("webidl/legacy_factory_functions.js")
        made = module.get("legacy_factory_function")("Pic", "Picture")
        environment.realm.set_property(environment.realm.global_this, "Pic", made)

    realm._on_agent(give)
    return realm


def test_a_factory_makes_objects_of_the_interface(pictures: Any) -> None:
    assert pictures.run("[new Pic().name, new Pic(5).name, new Pic() instanceof Picture, Object.getPrototypeOf(new Pic()) === Picture.prototype]") == [
        "none", "5", True, True,
    ]  # fmt: skip


def test_a_factory_looks_as_the_standard_says(pictures: Any) -> None:
    assert pictures.run(
        """const d = Object.getOwnPropertyDescriptor(Pic, 'prototype');
        [Pic.name, Pic.length, Pic.prototype === Picture.prototype, d.writable, d.enumerable, d.configurable, Picture.prototype.constructor === Picture]"""
    ) == ["Pic", 0, True, False, False, False, True]
    assert pictures.error_of("Pic()") == "TypeError: Pic is a constructor: use new"
    assert pictures.error_of("new Picture()") == "TypeError: Picture cannot be constructed by scripts"


def test_scripts_can_extend_a_factory(pictures: Any) -> None:
    assert pictures.run("class Mine extends Pic { extra = 1 }; const mine = new Mine('x'); [mine.name, mine.extra, mine instanceof Mine, mine instanceof Picture]") == [
        "x", 1, True, True,
    ]  # fmt: skip
