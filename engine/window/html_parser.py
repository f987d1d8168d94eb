"""HTML to operations on a tree: https://html.spec.whatwg.org/#parsing

html5lib decides, the bindings' tree carries out (js_bindings/html/loading/tree_construction.js). In between travel operations:
lists that begin with their name and speak of nodes by number. Parsing stops after each script's end tag, so that the script can
run and write before what comes after it is looked at, and wherever there is no more text for now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakSet

from html5lib.constants import namespaces, tokenTypes
from html5lib.html5parser import HTMLParser
from html5lib.treebuilders.base import Node, TreeBuilder

from engine.js import BudgetExceeded
from engine.window.html_tokenizer import Tokenizer
from engine.window.input_stream import InputStream
from engine.window.open_elements import BoundedTreeBuilder

if TYPE_CHECKING:
    from engine.js import ByteBudget

Operation: TypeAlias = list[Any]

_END = -1
_PAUSE = -2
_MOST_OPERATIONS = 5000
_LONGEST_TURN = 0.5
"""Seconds after which the parser gives way to other tasks, when it is between two steps."""
"""That one step brings."""
_OPERATION_SIZE = 400
"""Bytes that one takes on its way, roughly and with its nodes."""
_NO_ATTRIBUTES: dict[Any, str] = {}

_NAMESPACES = {namespaces["html"]: 0, namespaces["svg"]: 1, namespaces["mathml"]: 2}


class _Recorder:
    """The operations since the last stop, and the numbers of nodes."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.last_number = 0
        self._names: dict[tuple[str, str], tuple[str, str]] = {}
        self.position: Callable[[], tuple[int, int]] = lambda: (1, 0)

    def add(self, *operation: Any) -> None:
        self.operations.append(list(operation))

    def number(self) -> int:
        self.last_number += 1
        return self.last_number

    def name(self, name: tuple[str, str]) -> tuple[str, str]:
        """The same for all elements of a name."""
        return self._names.setdefault(name, name)

    def take(self) -> list[Operation]:
        operations, self.operations = self.operations, []
        return operations


class _Attributes(dict[Any, str]):
    """An element's attributes: what html5lib adds later (for a second body tag) is recorded."""

    def __init__(self, values: dict[Any, str], recorder: _Recorder, number: int) -> None:
        super().__init__(values)
        self._recorder = recorder
        self._number = number

    def __setitem__(self, name: Any, value: str) -> None:
        super().__setitem__(name, value)
        self._recorder.add("attribute", self._number, name, value)


class ParserNode(Node):  # type: ignore[misc]  # html5lib has no types
    """What html5lib believes the tree to be, as far as it looks at it: who is whose parent. A node that is closed is forgotten."""

    recorder: _Recorder

    def __init__(self, number: int, name: str | None = None) -> None:
        self.number = number
        self.name = name
        self.parent: ParserNode | None = None
        self._content = 0  # how many children there are, and texts
        self._children: WeakSet[ParserNode] | None = None  # those that are still open, or may be opened again

    def appendChild(self, node: ParserNode) -> None:
        self._adopt(node)
        self.recorder.add("append", self.number, node.number)

    def insertBefore(self, node: ParserNode, reference: ParserNode) -> None:
        self._adopt(node)
        self.recorder.add("before", self.number, node.number, reference.number)

    def _adopt(self, node: ParserNode) -> None:
        if node.parent is not None:
            node.parent._disown(node)
        node.parent = self
        if self._children is None:
            self._children = WeakSet()
        self._children.add(node)
        self._content += 1

    def _disown(self, node: ParserNode) -> None:
        if self._children is not None:
            self._children.discard(node)
        self._content -= 1
        node.parent = None

    def insertText(self, data: str, insertBefore: ParserNode | None = None) -> None:
        self._content += 1
        if insertBefore is None:
            self.recorder.add("text", self.number, data)
        else:
            self.recorder.add("text", self.number, data, insertBefore.number)

    def removeChild(self, node: ParserNode) -> None:
        self._disown(node)
        self.recorder.add("remove", node.number)

    def reparentChildren(self, newParent: ParserNode) -> None:
        children, self._children = self._children, None
        if children:
            for child in children:
                child.parent = newParent
            newParent._children = newParent._children or WeakSet()
            newParent._children.update(children)
        newParent._content += self._content
        self._content = 0
        self.recorder.add("reparent", self.number, newParent.number)

    def hasContent(self) -> bool:
        return self._content > 0


def _tree_builder(recorder: _Recorder, is_fragment: bool) -> type[TreeBuilder]:
    class RecordedNode(ParserNode):
        pass

    RecordedNode.recorder = recorder

    class Document(RecordedNode):
        def __init__(self) -> None:
            super().__init__(0)

        def appendChild(self, node: ParserNode) -> None:
            # A fragment's html element is the fragment itself: see `Element`.
            if node.number != 0:
                super().appendChild(node)

    class Element(RecordedNode):
        def __init__(self, name: str, namespace: str | None) -> None:
            super().__init__(0, name)
            self.namespace = namespace
            self.nameTuple = recorder.name((namespace or namespaces["html"], name))
            self._attributes: dict[Any, str] = _NO_ATTRIBUTES

        @property
        def attributes(self) -> dict[Any, str]:
            return self._attributes

        @attributes.setter
        def attributes(self, values: dict[Any, str]) -> None:
            # html5lib makes an element and gives it its attributes at once: now it is whole.
            if is_fragment and recorder.last_number == 0:
                recorder.last_number = 1
                self._attributes = _Attributes(values, recorder, 0)
                return
            self.number = recorder.number()
            self._attributes = self._own_attributes(values)
            namespace = _NAMESPACES.get(self.nameTuple[0], 0)
            operation = ["element", self.number, namespace, self.name, [_attribute(*item) for item in values.items()]]
            if self.name == "script":
                line, column = recorder.position()
                operation += [line, column + 1]
            recorder.add(*operation)

        def _own_attributes(self, values: dict[Any, str]) -> dict[Any, str]:
            # Only these two may get more.
            if self.name in ("html", "body"):
                return _Attributes(values, recorder, self.number)
            return values or _NO_ATTRIBUTES

        def cloneNode(self) -> Element:
            copy = Element(self.name or "", self.namespace)
            copy.number = recorder.number()
            copy._attributes = copy._own_attributes(self.attributes)
            recorder.add("clone", self.number, copy.number)
            return copy

    class Comment(RecordedNode):
        def __init__(self, data: str) -> None:
            super().__init__(recorder.number())
            recorder.add("comment", self.number, data)

    class Doctype(RecordedNode):
        def __init__(self, name: str, public_id: str | None, system_id: str | None) -> None:
            super().__init__(recorder.number())
            recorder.add("doctype", self.number, name or "", public_id or "", system_id or "")

    class Builder(BoundedTreeBuilder):
        documentClass = Document
        elementClass = Element
        commentClass = Comment
        doctypeClass = Doctype
        fragmentClass = Document

    return Builder


def _attribute(name: Any, value: str) -> list[str | None]:
    """An attribute on the wire: name and value; of foreign elements also namespace and prefix."""
    if isinstance(name, tuple):
        prefix, local_name, namespace = name
        return [local_name, value, namespace, prefix]
    return [name, value]


@dataclass(slots=True)
class Step:
    """What there is to do before the parser goes on."""

    operations: list[Operation] = field(default_factory=list)
    script: int | None = None
    """The number of the script element whose end tag was just seen."""
    done: bool = False
    waiting: bool = False
    """Whether it can go on only when more text has come."""
    gives_way: bool = False
    """Whether other tasks are to have their turn before it goes on."""
    cut_off: bool = False
    """Whether it was ended because too much had to be kept."""


class DocumentParser:
    """One document's parser: `next` goes on to the end of the next script, of what has come so far, or of the document.

    `ended`: whether `html` is all of it; else more is given to `feed`, from any thread, until `end` is called.
    """

    def __init__(
        self,
        html: str,
        *,
        ended: bool = True,
        is_fragment: bool = False,
        context: str = "div",
        budget: ByteBudget | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._turn_began = now()
        self.gave_way = False
        """Whether it goes on in another task."""
        self._holding = None if budget is None else budget.hold(0, "Pieces of HTML that have no end")
        self._recorder = _Recorder()
        builder = _tree_builder(self._recorder, is_fragment)
        self._stream = InputStream(html, ended=ended)
        self._parser = _SteppingParser(
            builder,
            self._stream,
            context if is_fragment else None,
            lambda: len(self._recorder.operations) >= _MOST_OPERATIONS,
        )
        self._recorder.position = self._stream.position
        self._stream.on_encoding = lambda name: self._recorder.add("encoding", name)
        self._scripts: Iterator[int | None] = self._parser.scripts()
        self._parser.begin()
        self._done = False
        self._mode = "no quirks"
        self.begin_write, self.end_write = self._stream.begin_write, self._stream.end_write
        self.feed = self._stream.feed
        self.end = self._stream.end

    @property
    def waiting(self) -> int:
        """How many characters have been fed and not been looked at."""
        return self._stream.waiting

    def next(self, *, begins_a_turn: bool = False) -> Step:
        """Parse until a script's end tag has been seen, as far as there is text, or to the end; or some way.

        `begins_a_turn`: whether this is the first step of a task.
        """
        if begins_a_turn:
            self._turn_began = self._now()
        self.gave_way &= self._stream.is_writing
        script = None if self._done else next(self._scripts, _END)
        self._done = self._done or script == _END
        self._stream.set_insertion_point()
        operations = self._recorder.take()
        if self._parser.compatMode != self._mode:
            self._mode = self._parser.compatMode
            operations.insert(0, ["mode", self._mode.replace(" ", "-")])
        if self._done:
            if self._holding is not None:
                self._holding.release()
            return Step(operations, done=True)
        if self._keeps_too_much():
            self._done = True
            self._parser.tokenizer.currentToken = None
            return Step(operations, done=True, cut_off=True)
        if script is None:
            return Step(operations, waiting=True)
        # NB: what a script writes is parsed while it runs.
        is_over = script == _PAUSE or self._now() - self._turn_began > _LONGEST_TURN
        gives_way = is_over and not self._stream.is_writing
        self.gave_way |= gives_way
        return Step(operations, None if script == _PAUSE else script, gives_way=gives_way)

    def _keeps_too_much(self) -> bool:
        """Of a comment, a tag or a doctype that goes on and on."""
        if self._holding is None:
            return False
        try:
            # NB: as it was read, and as a token.
            self._holding.resize(8 * (self._stream.kept + self._parser.tokenizer.kept))
        except BudgetExceeded:
            self._holding.release()
            return True
        return False

    def write(self, text: str) -> None:
        """https://html.spec.whatwg.org/#dom-document-write: insert text at the insertion point."""
        self._stream.insert(text)

    @property
    def is_writing(self) -> bool:
        """Whether there is nothing for it but what a script writes."""
        return self._stream.is_writing

    def begin_script(self) -> None:
        """A script that is not the last step's runs, in no other: what it writes comes before the next character."""
        self._stream.end_all_writes()
        self._stream.set_insertion_point()


def parse_fragment(html: str, context: str, budget: ByteBudget | None = None) -> list[Operation]:
    """https://html.spec.whatwg.org/#parsing-html-fragments, below a context element of HTML; number 0 is the fragment.

    Raises BudgetExceeded.
    """
    return _to_the_end(DocumentParser(html, is_fragment=True, context=context), budget)


def parse_document(html: str, budget: ByteBudget | None = None) -> list[Operation]:
    """A whole document whose scripts do not run; number 0 is the document. Raises BudgetExceeded."""
    return _to_the_end(DocumentParser(html), budget)


def _to_the_end(parser: DocumentParser, budget: ByteBudget | None) -> list[Operation]:
    operations: list[Operation] = []
    # NB: it is given back with the holding, when all of it is on its way.
    holding = None if budget is None else budget.hold(0, "HTML that is parsed as a whole", passing=True)
    while True:
        step = parser.next()
        operations += step.operations
        if holding is not None:
            holding.grow(len(step.operations) * _OPERATION_SIZE)
        if step.done:
            return operations


class _SteppingParser(HTMLParser):  # type: ignore[misc]  # html5lib has no types
    """html5lib's parser, whose main loop can be left after scripts, where there is no more text for now, and when it `is_enough`."""

    def __init__(
        self, builder: type[TreeBuilder], stream: InputStream, context: str | None, is_enough: Callable[[], bool]
    ) -> None:
        super().__init__(builder)
        self.is_enough = is_enough
        self.misunderstood = 0
        """How many tokens were passed over."""
        self.innerHTMLMode = context is not None
        self.container = context
        self.scripting = True
        self.tokenizer = Tokenizer(stream, self)

    def begin(self) -> None:
        self.reset()

    def parseError(self, errorcode: str = "", datavars: object = None) -> None:
        """Nobody asks for parse errors."""

    def scripts(self) -> Iterator[int | None]:
        """Parse; yields the number of each script element once its end tag has been seen, None where text is missing, and _PAUSE."""
        end_tag = tokenTypes["EndTag"]
        for token in self.tokenizer:
            if token is None:
                yield None
                continue
            script = self._open_script() if token["type"] == end_tag and token["name"] == "script" else None
            self._process(token)
            if script is not None:
                yield script
            elif self.is_enough():
                yield _PAUSE
        self._process_end()

    def _open_script(self) -> int | None:
        if not self.tree.openElements:
            return None
        node = self.tree.openElements[-1]
        return node.number if node.nameTuple == (namespaces["html"], "script") else None

    def _process(self, token: Any) -> None:
        """https://html.spec.whatwg.org/#tree-construction-dispatcher"""
        kind = token["type"]
        if kind == tokenTypes["ParseError"]:
            return
        method = _METHODS[kind]
        new_token = token
        while new_token is not None:
            try:
                new_token = getattr(self._phase_for(new_token["type"], token), method)(new_token)
            except (AssertionError, AttributeError, IndexError, ValueError):
                # AD-HOC: html5lib has not thought of everything that may be nested. It goes on with the next token.
                self.misunderstood += 1
                return

    def _phase_for(self, kind: int, token: Any) -> Any:
        open_elements = self.tree.openElements
        if not open_elements:
            return self.phase
        node = open_elements[-1]
        if node.namespace == self.tree.defaultNamespace:
            return self.phase
        start_tag = kind == tokenTypes["StartTag"]
        characters = kind in (tokenTypes["Characters"], tokenTypes["SpaceCharacters"])
        in_text = self.isMathMLTextIntegrationPoint(node) and ((start_tag and token["name"] not in ("mglyph", "malignmark")) or characters)
        in_annotation = node.nameTuple == (namespaces["mathml"], "annotation-xml") and start_tag and token["name"] == "svg"
        in_html = self.isHTMLIntegrationPoint(node) and (start_tag or characters)
        return self.phase if in_text or in_annotation or in_html else self.phases["inForeignContent"]

    def _process_end(self) -> None:
        while self.phase.processEOF():
            pass


_METHODS = {
    tokenTypes["Characters"]: "processCharacters",
    tokenTypes["SpaceCharacters"]: "processSpaceCharacters",
    tokenTypes["StartTag"]: "processStartTag",
    tokenTypes["EmptyTag"]: "processStartTag",
    tokenTypes["EndTag"]: "processEndTag",
    tokenTypes["Comment"]: "processComment",
    tokenTypes["Doctype"]: "processDoctype",
}
