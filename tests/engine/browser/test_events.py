"""`browser.events()`."""

from __future__ import annotations

from engine import (
    BackgroundFetchView,
    Browser,
    BrowserEvent,
    ConsoleMessage,
    PageGone,
    PageOpened,
    PermissionChanged,
    ServiceWorkerChanged,
)
from engine.network.fake_transport import FakeTransport

HERE = "https://example.test"


async def test_everything_in_order_until_the_browser_ends(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        before = await browser.open(f"{HERE}/")
        stream = browser.events()
        page = await browser.open(f"{HERE}/")
        await page.evaluate("console.log('hello')")
        browser.permissions.set("notifications", "granted", HERE)
        await page.evaluate("""(async () => {
          await navigator.serviceWorker.register('/sw.js');
          await (await navigator.serviceWorker.ready).backgroundFetch.fetch('it', '/file');
        })()""")
        await browser.background_fetches()[0].wait()
        await before.close()
    events: list[BrowserEvent] = [event async for event in stream]
    assert events[0] == PageOpened(f"{HERE}/")
    assert [event.text for event in events if isinstance(event, ConsoleMessage)] == ["hello"]
    assert PermissionChanged(HERE, "notifications", "granted") in events
    states = [event.state for event in events if isinstance(event, ServiceWorkerChanged)]
    assert states[:4] == ["installing", "installed", "activating", "activated"]
    views = [event for event in events if isinstance(event, BackgroundFetchView)]
    assert (views[-1].state, views[-1].event_due, views[-1].downloaded) == ("success", False, 1000)
    assert events.count(PageGone(f"{HERE}/")) == 2


async def test_a_stream_that_is_closed_ends_and_others_go_on(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        other = browser.events()
        with browser.events() as stream:
            await browser.open(f"{HERE}/")
        stream.close()
        await browser.open(f"{HERE}/")
        assert [event async for event in stream] == [PageOpened(f"{HERE}/")]
        assert [await anext(other), await anext(other)] == [PageOpened(f"{HERE}/")] * 2


async def test_without_readers_nothing_is_watched(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        display = browser.user_agent.background_fetches.downloads.display
        assert not display._observers
        with browser.events():
            assert len(display._observers) == 1
        assert not display._observers
