"""Where a script has called is noted without asking the script's `Error.prepareStackTrace`."""

from __future__ import annotations

from typing import Any

import pytest

LISTEN = "const asked = []; Error.prepareStackTrace = (error) => { asked.push(String(error)); return 'forged' };"


@pytest.mark.parametrize("script", ["console.trace('here')", "console.error(1)", "reportError(new Error('own'))"])
async def test_a_page_is_asked_for_its_own_errors_only(hostile: Any, script: str) -> None:
    own = ["Error: own"] * script.count("new Error")
    assert await hostile.run(f"{LISTEN} {script}; asked") == own


async def test_a_service_worker_is_not_asked_by_the_methods_of_its_events(hostile: Any) -> None:
    hostile.script(
        "/sw.js",
        f"""{LISTEN}
        let during;
        oninstall = () => skipWaiting();
        onactivate = () => clients.claim();
        onfetch = (event) => {{
          if (!event.request.url.endsWith('/asked')) return;
          asked.length = 0;
          event.waitUntil(Promise.resolve());
          event.respondWith(new Response('answer'));
          during = [...asked];
        }};
        onmessage = (event) => event.source.postMessage(during);""",
    )
    script = """(async () => {
      await navigator.serviceWorker.register('/sw.js');
      const { active } = await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) await new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve });
      const answer = await fetch('/asked').then((response) => response.text());
      return new Promise((resolve) => { navigator.serviceWorker.onmessage = (event) => resolve([answer, event.data]); active.postMessage(1) });
    })()"""
    assert await hostile.run(script) == ["answer", []]
