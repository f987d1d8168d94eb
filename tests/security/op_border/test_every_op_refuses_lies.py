"""Every op, every one of its arguments, every kind of lie: an error that the script sees or nothing, and the browser goes on."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import Any

import pytest

from engine.js import AgentClosed
from engine.ops.registry import all_ops
from tests.security.op_border.conftest import Realm, World

LIES = """[
  undefined, null, true, false, 0, -0, 1, -1, 7, 1.5, NaN, Infinity, 2 ** 53, -(2 ** 53), 1e300, 1n, 10n ** 5000n, Symbol("s"), () => 1,
  "", "x", "\\ud800", "\\0", "a\\r\\nb: c", "\\u2603", "\\u{1f600}", "__proto__", "http://", "https://victim.test/", "javascript:1", "blob:null/x",
  "data:,x", "x".repeat(100000), {}, [], [[]], [null], { __proto__: null }, new ArrayBuffer(8), new Uint8Array(3), new Date(NaN), /x/,
  { url_list: ["https://victim.test/"] }, { url_list: [] }, { url_list: "x" }, { url_list: [1] }, { url_list: ["https://evil.test/"], header_list: [["x"]] },
  { url_list: ["https://evil.test/"], header_list: [["\\u2603", "x"]] }, { url_list: ["https://evil.test/"], method: "A B" },
  { url_list: ["https://evil.test/"], mode: "navigate" }, { url_list: ["https://evil.test/"], blob_url_entry: 1 },
  { internal: 1 }, { internal: -1 }, { status: 0 }, { status: 1e21 }, { status: "200" }, { header_list: 1 }, { type: "opaque" },
  { destination: "document" }, { destination: "image", referrer_policy: "x" }, { name: "Nothing", message: "" }, { icons: [{}] },
  new Proxy({}, { ownKeys() { throw new TypeError("mine") } }), { toJSON() { return this.constructor } }, deep,
]"""

SCRIPT = """
  globalThis.deep = []; for (let i = 0; i < 1100; i++) globalThis.deep = [globalThis.deep];  // deeper than Python reads; the engine takes the square of it
  globalThis.lies = LIES;
  globalThis.unseen = [];
  globalThis.lie = (name, fewest, good) => {
    const attempt = (values) => {
      try {
        const result = ops[name](...values);
        if (typeof result?.then === 'function') result.then(() => 0, note);
      } catch (error) {
        note(error);
      }
    };
    const note = (error) => {
      if (typeof error?.name !== 'string' || typeof error.message !== 'string') unseen.push(`${name}: ${String(error)}`);
    };
    attempt([]);
    attempt([...good, ...lies.slice(0, 8)]);
    for (let position = 0; position < good.length; position++) {
      for (const value of lies) {
        const values = [...good];
        values[position] = value;
        attempt(values);
        if (position + 1 < good.length) attempt(values.slice(0, position + 1));
      }
    }
  };
  0
""".replace("LIES", LIES)

ENDS_THE_REALM = {"op_window_close", "op_window_navigate", "op_window_proxy_navigate", "op_workers_close"}
"""These do what they are there for."""

GOOD: dict[str, str] = {"int": "1", "str": "'x'", "bool": "true", "bytes": "new ArrayBuffer(1)", "float": "1", "URL": "'https://evil.test/'"}


def plausible(function: Any) -> list[str]:
    """Arguments for an op that are not wrong at first sight, as JavaScript."""
    good = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        annotation = str(parameter.annotation).split(" |")[0]
        good.append(GOOD.get(annotation, "({ url_list: ['https://evil.test/'] })" if "Request" in annotation else "null" if "|" in str(parameter.annotation) else "'x'"))
    return good


async def lie_to_every_op(realm: Realm, world: World) -> None:
    await realm.run(SCRIPT)
    for op in all_ops():
        if op.name not in ENDS_THE_REALM:
            await realm.run(f"lie({op.name!r}, 0, [{', '.join(plausible(op.function))}]); 0")
            assert not world.bugs, op.name
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert not world.bugs
    assert await realm.run("unseen") == []
    assert await realm.settled("fetch('https://evil.test/').then((response) => response.status)") == 200


async def test_a_page_that_lies_hears_errors_and_goes_on(world: World) -> None:
    await lie_to_every_op(await world.open(), world)


async def test_a_service_worker_that_lies_hears_errors_and_goes_on(world: World) -> None:
    await lie_to_every_op(await world.service_worker(), world)


async def test_a_worker_that_lies_hears_errors_and_goes_on(world: World) -> None:
    page = await world.open()
    world.script("https://evil.test/worker.js", "postMessage(1)")
    await page.settled("new Promise((resolve) => { globalThis.worker = new Worker('/worker.js'); worker.onmessage = () => resolve(1) })")
    (worker,) = world.browser._user_agent.workers.all()
    await lie_to_every_op(Realm(worker.environment), world)


@pytest.mark.parametrize("name", sorted(ENDS_THE_REALM))
async def test_what_may_end_a_realm_ends_no_browser(world: World, name: str) -> None:
    realm = await world.open()
    await realm.run(SCRIPT)
    (op,) = (op for op in all_ops() if op.name == name)
    with contextlib.suppress(AgentClosed):  # it may have ended before it could answer
        await realm.run(f"lie({name!r}, 0, [{', '.join(plausible(op.function))}]); 0")
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert not world.bugs
    assert await (await world.open()).run("1 + 1") == 2


@pytest.mark.parametrize("lie", ["-1", "1e9", "'0'", "undefined", "null", "0.5", "1n", "{}"])
async def test_an_op_that_there_is_not_cannot_be_called(world: World, lie: str) -> None:
    realm = await world.open()
    assert str(await realm.run(f"try {{ ops.host.call({lie}) }} catch (error) {{ error.name }}")) == "TypeError"
    assert not world.bugs


@pytest.mark.parametrize("path", ["nothing.js", "../engine/ops/fetch.py", "/etc/passwd", "idl/tables/Nothing.js", "\\ud800", "ops.js\\0", ""])
async def test_only_modules_of_the_bindings_can_be_loaded(world: World, path: str) -> None:
    realm = await world.open()
    assert await realm.run(f"try {{ ops.host.load('{path}'); 'loaded' }} catch (error) {{ error.name }}") == "TypeError"
    assert await realm.run("try { ops.host.load() } catch (error) { error.name }") == "TypeError"
    assert await realm.run("try { ops.host.class_id() } catch (error) { error.name }") == "TypeError"
    await realm.run("ops.host.perform_a_microtask_checkpoint(1, 2, 3); 0")
    assert not world.bugs
