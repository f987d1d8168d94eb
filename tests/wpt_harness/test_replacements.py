"""A network in which a few addresses are answered by us."""

from __future__ import annotations

from engine.network import WireRequest
from engine.network.fake_transport import FakeTransport
from engine.network.transport import read_all
from engine.url import parse_url
from wpt_harness.replacements import ReplacingTransport


async def body_of(transport: ReplacingTransport, url: str, method: bytes = b"GET") -> bytes:
    parsed = parse_url(url)
    assert parsed
    return await read_all((await transport.send(WireRequest(method, parsed))).body)


async def test_our_scripts_come_first_and_the_network_has_the_rest() -> None:
    network = FakeTransport()
    network.route("*", "from the network")
    transport = ReplacingTransport(network, {"/a.js": "ours"})
    assert await body_of(transport, "https://a.test/a.js?x") == b"ours"
    assert await body_of(transport, "https://a.test/b.js") == b"from the network"
    assert await body_of(transport, "https://a.test/a.js", b"POST") == b"from the network"
