"""Much of everything: what a page or worker may do without bringing the browser down."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Browser, ConsoleMessage
from engine.event_loop import SystemClock
from engine.js import Limits
from engine.site import serve


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Large</title><p id=p>")
    return folder


ACTIVATED = """
navigator.serviceWorker.register("/sw.js").then(registration => new Promise(resolve => {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  worker.onstatechange = () => worker.state === "activated" && resolve(true);
  if (worker.state === "activated") resolve(true);
}))
"""


async def test_a_worker_may_log_twenty_thousand_lines(site: Path) -> None:
    (site / "sw.js").write_text("for (let line = 0; line < 20000; ++line) console.log('line', line);")
    lines: list[ConsoleMessage] = []
    async with Browser(on_console=lines.append) as browser, serve(site, SystemClock()) as served:
        page = await browser.open(served.origin)
        assert await page.evaluate(ACTIVATED)
    texts = [line.text for line in lines if line.text.startswith("line ")]
    assert texts == [f"line {number}" for number in range(20000)]


async def test_a_page_may_have_ten_thousand_listeners(site: Path) -> None:
    async with Browser() as browser, serve(site, SystemClock()) as served:
        page = await browser.open(served.origin)
        heard = await page.evaluate(
            """(() => {
              let heard = 0;
              for (let number = 0; number < 10000; ++number) {
                const element = document.body.appendChild(document.createElement("button"));
                element.addEventListener("click", () => ++heard);
              }
              for (const element of document.querySelectorAll("button")) element.click();
              return heard;
            })()"""
        )
        assert heard == 10000


async def test_two_hundred_workers_may_be_registered_at_once(site: Path) -> None:
    (site / "sw.js").write_text("self.oninstall = () => self.skipWaiting();")
    async with Browser() as browser, serve(site, SystemClock()) as served:
        page = await browser.open(served.origin)
        states = await page.evaluate(
            """Promise.all(Array.from({ length: 200 }, async (_, number) => {
              const registration = await navigator.serviceWorker.register("/sw.js", { scope: `/scope-${number}/` });
              const worker = registration.installing ?? registration.waiting ?? registration.active;
              while (worker.state !== "activated") await new Promise(resolve => { worker.onstatechange = resolve });
              return worker.state;
            }))"""
        )
        assert states == ["activated"] * 200
        assert (
            len(
                await page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))")
            )
            == 200
        )


async def test_an_endless_loop_in_a_worker_is_cut_off_and_a_download_of_another_goes_on(site: Path) -> None:
    (site / "loop.js").write_text("self.onmessage = () => { for (;;); };")
    (site / "sw.js").write_text(
        "self.onbackgroundfetchsuccess = event => event.waitUntil(event.updateUI({ title: 'arrived' }));"
    )
    (site / "tone.bin").write_bytes(bytes(1000))
    (site / "afterpage.toml").write_text('[generated."/big.bin"]\nrepeat = "tone.bin"\ntimes = 3000\nrate = "2 MB/s"\n')
    lines: list[ConsoleMessage] = []
    limits = Limits(task_time=0.5)
    async with Browser(on_console=lines.append, limits=limits) as browser, serve(site, SystemClock()) as served:
        page = await browser.open(served.origin)
        await page.evaluate(
            """(async () => {
              const looping = await navigator.serviceWorker.register("/loop.js", { scope: "/loop/" });
              await navigator.serviceWorker.register("/sw.js");
              const ready = await navigator.serviceWorker.ready;
              await ready.backgroundFetch.fetch("big", "/big.bin");
              const worker = looping.installing ?? looping.waiting ?? looping.active;
              while (worker.state !== "activated") await new Promise(resolve => { worker.onstatechange = resolve });
              worker.postMessage("go");
              return true;
            })()"""
        )
        await page.close()
        clock = SystemClock()
        while not all(view.is_over and not view.event_due for view in browser.downloads()):
            await clock.sleep(0.01)
        assert [view.title for view in browser.downloads()] == ["arrived"]
    assert any("longer than 0.5 s" in line.text for line in lines)
