"""html5lib's two lists of elements, with an end: what looks through them does so for every tag, in Python, where nothing stops it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, SupportsIndex

from html5lib.constants import namespaces
from html5lib.treebuilders.base import ActiveFormattingElements, Marker, TreeBuilder

if TYPE_CHECKING:
    from engine.window.html_parser import ParserNode

DEEPEST = 512
"""Open elements after which the tree does not become deeper; as in Chromium."""
_LOOKED_THROUGH = 64
MOST_FORMATTING_ELEMENTS = 128


class OpenElements(list[Any]):
    """https://html.spec.whatwg.org/multipage/parsing.html#the-stack-of-open-elements

    AD-HOC: of those between the DEEPEST and the current node only some are looked through; the others are there when they become
    the current node.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hidden: list[ParserNode] = []
        self._hidden_ids: set[int] = set()
        self._names: Counter[tuple[str, str]] = Counter()  # of all of them

    def has(self, name: tuple[str, str]) -> bool:
        """OPTIMIZATION: whether any element has this name; most that are looked for are not there."""
        return self._names[name] > 0

    def parent_for_a_new_element(self) -> ParserNode:
        """The current node; where that is as deep as it may be, its parent."""
        node: ParserNode = self[-1]
        return node.parent if len(self) > DEEPEST and node.parent is not None else node

    def append(self, node: Any) -> None:
        self._names[node.nameTuple] += 1
        if len(self) <= DEEPEST and not self._hidden:
            super().append(node)
        else:
            self._hidden.append(self[-1])
            self._hidden_ids.add(id(self[-1]))
            super().__setitem__(-1, node)

    def pop(self, index: SupportsIndex = -1) -> Any:
        if not self._hidden or index != -1:
            node = super().pop(index)
        else:
            node = self[-1]
            super().__setitem__(-1, self._hidden.pop())
            self._hidden_ids.discard(id(self[-1]))
        self._names[node.nameTuple] -= 1
        return node

    def __reversed__(self) -> Iterator[Any]:
        if self:
            yield self[-1]
            yield from self._hidden[: -_LOOKED_THROUGH - 1 : -1]
            yield from itertools.islice(super().__reversed__(), 1, None)

    def __getitem__(self, index: Any) -> Any:
        if self._hidden and isinstance(index, slice) and index == slice(None, None, -1):
            return list(reversed(self))
        return super().__getitem__(index)

    def __contains__(self, node: object) -> bool:
        return super().__contains__(node) or id(node) in self._hidden_ids

    def __setitem__(self, index: Any, node: Any) -> None:
        self._names[self[index].nameTuple] -= 1
        self._names[node.nameTuple] += 1
        super().__setitem__(index, node)

    def index(self, node: Any, *limits: Any) -> int:
        return super().index(node, *limits) if super().__contains__(node) else len(self) - 1

    def remove(self, node: Any) -> None:
        if self._hidden and node is self[-1]:
            self.pop()
            return
        self._names[node.nameTuple] -= 1
        if super().__contains__(node):
            super().remove(node)
        else:
            self._hidden.remove(node)
            self._hidden_ids.discard(id(node))

    def insert(self, index: SupportsIndex, node: Any) -> None:
        if int(index) >= len(self):
            self.append(node)
        else:
            self._names[node.nameTuple] += 1
            super().insert(index, node)


class FormattingElements(ActiveFormattingElements):  # type: ignore[misc]  # html5lib has no types
    """https://html.spec.whatwg.org/multipage/parsing.html#the-list-of-active-formatting-elements

    AD-HOC: of more than MOST_FORMATTING_ELEMENTS the earliest is forgotten.
    """

    def append(self, node: Any) -> None:
        super().append(node)
        if len(self) > MOST_FORMATTING_ELEMENTS and node is not Marker:
            self.remove(next(element for element in self if element is not Marker))


class BoundedTreeBuilder(TreeBuilder):  # type: ignore[misc]  # html5lib has no types
    """html5lib's algorithms over these lists."""

    def reset(self) -> None:
        super().reset()
        self.openElements = OpenElements()
        self.activeFormattingElements = FormattingElements()

    def insertElementNormal(self, token: Any) -> Any:
        """https://html.spec.whatwg.org/multipage/parsing.html#insert-a-foreign-element"""
        element = self.createElement(token)
        self.openElements.parent_for_a_new_element().appendChild(element)
        self.openElements.append(element)
        return element

    def elementInScope(self, target: Any, variant: str | None = None) -> bool:
        """https://html.spec.whatwg.org/multipage/parsing.html#has-an-element-in-scope and its variants"""
        if isinstance(target, str) and not self.openElements.has((namespaces["html"], target)):
            return False
        return bool(super().elementInScope(target, variant))

    def generateImpliedEndTags(self, exclude: str | None = None) -> None:
        """https://html.spec.whatwg.org/multipage/parsing.html#generate-implied-end-tags"""
        while (name := self.openElements[-1].name) in _IMPLIED and name != exclude:
            self.openElements.pop()


_IMPLIED = frozenset({"dd", "dt", "li", "option", "optgroup", "p", "rp", "rt"})
