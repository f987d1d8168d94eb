"""A browser with a site of everything that the counts need, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport, SentRequest

GRANTED = {"background-fetch": "granted", "notifications": "granted"}
WORKER = """
oninstall = () => skipWaiting();
onactivate = event => event.waitUntil(clients.claim());
let echoed = 0, told = () => {};
onmessage = event => event.waitUntil((async () => {
  if (event.data === 'clients') for (const client of await clients.matchAll()) await clients.get(client.id);
  if (event.data === 'claim') await clients.claim();
  event.source.postMessage(event.data);
  echoed++;
  told();
})());
onbackgroundfetchsuccess = event =>
  event.waitUntil(event.registration.id === 'kept' ? new Promise(() => {}) : event.registration.matchAll());
onfetch = event => {
  const path = new URL(event.request.url).pathname;
  if (path.startsWith('/answered')) event.respondWith(new Response('x'));
  if (path.startsWith('/echoed/')) event.respondWith(new Promise(done => {
    told = () => echoed >= path.slice(8) && done(new Response('x'));
    told();
  }));
  if (path.startsWith('/waits/')) {
    for (let i = 0; i < path.slice(7); i++) event.waitUntil(Promise.resolve());
    event.respondWith(new Response('x'));
  }
};
"""
SCRIPTS = {
    "/sw.js": WORKER,
    "/empty.js": "",
    "/keeps.js": "",
    "/script.js": "",
    "/module.js": "export default 1",
    "/m0/module.js": "",
    "/echo.js": "onmessage = event => postMessage(event.data)",
    "/shared.js": "onconnect = event => event.ports[0].onmessage = () => event.ports[0].postMessage(1)",
}


@asynccontextmanager
async def world() -> AsyncIterator[Browser]:
    """An open browser."""
    transport = FakeTransport()
    transport.route("*", _answer)
    async with Browser(transport=transport, permissions=GRANTED) as browser:
        yield browser


async def _answer(request: SentRequest) -> FakeResponse:
    host, _, path = request.url.removeprefix("https://").partition("/")
    path, _, _ = f"/{path}".partition("?")
    headers = {"Cache-Control": "no-store"}
    if host == "cors.test":
        headers |= {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "3600"}
        wanted = request.header("Access-Control-Request-Headers")
        if wanted is not None:
            headers["Access-Control-Allow-Headers"] = wanted.decode()
    if host.endswith(".sts.test"):
        headers |= {"Access-Control-Allow-Origin": "*", "Strict-Transport-Security": "max-age=1000"}
    if path in SCRIPTS:
        return FakeResponse(SCRIPTS[path], headers=headers | {"Content-Type": "text/javascript", "Service-Worker-Allowed": "/"})
    if path.startswith("/page"):
        return FakeResponse("<!doctype html><body>", headers=headers | {"Content-Type": "text/html"})
    if path.startswith("/never"):
        await asyncio.Event().wait()
    if path.startswith("/headers/"):
        headers |= {f"x{i}": "v" for i in range(int(path.rpartition("/")[2]))}
    if path.startswith("/cookies/"):
        cookies = [("Set-Cookie", f"c{number}=1") for number in range(int(path.rpartition("/")[2]))]
        return FakeResponse("x", headers=[*headers.items(), *cookies])
    if path.startswith("/redirect/"):
        left = int(path.rpartition("/")[2])
        if left:
            return FakeResponse(status=302, headers=headers | {"Location": f"/redirect/{left - 1}"})
    if path == "/etag":
        headers = {"ETag": '"v"', "Cache-Control": "no-cache"}
        if request.header("If-None-Match") is not None:
            return FakeResponse(status=304, headers=headers)
    if path == "/stale":
        headers = {"ETag": '"v"', "Cache-Control": "max-age=0, stale-while-revalidate=1000"}
    if path.startswith("/cached"):
        headers = {"Cache-Control": "max-age=1000"}
    if path == "/varied":
        headers = {"Cache-Control": "max-age=1000", "Vary": "x-a"}
    wanted_range = request.header("Range")
    if path == "/range" and wanted_range is not None:
        first, _, last = wanted_range.decode().removeprefix("bytes=").partition("-")
        headers = {"Cache-Control": "max-age=1000", "ETag": '"v"', "Content-Range": f"bytes {first}-{last}/100000"}
        return FakeResponse("x" * (int(last) + 1 - int(first)), status=206, headers=headers)
    return FakeResponse("x", headers=headers)
