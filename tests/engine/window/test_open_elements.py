"""engine/window/open_elements.py"""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine.window.html_parser import DocumentParser, parse_document, parse_fragment


def shape(operations: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """The depth of the tree that these operations make, and the depth of the last element of each name."""
    depths = {0: 0}
    names = {operation[1]: operation[3] for operation in operations if operation[0] == "element"}
    for name, *rest in operations:
        if name == "append":
            depths[rest[1]] = depths[rest[0]] + 1
        elif name == "before":
            depths[rest[1]] = depths[rest[2]]
    return max(depths.values()), {names.get(number, ""): depth for number, depth in depths.items()}


# Depths as Chromium has them; there the document itself counts too.
@pytest.mark.parametrize(
    ("html", "deepest", "paragraph"),
    [
        ("<div>" * 600, 513, None),
        ("<div>" * 600 + "</div>" * 600 + "<p>", 513, 3),
        ("<div>" * 600 + "</div>" * 100 + "<p>x", 513, 503),
        ("<span>" * 600 + "</span>" * 60 + "<p>x", 513, 513),
        ("<ul><li>" * 400 + "<p>", 513, 513),
        ("<b>" * 600 + "<p>", 513, 513),
        ("<svg><g>" * 400, 513, None),
    ],
)
def test_elements_beyond_a_depth_are_siblings_and_are_closed_as_they_were_opened(
    html: str, deepest: int, paragraph: int | None
) -> None:
    depth, depths = shape(parse_document(html))
    assert depth == deepest
    assert depths.get("p") == paragraph


def test_implied_end_tags_may_be_many() -> None:
    for tag in ("rt", "li", "dd", "option"):
        parse_fragment("<div><ruby>" + f"<{tag}>" * 5000 + "</ruby></div>" + "x", "div")


def test_a_large_document_comes_in_steps() -> None:
    parser = DocumentParser("<p>x" * 20_000)
    sizes = []
    while True:
        step = parser.next()
        sizes.append(len(step.operations))
        assert not step.waiting
        if step.done:
            break
    assert max(sizes) < 6000
    assert sum(sizes) > 60_000


def test_what_is_closed_is_forgotten() -> None:
    import gc

    from engine.window.html_parser import ParserNode

    parser = DocumentParser("<p>x" * 5_000 + "<script></script><p>")
    while parser.next().script is None:
        pass
    assert sum(isinstance(each, ParserNode) for each in gc.get_objects()) < 200


NAMES = ["div", "span", "p", "b", "i", "a", "ul", "li", "table", "tr", "td", "select", "option", "svg", "g", "math", "mi", "template", "form", "h1", "nobr", "button", "ruby", "rt", "body", "html", "frameset"]


@pytest.mark.parametrize("seed", range(8))
def test_no_nesting_breaks_the_parser(seed: int) -> None:
    chance = random.Random(seed)
    parts = []
    for _ in range(60):
        name = chance.choice(NAMES)
        repeat = chance.choice([1, 1, 5, 300])
        parts.append(chance.choice([f"<{name}>", f"<{name} a={chance.random()}>", f"</{name}>", "x", f"<{name}>x</{name}>"]) * repeat)
    parser = DocumentParser("".join(parts))
    operations: list[list[Any]] = []
    while not (step := parser.next()).done:
        operations += step.operations
    assert shape(operations)[0] < 1200
