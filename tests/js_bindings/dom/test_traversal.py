"""Iterators and walkers."""

from __future__ import annotations

from typing import Any

TREE = "document.body.innerHTML = '<p>a<b>c</b></p><!--x--><i></i>';"


def test_an_iterator_shows_what_is_asked_for(window: Any) -> None:
    assert window.run(TREE + "var names = [], it = document.createNodeIterator(document.body, NodeFilter.SHOW_ELEMENT); for (let n; n = it.nextNode();) names.push(n.nodeName); names") == ["BODY", "P", "B", "I"]


def test_an_iterator_moves_on_when_its_node_is_removed(window: Any) -> None:
    assert window.run(TREE + "var it = document.createNodeIterator(document.body); it.nextNode(); it.nextNode(); it.referenceNode.remove(); it.nextNode().nodeName") == "#comment"


def test_a_walker_obeys_its_filter(window: Any) -> None:
    window.run(TREE + "var w = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL, node => node.nodeName === 'P' ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)")
    assert window.run("var names = []; while (w.nextNode()) names.push(w.currentNode.nodeName); names") == ["#comment", "I"]
    assert window.run("[w.previousSibling().nodeName, w.parentNode().nodeName]") == ["#comment", "BODY"]
