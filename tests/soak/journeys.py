"""What is done many times, a part at a time. Ours."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine import Browser, Page
from engine.network.fake_transport import FakeResponse, FakeTransport, SentRequest

SITE = "https://soak.test"
GRANTED = {"background-fetch": "granted", "notifications": "granted"}
HTML = {"Content-Type": "text/html", "Cache-Control": "no-store"}
SCRIPT = {"Content-Type": "text/javascript", "Cache-Control": "no-store", "Service-Worker-Allowed": "/"}

WORKER = """
oninstall = () => skipWaiting();
onactivate = event => event.waitUntil(clients.claim());
onmessage = event => event.waitUntil((async () => event.source.postMessage(event.data))());
onfetch = event => {
  if (new URL(event.request.url).pathname.startsWith('/answered')) event.respondWith(new Response('answer'));
};
onbackgroundfetchsuccess = event => event.waitUntil((async () => {
  const cache = await caches.open('kept');
  for (const record of await event.registration.matchAll()) await cache.put('/kept', await record.responseReady);
})());
"""

SCRIPTS = {
    "/sw.js": WORKER,
    "/plain.js": "",
    "/echo.js": "onmessage = event => postMessage(event.data)",
    "/shared.js": "onconnect = event => event.ports[0].onmessage = () => event.ports[0].postMessage(1)",
}


def transport() -> FakeTransport:
    """A site that forgets what it was asked."""
    fake = FakeTransport()

    def answer(request: SentRequest) -> FakeResponse:
        fake.requests.clear()
        path = request.url.removeprefix(SITE).partition("?")[0]
        if path in SCRIPTS:
            return FakeResponse(SCRIPTS[path], headers=SCRIPT)
        if path == "/etag":
            headers = {"ETag": '"v"', "Cache-Control": "no-cache"}
            if request.header("If-None-Match") is not None:
                return FakeResponse(status=304, headers=headers)
            return FakeResponse("body", headers=headers)
        if path.startswith("/file"):
            return FakeResponse("x" * 3000, headers={"Cache-Control": "no-store"})
        return FakeResponse("<!doctype html><title>A page</title><body>", headers=HTML)

    fake.route("*", answer)
    return fake


class Soaked:
    """A browser that is soaked: a page stays open, with a service worker."""

    def __init__(self, browser: Browser, chance: random.Random) -> None:
        self.browser = browser
        self.chance = chance
        self.done = 0
        self.n = 0
        self._page: Page

    async def begin(self) -> None:
        # What is kept up to a limit is at the limit soon.
        self.browser.user_agent.background_fetches.downloads.most_ended = 5
        self._page = await self.browser.open(SITE + "/")
        await self.run("await navigator.serviceWorker.register('/sw.js'); globalThis.registration = await navigator.serviceWorker.ready")

    async def run(self, script: str, page: Page | None = None) -> None:
        """Statements, in which `from` is the number of the first thing and `n` how many there are to be done."""
        await (page or self._page).evaluate(f"async (from, n) => {{ {script} }}", self.done, self.n)


@dataclass(frozen=True)
class Journey:
    """`of`: what is done; `many`: how often in a whole soak; `steps`: do so many of it."""

    name: str
    many: int
    steps: Callable[[Soaked, int], Awaitable[None]]

    async def part_of(self, soaked: Soaked, n: int) -> None:
        """Do so many more."""
        soaked.n = n
        await self.steps(soaked, n)
        soaked.done += n


def _script(script: str) -> Callable[[Soaked, int], Awaitable[None]]:
    async def part(soaked: Soaked, n: int) -> None:
        await soaked.run(script)

    return part


_EVENTS = """
const heard = new Promise(resolve => {
  let left = n;
  navigator.serviceWorker.onmessage = () => --left === 0 && resolve();
});
for (let i = 0; i < n; i++) {
  registration.active.postMessage(i);
  if (i % 10 === 0) await (await fetch('/answered' + i)).text();
  if (i % 50 === 0) await (await fetch('/file' + i)).text();
}
await heard;
"""

_REGISTRATIONS = """
for (let i = from; i < from + n; i++) {
  const one = await navigator.serviceWorker.register(i % 3 ? '/plain.js' : '/sw.js', { scope: '/scope' + i });
  if (i % 2) await one.update().catch(() => 0);
  await one.unregister();
}
"""

_BACKGROUND_FETCHES = """
for (let i = from; i < from + n; i += 10) {
  await Promise.all(Array.from({ length: Math.min(10, from + n - i) }, async (_, k) => {
    const one = await registration.backgroundFetch.fetch('fetch' + (i + k), ['/file' + k, '/file/b']);
    if ((i + k) % 7 === 0) await one.abort();
    await new Promise(resolve => {
      const look = () => one.recordsAvailable ? one.result && setTimeout(look, 1) : resolve();
      one.onprogress = look;
      look();
    });
  }));
}
"""

_TWO_304S = """
for (let i = 0; i < n; i++) {
  const both = [fetch('/etag', { cache: 'no-cache' }), fetch('/etag', { cache: 'no-cache' })];
  for (const answer of both) if (await (await answer).text() !== 'body') throw new Error('another body');
}
"""

_WORKERS = """
for (let i = 0; i < n; i++) {
  const worker = new Worker('/echo.js');
  await new Promise(resolve => { worker.onmessage = resolve; worker.postMessage(1) });
  worker.terminate();
  if (i % 3 === 0) {
    const shared = new SharedWorker('/shared.js');
    await new Promise(resolve => { shared.port.onmessage = resolve; shared.port.postMessage(1) });
    shared.port.close();
  }
}
"""

_FRAMES = """
for (let i = 0; i < n; i++) {
  const frame = document.createElement('iframe');
  frame.src = '/frame' + i;
  await new Promise(resolve => { frame.onload = resolve; document.body.append(frame) });
  const heard = new Promise(resolve => frame.contentWindow.onmessage = resolve);
  frame.contentWindow.postMessage(1);
  await heard;
  frame.remove();
}
"""

_LEFT_BEHIND = """
const signal = (globalThis.controller ??= new AbortController()).signal;
for (let i = from; i < from + n; i++) {
  new MessageChannel().port1.postMessage('x'.repeat(100));
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(1);
  await fetch('/file' + i, { signal });
  const target = new EventTarget(), listener = () => 0;
  target.addEventListener('x', listener, { signal });
  target.removeEventListener('x', listener);
  AbortSignal.any([signal]);
  URL.revokeObjectURL(URL.createObjectURL(new Blob(['x'])));
  await caches.open('cache' + i);
  await caches.delete('cache' + i);
  localStorage.setItem('key' + i, 'x');
  localStorage.removeItem('key' + i);
  document.cookie = `cookie${i}=1; Max-Age=1000`;
  document.cookie = `cookie${i}=1; Max-Age=0`;
  clearTimeout(setTimeout(() => 0, 1e6));
  performance.mark('mark' + i);
  performance.clearMarks();
}
"""


async def _pages(soaked: Soaked, n: int) -> None:
    for number in range(n):
        page = await soaked.browser.open(f"{SITE}/page{number}")
        await soaked.run("await (await fetch('/answered')).text(); await navigator.serviceWorker.ready", page)
        if soaked.chance.random() < 0.3:
            await page.navigate(f"{SITE}/elsewhere")
        await page.close()


JOURNEYS = (
    Journey("events", 20_000, _script(_EVENTS)),
    Journey("registrations", 2_000, _script(_REGISTRATIONS)),
    Journey("background fetches", 5_000, _script(_BACKGROUND_FETCHES)),
    Journey("pages", 500, _pages),
    Journey("workers", 300, _script(_WORKERS)),
    Journey("frames", 500, _script(_FRAMES)),
    Journey("two 304s at once", 1_000, _script(_TWO_304S)),
    Journey("things left behind", 2_000, _script(_LEFT_BEHIND)),
)
