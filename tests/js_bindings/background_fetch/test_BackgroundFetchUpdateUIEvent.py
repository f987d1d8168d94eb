from __future__ import annotations

import json

import pytest

from engine.network.fake_transport import FakeResponse


async def updated(new_world, handler, answer=b"x"):
    """What the worker's handler reports, and the title that is shown in the end."""
    async with new_world() as world:
        await world.set_up("const attempt = (promise) => promise.then(() => 'ok', (error) => error.name);" + handler)
        world.browser.transport.route("*/a", answer)
        await world.page.settled("bgf.fetch('id', '/a', { title: 'Before' }).then(() => 0)")
        await world.browser.until(lambda: any(report[0] == "update" for report in world.reports))
        [view] = world.fetches.views()
        return next(report for report in world.reports if report[0] == "update")[1:], view.title


async def test_once_and_while_the_event_is_active(new_world):
    handler = """onbackgroundfetchsuccess = (event) => event.waitUntil((async () => {
        await report('update', await attempt(event.updateUI({ title: 'After' })), await attempt(event.updateUI({ title: 'Again' })));
      })());"""
    assert await updated(new_world, handler) == (["ok", "InvalidStateError"], "After")


async def test_not_when_the_event_is_over(new_world):
    async with new_world() as world:
        reports = []
        world.browser.transport.route("https://example.test/update", lambda sent: reports.append(json.loads(sent.body)) or "")
        world.browser.serve(
            "/sw.js",
            """onbackgroundfetchsuccess = (event) => {
                 setTimeout(async () => {
                   const outcome = await event.updateUI({ title: 'After' }).then(() => 'ok', (error) => error.name);
                   fetch('/update', { method: 'POST', body: JSON.stringify(outcome) });
                 }, 0);
               };""",
        )
        page = await world.browser.open()
        await page.settled("navigator.serviceWorker.register('/sw.js').then((r) => { registration = r })")
        await page.has("registration.active !== null && registration.active.state === 'activated'")
        world.browser.transport.route("*/a", b"x")
        await page.settled("registration.backgroundFetch.fetch('id', '/a', { title: 'Before' }).then(() => 0)")
        while not reports:
            world.browser.clock.advance(0.1)
            await page.run("0")
        assert reports == ["InvalidStateError"]
        assert world.fetches.views()[0].title == "Before"


async def test_without_members_nothing_changes(new_world):
    handler = "onbackgroundfetchsuccess = (event) => event.waitUntil((async () => { await report('update', await attempt(event.updateUI())) })());"
    assert await updated(new_world, handler) == (["ok"], "Before")


async def test_after_a_failure_too(new_world):
    handler = "onbackgroundfetchfail = (event) => event.waitUntil((async () => { await report('update', await attempt(event.updateUI({ title: 'Failed' }))) })());"
    assert await updated(new_world, handler, FakeResponse(b"", 404)) == (["ok"], "Failed")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("new BackgroundFetchEvent('name', { registration }) instanceof ExtendableEvent", True),
        ("new BackgroundFetchUpdateUIEvent('name', { registration }) instanceof BackgroundFetchEvent", True),
        ("new BackgroundFetchEvent('name', { registration, bubbles: true }).bubbles", True),
        ("new BackgroundFetchEvent('name', { registration }).registration === registration", True),
        ("new BackgroundFetchEvent('name', { registration }).isTrusted", False),
        ("new BackgroundFetchEvent('name')", "TypeError"),
        ("new BackgroundFetchEvent('name', {})", "TypeError"),
        ("new BackgroundFetchEvent('name', { registration: {} })", "TypeError"),
        ("'updateUI' in new BackgroundFetchEvent('name', { registration })", False),
        ("await new BackgroundFetchUpdateUIEvent('name', { registration }).updateUI({})", "InvalidStateError"),
        ("BackgroundFetchEvent('name', { registration })", "TypeError"),
        ("'onbackgroundfetchclick' in self", True),
    ],
)
async def test_events_that_a_script_makes(new_world, script, outcome):
    async with new_world() as world:
        await world.set_up(
            f"""addEventListener('backgroundfetchsuccess', (event) => event.waitUntil((async () => {{
                  const {{ registration }} = event;
                  let outcome;
                  try {{ outcome = {script} }} catch (error) {{ outcome = error.name }}
                  await report('outcome', typeof outcome === 'object' ? 'object' : outcome);
                }})()));"""
        )
        world.browser.transport.route("*/a", b"x")
        await world.page.settled("bgf.fetch('id', '/a').then(() => 0)")
        await world.browser.until(lambda: any(report[0] == "outcome" for report in world.reports))
        assert ["outcome", outcome] in world.reports


async def test_these_events_are_for_service_workers_only(world):
    assert await world.page.run(
        "[typeof BackgroundFetchEvent, typeof BackgroundFetchUpdateUIEvent, typeof BackgroundFetchManager, typeof BackgroundFetchRegistration]"
    ) == ["undefined", "undefined", "function", "function"]
    assert (await world.page.error_of("new BackgroundFetchManager()")).startswith("TypeError")
