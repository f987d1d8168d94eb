"""A worker that has nothing to do gives its room to one that has. The clock stands still: nobody becomes idle by time."""

from __future__ import annotations

import pytest

from engine.event_loop import in_parallel, yield_to_others
from engine.service_worker import fire_functional_event
from engine.service_worker.run_service_worker import run_service_worker


@pytest.mark.parametrize("source", ["", "onfetch = () => {}", "onpush = (e) => {}", "onmessage = () => {}"])
async def test_workers_that_no_event_of_their_lives_is_for_make_room(new_browser, source: str) -> None:
    async with new_browser(maximum_running=2) as browser:
        page = await browser.open()
        for number in range(5):
            await browser.install(source, path=f"/{number}/sw.js", page=page)
            assert len(browser.service_workers.room.running) <= 2


async def test_one_whose_functional_event_is_skipped_makes_room(new_browser) -> None:
    async with new_browser(maximum_running=1) as browser:
        page, registration = await browser.install("onactivate = () => {}; onmessage = () => {}")
        assert (await fire_functional_event(registration, "push", "ExtendableEvent")).outcome == "skipped"
        await browser.install("", path="/other/sw.js", page=page)


async def test_one_that_was_started_for_nobody_makes_room(new_browser) -> None:
    """Whoever it was started for has been cancelled meanwhile."""
    async with new_browser(maximum_running=1) as browser:
        page, registration = await browser.install("onfetch = () => {}")
        browser.service_workers.stop_workers()
        starting = in_parallel(run_service_worker(registration.active))
        await yield_to_others()
        starting.cancel()
        await browser.until(lambda: registration.active.running is not None and registration.active.running.started)
        await browser.install("", path="/other/sw.js", page=page)


@pytest.mark.parametrize("end", ["controller.close()", "controller.error(1)"])
async def test_one_whose_last_body_has_ended_makes_room(new_browser, end: str) -> None:
    async with new_browser(maximum_running=1) as browser:
        page, registration = await browser.install(
            """onfetch = (e) => e.respondWith(new Response(new ReadableStream({
                 start(c) { globalThis.controller = c; c.enqueue(new Uint8Array(3)); }
               })));
               onmessage = (e) => e.waitUntil(0);""",
        )
        client = await browser.open("/client")
        await client.settled("fetch('/x').then((r) => { globalThis.answer = r; return r.status })")
        running = registration.active.running
        await browser.until(lambda: not running.pending)
        assert running.is_busy
        browser.serve("/other/sw.js", "")
        await page.run("navigator.serviceWorker.register('/other/sw.js').then(() => { globalThis.done = true }); undefined")
        await browser.until(lambda: browser.service_workers.job_queues)
        assert not await page.run("globalThis.done === true")
        running.environment.queue_a_global_task("engine", lambda: running.environment.realm.eval_script(end, "end.js"))
        await page.has("globalThis.done")
        assert running.ended


async def test_one_whose_body_nobody_reads_any_more_makes_room(new_browser) -> None:
    async with new_browser(maximum_running=1) as browser:
        page, registration = await browser.install(
            "onfetch = (e) => e.respondWith(new Response(new ReadableStream({ pull() { return new Promise(() => {}) } })))"
        )
        client = await browser.open("/client")
        await client.settled("fetch('/x').then((r) => { globalThis.answer = r; return r.status })")
        running = registration.active.running
        await browser.until(lambda: not running.pending)
        assert running.is_busy
        await client.settled("answer.body.cancel()")
        await browser.install("", path="/other/sw.js", page=page)
        assert running.ended


async def test_no_more_run_than_may_also_when_many_start_at_once(new_browser) -> None:
    async with new_browser(maximum_running=2, maximum_starting=8) as browser:
        most = []
        enter = browser.service_workers.room.entered

        def entered(running) -> None:
            enter(running)
            most.append(len(browser.service_workers.room.running))

        browser.service_workers.room.entered = entered
        page = await browser.open()
        for number in range(10):
            browser.serve(f"/{number}/sw.js", "")
        await page.settled(
            """Promise.all(Array.from({ length: 10 }, (_, n) => navigator.serviceWorker.register(`/${n}/sw.js`)))
               .then((all) => all.length)"""
        )
        assert max(most) <= 2
