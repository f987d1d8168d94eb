"""Every number, name and id that another origin has is tried: it stands for nothing here, and nothing happens to it there."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from engine.ops.registry import all_ops
from tests.security.op_border.conftest import OTHER, OWN, Realm, World
from tests.security.op_border.test_every_op_refuses_lies import ENDS_THE_REALM, plausible

VICTIM = """(async () => {
  globalThis.heard = [];
  globalThis.channel = new MessageChannel();
  channel.port2.onmessage = (event) => heard.push(`port ${event.data}`);
  globalThis.travelling = new MessageChannel();
  globalThis.broadcast = new BroadcastChannel('name');
  broadcast.onmessage = (event) => heard.push(`broadcast ${event.data}`);
  globalThis.blob = URL.createObjectURL(new Blob(['SECRET']));
  globalThis.held = new Request(blob);
  globalThis.registration = await navigator.serviceWorker.register('/sw.js');
  await navigator.serviceWorker.ready;
  navigator.serviceWorker.onmessage = (event) => heard.push(`client ${event.data}`);
  globalThis.cache = await caches.open('name');
  await cache.put('/x', new Response('SECRET'));
  globalThis.response = await fetch('/secret');
  globalThis.stream = new CompressionStream('gzip');
  localStorage.setItem('key', 'SECRET');
  return 1;
})()"""

STILL_THERE = """(async () => {
  channel.port1.postMessage('own');
  registration.active.postMessage('own');
  while (heard.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  return [
    await response.text(), await (await cache.match('/x')).text(), await (await fetch(held)).text(), localStorage.getItem('key'),
    registration.active.state, (await registration.navigationPreload.getState()).enabled,
    (await navigator.serviceWorker.getRegistrations()).length, heard,
  ];
})()"""

TRY_EVERY_NUMBER = """(async () => {
  globalThis.tried = 0;
  for (const [name, good, positions] of CALLS) {
    for (const position of positions) {
      for (let number = 0; number < 60; number++) {
        const values = [...good];
        values[position] = number;
        try {
          const answer = ops[name](...values);
          tried++;
          if (typeof answer?.then === 'function') await Promise.race([answer.then(() => 0, () => 0), new Promise((resolve) => setTimeout(resolve, 1))]);
        } catch {}
      }
    }
  }
  return tried;
})()"""

WORKER = "onmessage = (event) => { globalThis.heard ??= []; heard.push(event.data) }"


def calls_with_numbers() -> str:
    """All ops that take a number, with arguments that are not wrong at first sight, and the places of numbers among them."""
    calls = []
    for op in all_ops():
        if op.name in ENDS_THE_REALM or op.name in ("op_body_unwanted", "op_crypto_random_bytes"):
            continue
        parameters = list(inspect.signature(op.function).parameters.values())[1:]
        places = [at for at, parameter in enumerate(parameters) if str(parameter.annotation).split(" |")[0] in ("int", "WireBody")]
        if places:
            calls.append(f"[{op.name!r}, [{', '.join(plausible(op.function))}], {places}]")
    return f"[{', '.join(calls)}]"


async def test_numbers_of_another_origin_stand_for_nothing(world: World) -> None:
    world.script(OTHER + "/sw.js", WORKER)
    world.transport.route(OTHER + "/secret", "SECRET")
    victim = await world.open(OTHER + "/")
    assert await victim.settled(VICTIM) == 1
    evil = await world.open()
    assert await evil.settled(TRY_EVERY_NUMBER.replace("CALLS", calls_with_numbers()), timeout=60) > 500
    answer = await victim.settled(STILL_THERE, timeout=20)
    assert answer == ["SECRET", "SECRET", "SECRET", "SECRET", "activated", False, 1, ["port own"]]
    for running in world.browser._user_agent.service_workers.room.running:
        if running.environment.origin.serialize() == OTHER:
            heard = await running.environment.agent.run(lambda running=running: running.environment.realm.eval_script("String(globalThis.heard)"))
            assert heard == "own"
    assert not world.bugs


async def test_a_port_on_its_way_is_received_by_whoever_has_its_ticket(world: World) -> None:
    victim, evil = await world.open(OTHER + "/"), await world.open()
    await victim.run("globalThis.outer = new MessageChannel(); globalThis.inner = new MessageChannel(); outer.port1.postMessage('take', [inner.port2]); 0")
    for guess in ("'1'", "'4'", "''", "'" + "0" * 32 + "'", "4"):
        assert await evil.run(f"try {{ ops.op_messaging_port_receive({guess}) }} catch (error) {{ error.name }}") in (None, "TypeError")
    got = "new Promise((resolve) => { outer.port2.onmessage = ({ ports: [port] }) => { port.onmessage = ({ data }) => resolve(data); inner.port1.postMessage('still mine') } })"
    assert await victim.settled(got) == "still mine"


async def test_origins_of_nobody_share_no_channel_and_keep_nothing(world: World) -> None:
    one, other = await world.open("data:text/html,<p>"), await world.open("data:text/html,<p>")
    await other.run("globalThis.heard = []; globalThis.channel = new BroadcastChannel('x'); channel.onmessage = (event) => heard.push(event.data); 0")
    await one.run("globalThis.channel = new BroadcastChannel('x'); channel.postMessage('leak'); 0")
    await one.settled("new Promise((resolve) => setTimeout(resolve, 50))")
    assert await other.run("heard") == []
    assert await one.run("try { ops.op_storage_changed('local', 'a', 'b') } catch (error) { error.name }") == "SecurityError"
    assert await one.run("try { ops.op_storage_changed('session', 'a', 'b') } catch (error) { error.name }") == "SecurityError"


async def test_clients_of_another_origin_are_not_to_be_had(world: World) -> None:
    victim = await world.open(OTHER + "/")
    await victim.run("globalThis.heard = []; navigator.serviceWorker.onmessage = (event) => heard.push(event.data); 0")
    worker = await world.service_worker()
    running = worker.environment.global_scope
    running.activate_for_the_user()
    id = victim.environment.client_id
    assert await worker.settled(f"ops.op_clients_get('{id}')") is None
    assert "TypeError" in str(await worker.settled(f"ops.op_clients_focus('{id}')"))
    assert "TypeError" in str(await worker.settled(f"ops.op_clients_navigate('{id}', 'https://evil.test/')"))
    await worker.run(f"ops.op_clients_post_message('{id}', '[\"leak\"]'); 0")
    await victim.settled("new Promise((resolve) => setTimeout(resolve, 50))")
    assert await victim.run("heard") == []


@pytest.mark.parametrize("url", [OTHER + "/", "https://user@evil.test/", "https://evil.test:8443/", "http://evil.test/", "about:blank", "data:,x"])
async def test_a_document_cannot_say_that_it_is_elsewhere(world: World, url: str) -> None:
    realm = await world.open()
    moved = f"try {{ ops.op_window_url_changed('{url}', '{url}'); 'moved' }} catch (error) {{ error.name }}"
    assert await realm.run(moved) == "SecurityError"
    assert realm.environment.global_scope.url.serialized == OWN + "/"
    assert await realm.run("ops.op_window_url_changed('https://evil.test/other?x#y', 'https://evil.test/'); 0") == 0
    assert realm.environment.global_scope.url.serialized == OWN + "/other?x#y"


async def test_a_frame_does_not_close_the_page_that_it_is_in(world: World) -> None:
    world.page(OTHER + "/embeds", f"<iframe src='{OWN}/'></iframe>")
    page = await world.open(OTHER + "/embeds")
    frames: list[Any] = [environment for environment in world.browser._user_agent.environments.values() if environment.origin.serialize() == OWN]
    assert frames
    await Realm(frames[0]).run("ops.op_window_close(); 0")
    await asyncio.sleep(0.05)
    assert await page.run("1 + 1") == 2


async def test_a_timer_of_another_realm_of_the_agent_goes_on(world: World) -> None:
    page = await world.open()
    await page.run("globalThis.rang = new Promise((resolve) => setTimeout(() => resolve('rang'), 100)); 0")
    await page.run("document.body.append(document.createElement('iframe')); 0")
    (inner,) = [environment for environment in world.browser._user_agent.environments.values() if environment is not page.environment and environment.origin == page.environment.origin]
    await Realm(inner).run("for (let number = 0; number < 50; number++) ops.op_timers_clear(number); 0")
    assert await page.settled("rang") == "rang"
