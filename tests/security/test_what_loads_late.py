"""What the bindings load or build when it is first used is built with the language as it was, whatever a page has made of it meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

FIRST_PATCHED = """
const patches = {
  nothing: () => () => {},
  "Set.prototype.add": () => replace(Set.prototype, "add", function () { return this }),
  "Map.prototype.set": () => replace(Map.prototype, "set", function () { return this }),
  "Array.prototype.push and iterators": () => {
    const back = [replace(Array.prototype, "push", () => 0), replace(Array.prototype, Symbol.iterator, function* () {}), replace(Array.prototype, "includes", () => false)];
    return () => back.forEach((one) => one());
  },
  "String.prototype": () => {
    const back = [replace(String.prototype, "toLowerCase", () => "x-fine"), replace(String.prototype, "startsWith", () => false), replace(RegExp.prototype, "test", () => false)];
    return () => { for (let i = 0; i < back.length; i += 1) back[i]() };
  },
  "Object.prototype": () => {
    const names = ["get", "value", "has", "headers", "mode", "guard", "signal", "writable"];
    for (const name of names) Object.defineProperty(Object.prototype, name, { __proto__: null, value: undefined, writable: true, configurable: true });
    Object.defineProperty(Object.prototype, 0, { __proto__: null, set() {}, get: () => "forged", configurable: true });
    return () => { for (const name of [...names, 0]) delete Object.prototype[name] };
  },
};
function replace(of, name, by) { const before = of[name]; of[name] = by; return () => { of[name] = before } }
async function attack(name) {
  const restore = patches[name]();
  try { new Request("/echo", { headers: { a: "b" } }); new Headers([["a", "b"]]); new Response("") } catch {}
  restore();
  const named = { Cookie: "forged=1", Origin: "https://forged.test", Host: "forged.test", Referer: "https://forged.test/", "Sec-Fetch-Site": "forged", "Proxy-X": "forged", Via: "forged" };
  const request = new Request("/echo", { headers: { ...named, Ok: "forged" } });
  const methods = ["CONNECT", "trace", "TRACK"].map((method) => { try { return new Request("/echo", { method }).method } catch (error) { return error.name } });
  await fetch(request);
  return [[...request.headers.keys()], methods];
}
"""
PATCHES = ["nothing", "Set.prototype.add", "Map.prototype.set", "Array.prototype.push and iterators", "String.prototype", "Object.prototype"]
RUN = {
    "page": "attack(NAME)",
    "worker": "new Promise((resolve) => { const worker = new Worker('/worker.js'); worker.onmessage = (event) => resolve(event.data); worker.postMessage(NAME) })",
    "service worker": """(async () => {
      await navigator.serviceWorker.register('/worker.js', { scope: '/nowhere' });
      const { installing, waiting, active } = await navigator.serviceWorker.getRegistration('/nowhere');
      return new Promise((resolve) => { navigator.serviceWorker.onmessage = (event) => resolve(event.data); (installing ?? waiting ?? active).postMessage(NAME) });
    })()""",
}


@pytest.mark.parametrize("patched", PATCHES)
@pytest.mark.parametrize("where", RUN)
async def test_headers_and_methods_that_are_the_user_agents_stay_so(hostile: Any, where: str, patched: str) -> None:
    hostile.page("/echo", "heard")
    hostile.page("/", f"<!doctype html><script>{FIRST_PATCHED}</script>")
    hostile.script("/worker.js", FIRST_PATCHED + "onmessage = ({ data, source }) => attack(data).catch(String).then((answer) => (source ?? self).postMessage(answer))")
    assert await hostile.run(RUN[where].replace("NAME", json.dumps(patched))) == [["ok"], ["TypeError"] * 3]
    (sent,) = hostile.transport.requests_for("https://hostile.test/echo")
    assert [name for name, value in sent.headers if b"forged" in value] == [b"Ok"]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("structuredClone(1)", "structuredClone(new Map([[1, new Set([1])]]))"),
        ("new TextDecoder()", "new TextEncoder().encode(new TextDecoder().decode(new Uint8Array(3)))"),
        ("new URL('https://a.test')", "new URL('https://a.test/?a=1').searchParams.get('a')"),
        ("new Blob([])", "new Blob(['x', new Uint8Array(2)]).slice(1)"),
        ("new ReadableStream()", "new ReadableStream({ start(c) { c.enqueue(1); c.close() } }).tee()"),
        ("new MessageChannel()", "new MessageChannel().port1.postMessage(new Date())"),
        ("new Event('a')", "new EventTarget().dispatchEvent(new Event('a'))"),
        ("document.body.children", "document.body.append('a'); document.body.children.length"),
    ],
)
async def test_functions_that_stood_in_at_first_use_are_not_called_later(hostile: Any, first: str, later: str) -> None:
    script = f"""(() => {{
      let calls = 0;
      const back = [];
      for (const of of [Map, Set, WeakMap, WeakSet, Array, String, Function, Promise, RegExp])
        for (const name of Object.getOwnPropertyNames(of.prototype)) {{
          const {{ value, writable }} = Object.getOwnPropertyDescriptor(of.prototype, name);
          if (name === 'constructor' || typeof value !== 'function' || !writable) continue;
          const apply = Reflect.apply;
          of.prototype[name] = function () {{ calls += 1; return apply(value, this, arguments) }};
          back.push(() => {{ of.prototype[name] = value }});
        }}
      try {{ {first} }} finally {{ for (let i = 0; i < back.length; i += 1) back[i]() }}
      calls = 0;
      {later};
      return calls;
    }})()"""
    assert await hostile.run(script) == 0
