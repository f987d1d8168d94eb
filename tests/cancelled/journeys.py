"""What is disturbed: each journey as a page, or whoever runs the browser, begins it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, get_args

from engine.background_fetch.handles import BackgroundFetchHandle
from engine.event_loop import Event
from tests.cancelled.disturbing import How
from tests.cancelled.world import SITE, World

Steps = Callable[[World, int], Awaitable[Any]]


async def _nothing(world: World, number: int) -> None:
    pass


@dataclass(frozen=True)
class Journey:
    """`run` is disturbed, and raises AssertionError when it ends as it should not, undisturbed; `prepare` is not."""

    name: str
    run: Steps
    prepare: Steps = _nothing
    hows: tuple[How, ...] = ("cancelled", "closed", "stopped", "left")


def _script(source: str, wanted: Callable[[int], Any]) -> Steps:
    async def run(world: World, number: int) -> None:
        result = await world.page.evaluate(source, number)
        assert result == wanted(number), result

    return run


async def _registered(world: World, number: int) -> None:
    scope = f"/scope{number}/"
    result = await world.page.evaluate(
        """async (scope) => {
             const registration = await navigator.serviceWorker.register(scope + 'sw.js', { scope });
             const worker = registration.installing ?? registration.waiting ?? registration.active;
             while (worker.state !== 'activated') {
               if (worker.state === 'redundant') throw new Error('redundant');
               await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
             }
             return registration.scope;
           }""",
        scope,
    )
    assert result == SITE + scope, result


async def _fetch_in_background(world: World, number: int) -> None:
    await world.page.evaluate(
        """async (id) => {
             const registration = await navigator.serviceWorker.ready, body = new Uint8Array(200_000);
             await registration.backgroundFetch.fetch(
               id, ['/file/' + id, '/large/' + id, new Request('/up/' + id, { method: 'POST', body })]);
           }""",
        f"bg{number}",
    )
    view = await _handle(world, f"bg{number}").wait()
    assert view.state == "success", view
    event = await world.page.evaluate("async (id) => await (await caches.match('/' + id)).text()", f"bg{number}")
    assert event == "backgroundfetchsuccess", event


def _handle(world: World, id: str) -> BackgroundFetchHandle:
    return {handle.id: handle for handle in world.browser.background_fetches()}[id]


async def _begin_to_fetch(world: World, id: str, folder: str) -> BackgroundFetchHandle:
    await world.page.evaluate(
        """async (id, folder) => {
             await (await navigator.serviceWorker.ready).backgroundFetch.fetch(id, [1, 2].map((n) => folder + n + id));
           }""",
        id,
        folder,
    )
    return _handle(world, id)


async def _pause_and_resume(world: World, number: int) -> None:
    handle = await _begin_to_fetch(world, f"paused{number}", "/large/")
    if await handle.pause():
        # NB: its last bytes may have come before it was paused: then it is over.
        await handle.resume()
    view = await handle.wait()
    assert view.state == "success", view


async def _abort(world: World, number: int) -> None:
    world.held = Event()
    handle = await _begin_to_fetch(world, f"aborted{number}", "/held/")
    assert await handle.abort()
    view = await handle.wait()
    assert view.state == "aborted", view


async def _clear(world: World, number: int) -> None:
    await world.browser.clear_site_data(SITE)
    await _controlled_again(world)


async def _controlled_again(world: World) -> None:
    await world.page.evaluate(
        "async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready }"
    )


async def _new_version(world: World, number: int) -> None:
    await _registered(world, 0)
    world.versions["/scope0/sw.js"] = number


async def _something_stored(world: World, number: int) -> None:
    await _controlled_again(world)
    await _put(world, number)


_put: Final = _script(
    """async (number) => {
         const cache = await caches.open('put');
         await cache.put('/put' + number, new Response(new Uint8Array(150_000)));
         await cache.put('/small' + number, new Response('small'));
         return (await (await cache.match('/put' + number)).arrayBuffer()).byteLength;
       }""",
    lambda number: 150_000,
)

JOURNEYS: Final = {
    journey.name: journey
    for journey in [
        Journey(
            "a fetch event",
            _script("async (number) => await (await fetch('/answered/x?' + number)).text()", lambda number: f"answer ?{number}"),
        ),
        Journey("cache.put", _put),
        Journey(
            "cache.addAll",
            _script(
                """async (number) => {
                     const cache = await caches.open('all');
                     await cache.addAll(['/file/a' + number, '/large/b' + number, '/file/c' + number]);
                     return (await (await cache.match('/large/b' + number)).arrayBuffer()).byteLength;
                   }""",
                lambda number: 200_010,
            ),
        ),
        Journey("a background fetch with an upload", _fetch_in_background, hows=get_args(How)),
        Journey("pause and resume", _pause_and_resume, hows=get_args(How)),
        Journey("abort", _abort, hows=get_args(How)),
        Journey("register", _registered),
        Journey(
            "update",
            _script(
                """async () => {
                     const registration = await navigator.serviceWorker.getRegistration('/scope0/');
                     await registration.update();
                     return registration.scope;
                   }""",
                lambda number: f"{SITE}/scope0/",
            ),
            _new_version,
        ),
        Journey(
            "unregister",
            _script(
                "async (number) => await (await navigator.serviceWorker.getRegistration(`/scope${number}/`)).unregister()",
                lambda number: True,
            ),
            _registered,
        ),
        Journey("clear", _clear, _something_stored),
    ]
}
