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


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("b ~ i", "459"),
        ("i ~ b ~ i", "459"),
        ("u i", "78"),
        ("div u i", "78"),
        ("s i", ""),
        ("i:has(~ b)", "1"),
        ("i:has(~ b + i)", "1"),
        ("i:has(+ b ~ u)", "1"),
        ("u:has(i)", "36"),
        (":has(> i > i)", "6"),
        ("u:has(u > i i)", "3"),
        ("u:has(s)", ""),
        (":not(b ~ i, u *)", "123"),
        ("i:nth-child(2 of i)", "4"),
        (":nth-last-child(1 of i)", "789"),
    ],
)
def test_what_stands_in_other_places(window: Any, selector: str, found: str) -> None:
    # What one element has shown about its neighbours holds for the next one: every element asks anew all the same.
    window.run("document.body.innerHTML = '<div><i id=1></i><b id=2></b><i id=4></i><i id=5></i><u id=3><u id=6><i id=7><i id=8></i></i></u></u><i id=9></i></div>'")
    assert window.run(f"[...document.querySelectorAll('div *')].filter(each => each.matches({selector!r})).map(each => each.id).join('')") == found
    assert window.run(f"[...document.querySelector('div').querySelectorAll({selector!r})].map(each => each.id).join('')") == found
