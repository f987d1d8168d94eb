"""How many fetches a second a service worker answers, one at a time, with a string.

`fetch_events_per_s`: `await (await fetch("/x")).text()` in a page, answered by `respondWith(new Response("hello"))`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figures import Figures, median
from engine.browser import Browser
from engine.event_loop import SystemClock
from engine.site import serve

WORKER = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(clients.claim()));
self.addEventListener("fetch", event => {
  if (new URL(event.request.url).pathname === "/x") event.respondWith(new Response("hello"));
});
"""
LOOP = """
(async () => {
  const start = performance.now();
  for (let i = 0; i < COUNT; ++i) {
    if (await (await fetch("/x")).text() !== "hello") throw new Error("not answered by the worker");
  }
  return COUNT / (performance.now() - start) * 1000;
})()
"""
CONTROLLED = """
navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.controller ??
  new Promise(resolve => { navigator.serviceWorker.oncontrollerchange = resolve })).then(() => true)
"""


async def measure(quick: bool = False) -> Figures:
    figures = Figures("Fetch events")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        (site / "index.html").write_text("<!doctype html><title>benchmark</title>")
        (site / "sw.js").write_text(WORKER)
        async with Browser() as browser, serve(site, SystemClock()) as served:
            page = await browser.open(served.origin + "/")
            await page.evaluate(CONTROLLED)
            count = 200 if quick else 1000
            rates = [float(await page.evaluate(LOOP.replace("COUNT", str(count)))) for _ in range(2 if quick else 6)]
            figures.add(
                "fetch_events_per_s", median(rates[1:]), "page fetch, answered by the worker, one at a time", ">= 1,000"
            )
    return figures
