"""What is not there: absent for scripts, and told to people, whole."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from engine import Browser
from engine.event_loop import SystemClock
from engine.site import serve

ROOT = Path(__file__).resolve().parents[2]

NAMES = """(() => {
  const names = new Set();
  for (let holder = globalThis; holder !== null && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) names.add(name);
  }
  return [...names].filter((name) => !/^\\d+$/.test(name));
})()"""
PAGE = f"""<!doctype html><title>names</title><body><script>
const worker = new Worker("worker.js");
worker.onmessage = async ({{ data }}) => {{
  const registration = await navigator.serviceWorker.register("sw.js");
  const channel = new MessageChannel();
  channel.port1.onmessage = (event) => {{
    const own = {NAMES}.filter((name) => !(name in window) || !(window[name] instanceof Node));
    document.body.textContent = JSON.stringify({{ window: own, worker: data, "service worker": event.data }});
    fetch("/", {{ method: "POST", body: document.body.textContent }}).catch(() => {{}});
  }};
  (registration.installing ?? registration.waiting ?? registration.active).postMessage(0, [channel.port2]);
}};
</script>"""


def tools() -> Any:
    spec = importlib.util.spec_from_file_location("readme_tools", ROOT / "docs" / "readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["readme_tools"] = module  # dataclasses look for it
    spec.loader.exec_module(module)
    return module


AREAS = tools().areas()


def area_of(name: str) -> str | None:
    """Under which area a name is listed as absent; None if it is not."""
    return next((area for area, listed in AREAS.items() if listed.has(name)), None)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "worker.js").write_text(f"postMessage({NAMES})")
    (tmp_path / "sw.js").write_text(f"onmessage = (event) => event.ports[0].postMessage({NAMES})")
    return tmp_path


async def our_names(site: Path) -> dict[str, list[str]]:
    async with serve(site, SystemClock()) as served, Browser() as browser:
        page = await browser.open(served.origin + "/")
        said = """new Promise((resolve) => (function look() {
                    document.body.textContent.startsWith("{") ? resolve(document.body.textContent) : setTimeout(look, 10);
                  })())"""
        names: dict[str, list[str]] = json.loads(await page.evaluate(said))
        return names


async def test_what_is_listed_as_absent_is_absent_everywhere(site: Path) -> None:
    there = {
        f"{name} ({scope}) is there, but listed under {area_of(name)}"
        for scope, names in (await our_names(site)).items()
        for name in names
        if area_of(name) is not None
    }
    assert not there


async def test_every_name_that_chromium_has_is_there_or_listed(site: Path) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed")
    ours = await our_names(site)
    missing = {
        f"{name} ({scope})"
        for scope, names in (await chromiums_names(site)).items()
        for name in set(names) - set(ours[scope])
        if area_of(name) is None
    }
    assert not missing, "neither there nor in docs/absent.toml"


async def chromiums_names(site: Path) -> dict[str, list[str]]:
    """The same page in Chromium, which sends what it found."""
    found: asyncio.Future[dict[str, list[str]]] = asyncio.get_running_loop().create_future()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            found.set_result(await request.json())
            return web.Response()
        return web.FileResponse(site / (request.path.lstrip("/") or "index.html"))

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    process = await asyncio.create_subprocess_exec(
        "chromium",
        *flags,
        f"--user-data-dir={site / 'chromium'}",
        f"http://127.0.0.1:{runner.addresses[0][1]}/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return await asyncio.wait_for(found, 60)
    finally:
        process.kill()
        await process.wait()
        await runner.cleanup()


async def test_gaps_are_absent_for_those_who_ask(site: Path) -> None:
    (site / "index.html").write_text("<!doctype html><canvas></canvas>")
    async with serve(site, SystemClock()) as served, Browser() as browser:
        page = await browser.open(served.origin + "/")
        questions = [
            "typeof cookieStore",
            "window.cookieStore?.get ?? null",
            "window.navigation?.canGoBack ?? null",
            "'customElements' in window",
            "typeof document.all",
            "'sync' in ServiceWorkerRegistration.prototype",
            "'execCommand' in document",
            "document.querySelector('canvas').getContext?.('2d') ?? null",
        ]
        answers = await page.evaluate(f"[{', '.join(questions)}]")
        assert answers == ["undefined", None, None, False, "undefined", False, False, None]


async def test_no_member_of_an_instance_throws_when_it_is_only_read(site: Path) -> None:
    """Libraries enumerate and probe: whatever can be had from a page, all the way down, can be read."""
    some = "<form><input><select><option></select></form><iframe></iframe><canvas></canvas><video></video>"
    (site / "index.html").write_text(f"<!doctype html>{some}")
    async with serve(site, SystemClock()) as served, Browser() as browser:
        page = await browser.open(served.origin + "/")
        thrown = await page.evaluate(
            """(() => {
              const seen = new Set(), thrown = [];
              const visit = (object, path, depth) => {
                // Prototypes are no instances: their accessors throw, as they should.
                if (object === null || typeof object !== "object" || seen.has(object) || depth > 3) return;
                if (Object.hasOwn(object, "constructor")) return;
                seen.add(object);
                for (let holder = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
                  for (const name of Object.getOwnPropertyNames(holder)) {
                    try {
                      visit(object[name], `${path}.${name}`, depth + 1);
                    } catch (error) {
                      thrown.push(`${path}.${name}: ${error}`);
                    }
                  }
                }
              };
              visit(window, "window", 0);
              for (const element of document.querySelectorAll("*")) visit(element, element.localName, 2);
              return [seen.size > 50, thrown];
            })()"""
        )
        assert thrown == [True, []]
