"""A site in memory: a page, a service worker that may begin background fetches, and what they fetch."""

from __future__ import annotations

import pytest

from engine.network.fake_transport import FakeResponse, FakeTransport

WORKER = """
  addEventListener('backgroundfetchsuccess', (event) => event.waitUntil((async () => {
    const cache = await caches.open('downloads');
    for (const record of await event.registration.matchAll()) await cache.put(record.request, await record.responseReady);
  })()));
  addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/from-the-worker')) event.respondWith(new Response('the worker'));
  });
"""


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    html = [(b"Content-Type", b"text/html")]
    for site in ("https://example.test", "https://other.test"):
        transport.route(f"{site}/", FakeResponse(headers=html, body=b"<!doctype html><title>A page</title>"))
        transport.route(f"{site}/sw.js", FakeResponse(headers=[(b"Content-Type", b"text/javascript")], body=WORKER.encode()))
        transport.route(f"{site}/file*", FakeResponse(b"x" * 1000))
        transport.route(f"{site}/from-the-worker", FakeResponse(b"the network"))
    return transport
