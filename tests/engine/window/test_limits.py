"""How much of the machine the windows of scripts take."""

from __future__ import annotations

from typing import Any

import pytest


async def test_a_page_has_so_many_frames_and_no_more(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.window.limits.MOST_FRAMES_OF_A_PAGE", 3)
    page = await site.open("<body>")
    assert await page.evaluate("""(() => {
      const add = () => document.body.appendChild(document.createElement("iframe")).contentWindow !== null;
      const added = [add(), frames[0].document.body.appendChild(frames[0].document.createElement("iframe")).contentWindow !== null, add(), add(), add()];
      document.querySelector("iframe").remove();
      return [...added, add()];
    })()""") == [True, True, True, False, False, True]
    assert site.said == ["A frame was left without a document: its page has 3 of them already."]


async def test_frames_beyond_so_many_origins_stay_empty(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.window.limits.MOST_WINDOW_AGENTS_OF_A_GROUP", 3)
    page = await site.open("<body>")
    assert await page.evaluate("""(async () => {
      const seen = [];
      onmessage = () => seen.push("ran");
      for (let number = 0; number < 4; ++number) {
        const frame = document.createElement("iframe");
        frame.src = "data:text/html,<script>parent.postMessage('', '*')</scr" + "ipt>";
        await new Promise(resolve => { frame.onload = resolve; document.body.append(frame) });
      }
      return [seen.length, frames.length];
    })()""") == [2, 4]
    assert site.said == ["A frame stays empty: there are documents of 3 origins in its page already, each with a thread and a heap of its own."]


@pytest.mark.parametrize("features", ["", "noopener"])
async def test_scripts_open_so_many_windows_and_no_more(site: Any, monkeypatch: pytest.MonkeyPatch, features: str) -> None:
    monkeypatch.setattr("engine.window.limits.MOST_PAGES_OPENED_BY_SCRIPTS", 2)
    site.page("/opened", "")
    page = await site.open("<body>")
    await page.evaluate(f"for (let number = 0; number < 5; ++number) {{ globalThis.w = open('/opened', '', '{features}') }} 0")
    pages = site.browser.user_agent.windows
    await site.until(lambda: len(pages.pages) == 3 and bool(site.said))
    assert site.said == ["A window was not opened: scripts have opened 2 that are still there."]
    await pages.pages[-1].close()
    await page.evaluate(f"open('/opened', '', '{features}'); 0")
    await site.until(lambda: len(pages.pages) == 3)


async def test_so_does_a_service_worker(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.window.limits.MOST_PAGES_OPENED_BY_SCRIPTS", 2)
    site.page("/opened", "")
    site.script("/sw.js", """
      onmessage = (event) => event.waitUntil(clients.openWindow("/opened").then(() => "opened", (error) => error.name)
        .then((told) => event.source.postMessage(told)));
    """)
    page = await site.open("<body>")
    await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then((it) => { worker = it.active })")

    async def open_one() -> Any:
        for running in site.browser.service_workers.room.running:
            running.activate_for_the_user()
        return await page.evaluate("new Promise((resolve) => { navigator.serviceWorker.onmessage = ({ data }) => resolve(data); worker.postMessage(0) })")

    await open_one()  # NB: it may have been started by this, and then nobody has done anything
    pages = site.browser.user_agent.windows
    while pages.pages[1:]:
        await pages.pages[-1].close()
    assert await page.evaluate("open('/opened') !== null")
    assert [await open_one(), await open_one()] == ["opened", "InvalidAccessError"]
    assert await page.evaluate("open('/opened')") is None
    assert site.said == ["A window was not opened: scripts have opened 2 that are still there."]
    await pages.pages[-1].close()
    assert await open_one() == "opened"
