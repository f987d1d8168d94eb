"""Steps that are cancelled hold up nobody, and leave nothing half done."""

from __future__ import annotations

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse


def _steps(browser, name: str):
    """What runs in parallel under a name that begins so."""
    return [steps for steps in browser.service_workers._steps if steps._task.get_name().startswith(name)]


async def _register(page, path: str = "/sw.js") -> None:
    await page.run(
        f"""ends = globalThis.ends ?? [];
            navigator.serviceWorker.register('{path}').then(() => ends.push('registered'), (e) => ends.push(e.name)); undefined"""
    )


@pytest.mark.parametrize("where", ["while its script is fetched", "while its script runs", "while it is installed"])
@pytest.mark.parametrize("several", [False, True])
async def test_a_job_that_is_given_up_is_told_and_makes_room_for_the_next(browser, where: str, several: bool) -> None:
    gate = Event()
    page = await browser.open()
    if where == "while its script is fetched":
        body = FakeResponse([gate, b"// 1"], headers=[(b"Content-Type", b"text/javascript")])
        browser.transport.route("https://example.test/sw.js", body)
    elif where == "while its script runs":
        browser.transport.route("https://example.test/lib.js", FakeResponse([gate]))
        browser.serve("/sw.js", "importScripts('/lib.js')")
    else:
        browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(new Promise(() => {}))")
    await _register(page)
    if several:
        await _register(page)

    def has_come_there() -> bool:
        registration = browser.service_workers.registration_map.get(("https://example.test", "https://example.test/"))
        if where == "while it is installed":
            return registration is not None and registration.installing is not None and registration.installing.running.pending
        return bool(browser.transport.requests_for("*/lib.js" if where == "while its script runs" else "*/sw.js"))

    await browser.until(has_come_there)
    (job,) = _steps(browser, "register job")
    job.cancel()
    # NB: who registers has the registration before it is installed.
    told = "registered" if where == "while it is installed" else "AbortError"
    await page.has("ends.join()", ",".join([told] * (2 if several else 1)))
    assert not browser.service_workers.registration_map and not browser.service_workers.job_queues
    await browser.until(lambda: not browser.service_workers.room.running)
    _, registration = await browser.install("// another", page=page)
    assert registration.active is not None


async def test_an_update_that_is_given_up_leaves_what_there_was(browser) -> None:
    page, registration = await browser.install("// 1")
    active = registration.active
    browser.serve("/sw.js", "oninstall = (e) => e.waitUntil(new Promise(() => {}))")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    await browser.until(lambda: registration.installing is not None and registration.installing.running.pending)
    installing = registration.installing
    (job,) = _steps(browser, "update job")
    job.cancel()
    await browser.until(lambda: installing.state == "redundant")
    assert registration.workers == [active] and active.state == "activated"
    browser.serve("/sw.js", "// 3")
    await page.settled("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    await browser.until(lambda: registration.active not in (active, None) and registration.active.state == "activated")


async def test_an_activation_that_is_cancelled_is_over(browser) -> None:
    browser.serve("/sw.js", "onactivate = (e) => e.waitUntil(new Promise(() => {}))")
    page = await browser.open()
    await _register(page)
    await browser.until(lambda: _steps(browser, "activation") and browser.registration().active.running.pending)
    (activation,) = _steps(browser, "activation")
    activation.cancel()
    await browser.until(lambda: browser.registration().active.state == "activated")


async def test_a_start_that_is_cancelled_ends_and_the_next_begins(browser) -> None:
    await browser.install("onfetch = (e) => e.respondWith(new Response('alive'))")
    client = await browser.open("/client")
    browser.service_workers.stop_workers()
    await client.run("fetch('/x').then((r) => r.text()).then((t) => { text = t }, (e) => { text = e.name }); undefined")
    await browser.until(lambda: _steps(browser, "start of"))
    for start in _steps(browser, "start of"):
        start.cancel()
    await client.has("typeof text", "string")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "alive"
    assert not browser.service_workers.room._let_in
