"""Selectors find what they say."""

from __future__ import annotations

from typing import Any

import pytest

PAGE = """document.body.innerHTML = `
  <section id=s lang=en class="a b"><h1>t</h1><p class=x data-k="one two">1</p><p>2</p><p class="x y" title="a-b">3<br></p></section>
  <form><input id=i required><input type=checkbox checked id=c><select><option id=o1><option id=o2 selected></select>
  <fieldset disabled><legend><input id=l></legend><input id=d></fieldset></form><div id="a:b"></div><div id="1"></div>`;"""


@pytest.fixture
def find(window: Any) -> Any:
    window.run(PAGE)
    return lambda selector: window.run(f"[...document.querySelectorAll({selector!r})].map(e => e.id || e.className || e.localName)")


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("#s", ["s"]), ("section.a.b", ["s"]), (".x", ["x", "x y"]), ("P", ["x", "p", "x y"]), ("[data-k~=two]", ["x"]), ("[title|=a]", ["x y"]),
        ("[title^='a'][title$=\"b\"][title*=\\-]", ["x y"]), ("[TITLE=A-B i]", ["x y"]), ("[data-k=ONE]", []), ("section > p:not(.x)", ["p"]), ("h1 + p", ["x"]), ("h1 ~ p.y", ["x y"]),
        ("p:nth-child(2n+3)", ["p"]), ("p:nth-of-type(odd)", ["x", "x y"]), ("p:nth-last-child(-n + 2)", ["p", "x y"]), ("p:first-of-type, p:last-of-type", ["x", "x y"]), ("p:nth-child(1 of .y)", ["x y"]),
        ("section :is(h1, .y)", ["h1", "x y"]), (":where(#s) > h1", ["h1"]), ("section:has(> h1 + p)", ["s"]), ("section:has(h2)", []), (":root > body", ["body"]), ("br:empty", ["br"]),
        ("input:required", ["i"]), (":checked", ["c", "o2"]), ("input:disabled", ["d"]), ("input:enabled", ["i", "c", "l"]), ("p:only-child", []), (":lang(en) h1", ["h1"]), ("#a\\:b", ["a:b"]), ("#\\31", ["1"]),
        ("*|section", ["s"]), ("p::before", []), (":is(p:::, h1)", ["h1"]), ("input:invalid", ["i"]),
    ],
)  # fmt: skip
def test_selectors_find_elements(find: Any, selector: str, found: list[str]) -> None:
    assert find(selector) == found


@pytest.mark.parametrize("selector", ["", "..x", "p >", "> p", "[a", "p:nonsense", "#1", ":not()", "p,", "ns|p", "p:nth-child(x)", "[a=1 2]", "::nonsense"])
def test_nonsense_is_a_syntax_error(window: Any, selector: str) -> None:
    if selector == "[a":
        assert window.run("document.querySelector('[a')") is None  # what is open at the end is closed there
        return
    assert window.error_of(f"document.querySelector({selector!r})").startswith("SyntaxError")


def test_matching_starts_anywhere(window: Any) -> None:
    window.run(PAGE)
    assert window.run("var p = document.querySelector('.y'); [p.matches('section > *'), p.closest('.a').id, p.closest('form'), s.querySelector(':scope > h1').localName]") == [True, "s", None, "h1"]
