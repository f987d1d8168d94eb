"""aiohttp's side of a connection, with an end to what a server may say before it says anything."""

from __future__ import annotations

import asyncio
import functools
from typing import Any, Final

from aiohttp import StreamReader, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError

MOST_INTERIM_RESPONSES: Final = 32


class ResponseProtocol(ResponseHandler):
    """Gives up on a server whose head, or whose trailers, have no end: each header is bounded by the parser, all of them together
    are here.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._limit = 0
        self._expects_a_head = False
        self._interim_responses = 0
        self._without_progress = 0

    def expect_a_head(self, limit: int) -> None:
        """A request is about to be written. `limit`: bytes that may come without being a body's."""
        self._limit = limit
        self._expects_a_head = True
        self._interim_responses = self._without_progress = 0

    def data_received(self, data: bytes) -> None:
        payload = self._payload
        before = 0 if payload is None else payload.total_bytes
        super().data_received(data)
        if not self._expects_a_head and (payload is None or payload.is_eof() or payload.total_bytes != before):
            self._without_progress = 0
            return
        self._without_progress += len(data)
        if self._limit and self._without_progress > self._limit:
            self._give_up(f"more than {self._limit} bytes of headers")

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """A head has come."""
        if self._exception is not None:
            return
        if not 100 <= data[0].code <= 199:
            self._expects_a_head = False
            self._without_progress = 0
        else:
            self._interim_responses += 1
            if self._interim_responses > MOST_INTERIM_RESPONSES:
                self._give_up(f"more than {MOST_INTERIM_RESPONSES} responses before the response")
                return
        super().feed_data(data, size)

    def _give_up(self, what: str) -> None:
        error = HttpProcessingError(code=400, message=what)
        if self._exception is None:
            self.set_exception(error)
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(error)
        if self.transport is not None:
            self.transport.abort()


class Connector(TCPConnector):
    """A connector whose connections speak `ResponseProtocol`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        make: Any = functools.partial(ResponseProtocol, loop=asyncio.get_running_loop())
        self._factory = make
