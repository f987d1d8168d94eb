"""Trees and how they change."""

from __future__ import annotations

from typing import Any

TREE = "document.body.innerHTML = '<ul><li id=a>1<li id=b>2<li id=c>3</ul>'; var ul = document.querySelector('ul');"


def test_children_are_a_list_that_can_be_walked_both_ways(window: Any) -> None:
    window.run(TREE)
    assert window.run("[ul.firstChild.id, ul.lastChild.id, b.previousSibling.id, b.nextSibling.id, c.nextSibling, ul.childNodes.length, b.parentNode === ul]") == ["a", "c", "a", "c", None, 3, True]


def test_insertion_moves_nodes(window: Any) -> None:
    window.run(TREE)
    assert window.run("ul.insertBefore(c, a); [...ul.childNodes].map(node => node.id)") == ["c", "a", "b"]
    assert window.run("ul.replaceChild(b, c); ul.append('text', a); ul.prepend(document.createComment('x')); ul.innerHTML") == '<!--x--><li id="b">2</li>text<li id="a">1</li>'


def test_a_fragment_gives_its_children_away(window: Any) -> None:
    window.run(TREE)
    assert window.run("var f = new DocumentFragment(); f.append(c, b); ul.prepend(f); [[...ul.children].map(node => node.id), f.childNodes.length]") == [["c", "b", "a"], 0]


def test_nodes_do_not_go_where_they_may_not(window: Any) -> None:
    window.run(TREE)
    for script, name in (
        ("a.appendChild(ul)", "HierarchyRequestError"),
        ("document.appendChild(document.createElement('x'))", "HierarchyRequestError"),
        ("document.append('text')", "HierarchyRequestError"),
        ("ul.removeChild(document.body)", "NotFoundError"),
        ("ul.insertBefore(a, document.body)", "NotFoundError"),
        ("document.createTextNode('').append", "no error"),
        ("ul.replaceChildren(ul)", "HierarchyRequestError"),
    ):
        assert window.error_of(script).split(":")[0] == name, script
    assert window.run("ul.childNodes.length") == 3


def test_child_lists_are_live(window: Any) -> None:
    window.run(TREE)
    assert window.run("var live = ul.childNodes, elements = ul.children, found = ul.querySelectorAll('li'); b.remove(); [live.length, elements.length, found.length, live[1].id, elements.item(1).id, ul.childNodes === live]") == [2, 2, 3, "c", "c", True]


def test_text_content_replaces_everything(window: Any) -> None:
    window.run(TREE)
    assert window.run("var before = ul.textContent; ul.textContent = 'a<b'; [before, ul.innerHTML, ul.childNodes.length]") == ["123", "a&lt;b", 1]


def test_positions_are_compared(window: Any) -> None:
    window.run(TREE)
    assert window.run("[a.compareDocumentPosition(b), b.compareDocumentPosition(a), ul.compareDocumentPosition(b), b.compareDocumentPosition(ul), ul.contains(b), b.contains(ul)]") == [4, 2, 20, 10, True, False]


def test_copies_are_equal_and_not_the_same(window: Any) -> None:
    window.run(TREE)
    assert window.run("var copy = ul.cloneNode(true); [copy.isEqualNode(ul), copy === ul, ul.cloneNode().childNodes.length, copy.isConnected, ul.isConnected]") == [True, False, 0, False, True]


def test_normalizing_joins_text(window: Any) -> None:
    assert window.run("var p = document.createElement('p'); p.append('a', '', 'b', document.createElement('i'), '', 'c'); p.normalize(); [...p.childNodes].map(node => node.nodeName + (node.data ?? ''))") == ["#textab", "I", "#textc"]


def test_events_go_down_and_up_the_tree(window: Any) -> None:
    window.run(TREE)
    assert window.run("""var log = [];
      for (const [name, target] of Object.entries({ window, document, ul, b })) {
        target.addEventListener("x", event => log.push(name + " down"), true);
        target.addEventListener("x", event => log.push(name + " up " + (event.currentTarget === target)));
      }
      b.dispatchEvent(new Event("x", { bubbles: true })); log""") == ["window down", "document down", "ul down", "b down", "b up true", "ul up true", "document up true", "window up true"]


def test_load_events_do_not_reach_the_window(window: Any) -> None:
    assert window.run("var log = []; addEventListener('load', () => log.push('window')); document.addEventListener('load', () => log.push('document')); document.body.dispatchEvent(new Event('load', { bubbles: true })); log") == ["document"]
