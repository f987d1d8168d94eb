"""From the bytes of a document, as they come, to its parser: https://html.spec.whatwg.org/multipage/document-lifecycle.html#read-html"""

from __future__ import annotations

import html
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.event_loop import Event, in_parallel
from engine.js import AgentClosed
from engine.realms import ConsoleMessage
from engine.webidl.exceptions import ScriptException
from engine.window.encoding_sniffing import DocumentDecoder

if TYPE_CHECKING:
    from engine.fetch import FetchController
    from engine.http.body import Body
    from engine.window.documents import Document
    from engine.window.html_parser import DocumentParser

_MOST_WAITING = 1 << 20  # characters that may wait for the parser before no more are read

_BEFORE_TEXT = "<!doctype html><html><head></head><body><pre>\n"
"""https://html.spec.whatwg.org/multipage/document-lifecycle.html#read-text"""


class DocumentStream:
    """What a document is still made of after it has been shown. On the browser's thread.

    `charset`: what the Content-Type says; `is_text`: whether it is shown as it is written.
    """

    def __init__(self, body: Body, charset: str | None, is_text: bool, controller: FetchController) -> None:
        self._body = body
        self._controller = controller
        self._decoder = DocumentDecoder(charset)
        self._is_text = is_text
        self._told = self._decoder.name
        self.is_read = False
        """Whether the parser has got all there is."""
        self._cancelled = False
        self._pieces = 0
        self._is_being_parsed = False
        self.went_as_far_as_it_could = Event()
        """Set once the parser waits for something else than bytes, or has come to the end."""

    def begin(self, parser: DocumentParser) -> str:
        """Give the parser what is in memory; it is all there is, or `read` reads on. The name of the encoding, as far as it is known."""
        if self._is_text:
            parser.feed(_BEFORE_TEXT)
        data = self._body.take_buffered()
        if data is not None:
            self._feed(parser, data, final=True)
            parser.end()
            self.is_read = True
        return self._decoder.name

    async def read(self, document: Document) -> None:
        """Give the parser the bytes as they come, no faster than it takes them, to their end."""
        parser = document.parser
        try:
            while not self._cancelled and (data := await self._body.read()):
                document.parser_ran_dry.clear()
                self._feed(parser, data)
                self._pieces += 1
                if not self._is_being_parsed:
                    self._is_being_parsed = True
                    in_parallel(self._let_it_be_parsed(document), "parsing of a document")
                if parser.waiting > _MOST_WAITING:
                    await document.parser_ran_dry.wait()
        except ScriptException as error:
            # AD-HOC: what came is shown, as browsers do; that it is not all is told.
            message = ConsoleMessage("error", f"{document.url.serialized} broke off: {error.message}", "page")
            document.environment.user_agent.embedder.console(document.environment, message)
        else:
            self._feed(parser, b"", final=True)
        parser.end()
        self.is_read = True
        with suppress(AgentClosed):
            await document.parse_on()
        self.went_as_far_as_it_could.set()

    async def _let_it_be_parsed(self, document: Document) -> None:
        """NB: reading goes on meanwhile, so that a short document is parsed in one turn, with its end."""
        pieces = 0
        try:
            while pieces < self._pieces:
                pieces = self._pieces
                await document.parse_on()
        except AgentClosed:
            return
        finally:
            self._is_being_parsed = False
        if not document.parser_ran_dry.is_set():
            self.went_as_far_as_it_could.set()

    def cancel(self) -> None:
        """Nobody wants the rest: whoever sends it is told so. Once or more."""
        self._cancelled = True
        if not self.is_read:
            self._controller.abort()
            self._body.cancel()
        self.went_as_far_as_it_could.set()

    def _feed(self, parser: DocumentParser, data: bytes, *, final: bool = False) -> None:
        text = self._decoder.decode(data, final=final)
        encoding = self._decoder.name if self._decoder.name != self._told else None
        self._told = self._decoder.name
        parser.feed(html.escape(text, quote=False) if self._is_text else text, encoding)
