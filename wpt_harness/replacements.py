"""A network in which a few addresses are answered here.

For servers that we do not start ourselves and that cannot be told to serve our scripts: the official runner's.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.network import Transport, WireRequest, WireResponse
from engine.network.transport import BytesBody

_HEADERS = [(b"Content-Type", b"text/javascript; charset=utf-8"), (b"Cache-Control", b"max-age=3600")]


class ReplacingTransport:
    """`scripts`: path → text, for all hosts. Everything else goes to `transport`."""

    def __init__(self, transport: Transport, scripts: Mapping[str, str]) -> None:
        self._transport = transport
        self._scripts = scripts

    async def send(self, request: WireRequest) -> WireResponse:
        script = self._scripts.get(str(request.url.path)) if request.method == b"GET" else None
        if script is None:
            return await self._transport.send(request)
        body = script.encode()
        return WireResponse(200, b"OK", [*_HEADERS, (b"Content-Length", str(len(body)).encode())], BytesBody(body))

    async def close(self) -> None:
        await self._transport.close()
