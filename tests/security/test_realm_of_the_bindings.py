"""No object of the realm that the bindings run in reaches a script, and nothing a script patches is asked by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.network.fake_transport import FakeResponse

SCRIPTS = Path(__file__).with_name("scripts")
FILES = ("samples.js", "samples_of_pages.js", "walk.js", "spy.js")
JAVASCRIPT = [(b"Content-Type", b"text/javascript")]
A = "https://a.test"
IN_A_WORKER = """
  importScripts('/samples.js', '/walk.js', '/spy.js');
  onmessage = async (event) => {
    const to = event.source ?? self;
    const answer = event.data === 'walk' ? walk().then(JSON.stringify) : spy();
    event.waitUntil?.(answer);
    to.postMessage(await answer);
  };
"""


@pytest.fixture
def site(sites: Any) -> Any:
    """The scripts, and what they fetch."""
    for name in FILES:
        sites.transport.route(f"{A}/{name}", FakeResponse((SCRIPTS / name).read_bytes(), headers=JAVASCRIPT))
    sites.transport.route(f"{A}/file", FakeResponse(b"<p>file", headers=[(b"Content-Type", b"text/html")]))
    sites.transport.route(f"{A}/json", FakeResponse(b'{"a": [{}]}', headers=[(b"Content-Type", b"application/json")]))
    sites.transport.route(f"{A}/module.js", FakeResponse(b"export default {}; export const a = 1", headers=JAVASCRIPT))
    sites.transport.route(f"{A}/worker.js", FakeResponse(b"onmessage = () => postMessage([1, {}])", headers=JAVASCRIPT))
    sites.transport.route(f"{A}/sw.js", FakeResponse(b"addEventListener('fetch', () => {})", headers=JAVASCRIPT))
    sites.transport.route(f"{A}/inside.js", FakeResponse(IN_A_WORKER.encode(), headers=JAVASCRIPT))
    for missing in ("missing", "none.js"):
        sites.transport.route(f"{A}/{missing}", FakeResponse(b"", status=404))
    return sites


PAGE = "<!doctype html><body>" + "".join(f"<script src='{name}'></script>" for name in FILES)


def what_is_wrong(answer: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(answer)
    return {name: value for name, value in result.items() if value}


@pytest.mark.parametrize("what", ["walk", "spy"])
async def test_in_a_page(site: Any, what: str) -> None:
    page = await site.open(PAGE)
    assert what_is_wrong(await page.evaluate("walk().then(JSON.stringify)" if what == "walk" else "spy()")) == {}


@pytest.mark.parametrize("what", ["walk", "spy"])
async def test_in_a_page_whose_frames_come_and_go(site: Any, what: str) -> None:
    page = await site.open(PAGE + "<iframe srcdoc='<p>stays'></iframe>")
    await page.evaluate(
        """(async () => { for (let round = 0; round < 3; round += 1) {
          const frame = document.createElement('iframe');
          frame.srcdoc = '<script>parent.theirs = [new Headers(), fetch("/file")]<\\/script>';
          await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame) });
          await new Response('x').text(); frame.remove(); delete globalThis.theirs;
        } })()"""
    )
    assert what_is_wrong(await page.evaluate("walk().then(JSON.stringify)" if what == "walk" else "spy()")) == {}


@pytest.mark.parametrize("what", ["walk", "spy"])
async def test_in_a_worker(site: Any, what: str) -> None:
    page = await site.open("<body>")
    answer = await page.evaluate(
        f"""new Promise((resolve) => {{
          const worker = new Worker('/inside.js');
          worker.onmessage = (event) => resolve(event.data);
          worker.postMessage('{what}');
        }})"""
    )
    assert what_is_wrong(answer) == {}


@pytest.mark.parametrize("what", ["walk", "spy"])
async def test_in_a_service_worker(site: Any, what: str) -> None:
    page = await site.open("<body>")
    answer = await page.evaluate(
        f"""(async () => {{
          await navigator.serviceWorker.register('/inside.js');
          const {{ active }} = await navigator.serviceWorker.ready;
          const answer = new Promise((resolve) => {{ navigator.serviceWorker.onmessage = (event) => resolve(event.data) }});
          active.postMessage('{what}');
          return answer;
        }})()"""
    )
    assert what_is_wrong(answer) == {}


ASKED = """
  const asked = [];
  const listening = (target, name) => new Proxy(target, Object.fromEntries(Object.getOwnPropertyNames(Reflect).filter((trap) => typeof Reflect[trap] === 'function')
    .map((trap) => [trap, (...given) => { asked.push(`${name} ${trap} ${typeof given[1] === 'string' ? given[1] : ''}`.trim()); return Reflect[trap](...given) }])));
"""


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ("const target = new EventTarget(); target.addEventListener('x', listening({ handleEvent() {} }, 'listener')); target.dispatchEvent(new Event('x'))", ["listener get handleEvent"]),
        ("const target = new EventTarget(); target.addEventListener('x', listening(() => {}, 'listener')); target.dispatchEvent(new Event('x'))", ["listener apply"]),
        ("const element = document.createElement('p'); element.onclick = listening(() => {}, 'handler'); element.onclick; element.click()", ["handler apply"]),
        ("const bytes = new Uint8Array(1); Object.setPrototypeOf(bytes, listening(Uint8Array.prototype, 'prototype')); new Blob([bytes]); new File([bytes], 'a')", []),
    ],
)
async def test_what_a_script_gave_is_not_asked_what_it_is(site: Any, script: str, asked: list[str]) -> None:
    page = await site.open("<body>")
    assert await page.evaluate(f"(() => {{ {ASKED} {script}; return asked }})()") == asked


async def test_blobs_of_a_frame_are_blobs(site: Any) -> None:
    page = await site.open("<iframe srcdoc='<p>'></iframe>")
    script = """(async () => {
      const { Blob: TheirBlob, File: TheirFile } = frames[0];
      const form = new FormData();
      form.append('a', new TheirBlob(['abc']));
      form.append('b', new TheirFile(['abc'], 'b.txt'));
      return [await new Blob([new TheirBlob(['abc']), 'd']).text(), form.get('a').name, form.get('b').name];
    })()"""
    assert await page.evaluate(script) == ["abcd", "blob", "b.txt"]
