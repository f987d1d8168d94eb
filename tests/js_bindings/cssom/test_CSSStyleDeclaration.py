"""Style attributes as declarations; media queries."""

from __future__ import annotations

from typing import Any


def test_declarations_and_attribute_are_one(window: Any) -> None:
    window.run("var d = document.createElement('div'); d.setAttribute('style', 'color: red; background: url(a;b) !important; --x:1')")
    assert window.run("[d.style.length, d.style[0], d.style.color, d.style.getPropertyPriority('background'), d.style.getPropertyValue('--x')]") == [3, "color", "red", "important", "1"]
    assert window.run("d.style.backgroundColor = 'blue'; d.style.color = ''; d.getAttribute('style')") == "background: url(a;b) !important; --x: 1; background-color: blue;"
    assert window.run("d.style.cssText = 'top: 1px'; d.style = 'left: 2px'; [d.getAttribute('style'), d.style.top]") == ["left: 2px;", ""]


def test_computed_styles_show_what_the_element_says(window: Any) -> None:
    assert window.run("var d = document.createElement('div'); d.style.width = '5px'; var c = getComputedStyle(d); [c.width, c.display]") == ["5px", "block"]
    assert window.error_of("c.width = '6px'").startswith("NoModificationAllowedError")


def test_media_queries_are_asked_of_a_window_of_fixed_size(window: Any) -> None:
    assert window.run("['(min-width: 600px)', '(max-width: 10px)', 'screen and (orientation: landscape)', 'not all', 'print, all', '(prefers-color-scheme: dark)'].map(query => matchMedia(query).matches)") == [True, False, True, False, True, False]
