"""One run of a browser on a profile, to be killed: begins the job it is told of unless it is there already, and works until all is
over. It tells on standard output, one JSON value a line, what it found and did.

    python browser_process.py ORIGIN PROFILE JOB FLUSH_INTERVAL
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from engine import Browser

BEGIN = """
(async () => {
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  const requests = PATHS.map(path => path.includes("upload")
    ? new Request(path, { method: "POST", body: new Uint8Array(UPLOAD_SIZE).map((_, at) => at * 7 & 255) }) : path);
  await registration.backgroundFetch.fetch(JOB, requests, { title: "not over" });
  return true;
})()
"""
REPORT = """
(async () => {
  const cache = await caches.open(JOB), told = [];
  for (const path of PATHS) {
    const response = await cache.match(path, { ignoreMethod: true });
    if (!response) continue;
    await fetch("/digest-of" + path, { method: "POST", body: await response.arrayBuffer() });
    told.push(path);
  }
  const outcome = await cache.match("/outcome");
  return { kept: told, outcome: outcome ? await outcome.json() : null };
})()
"""


def tell(**event: Any) -> None:
    print(json.dumps(event), flush=True)


async def main(origin: str, profile: str, job: str, flush_interval: str) -> None:
    known = json.loads(job)

    def script(text: str) -> str:
        values = {"JOB": known["id"], "PATHS": known["paths"], "UPLOAD_SIZE": known["upload_size"]}
        for name, value in values.items():
            text = text.replace(name, json.dumps(value))
        return text

    async with Browser(profile=profile) as browser:
        browser.user_agent.background_fetches.downloads.ledger.interval = float(flush_interval)
        views = {view.id: view for view in browser.downloads()}
        tell(event="started", found=[*views])
        if known["id"] not in views and not known["begun"]:
            page = await browser.open(origin + "/")
            await page.evaluate(script(BEGIN))
            tell(event="begun")
            await page.close()
        while any(not view.is_over or view.event_due for view in browser.downloads()):
            await asyncio.sleep(0.01)
        page = await browser.open(origin + "/")
        tell(event="over", **await page.evaluate(script(REPORT)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
