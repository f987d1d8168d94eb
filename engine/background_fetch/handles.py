"""Background fetches as whoever runs the browser has them in hand. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch import manager, news
from engine.background_fetch.display import BackgroundFetchView, view_of
from engine.background_fetch.terminal_events import fire_a_background_fetch_click_event
from engine.event_loop import Event
from engine.storage import save_paused

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads


class BackgroundFetchHandle:
    """One background fetch: what is to be seen of it (`view`), and what a user can do. It works until the browser is closed."""

    __slots__ = ("_bg_fetch", "_downloads")

    def __init__(self, downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
        self._downloads = downloads
        self._bg_fetch = bg_fetch

    def __repr__(self) -> str:
        return f"BackgroundFetchHandle({self.id!r}, {self.view.state})"

    @property
    def view(self) -> BackgroundFetchView:
        """How it is now: state, figures, title, icons. The view does not change."""
        return view_of(self._bg_fetch, self._downloads.clock)

    @property
    def id(self) -> str:
        """What its site calls it."""
        return self._bg_fetch.id

    @property
    def unique_id(self) -> str:
        """What no other has, in any profile; the same in later runs of the browser."""
        return self._bg_fetch.unique_id

    async def pause(self) -> bool:
        """Stop transferring until it is resumed, also in later runs. False: it cannot be paused.

        NB: scripts neither can do this nor hear of it (WICG/background-fetch#38).

        Only what consists of GET requests can be: others are not sent twice.
        """
        bg_fetch, downloads = self._bg_fetch, self._downloads
        if not bg_fetch.can_be_paused or bg_fetch.abort_all:
            return False
        if not bg_fetch.paused:
            bg_fetch.set_paused(True)
            news.display_changed(downloads, bg_fetch, at_once=True)
            await downloads.store(bg_fetch, save_paused, bg_fetch.number, True)
        return True

    async def resume(self) -> bool:
        """Go on with it. False: it is over."""
        bg_fetch, downloads = self._bg_fetch, self._downloads
        if bg_fetch.result != "":
            return False
        if bg_fetch.paused:
            bg_fetch.set_paused(False)
            news.display_changed(downloads, bg_fetch, at_once=True)
            await downloads.store(bg_fetch, save_paused, bg_fetch.number, False)
        return True

    async def abort(self) -> bool:
        """End it, as its site's abort() does. False: it is over already. Raises StorageError: the profile could not be told, it goes on."""
        return await manager.abort(self._downloads, self._bg_fetch)

    async def click(self) -> None:
        """Fire the event for a click on what is shown, during or after it; returns when that is handled."""
        await fire_a_background_fetch_click_event(self._downloads, self._bg_fetch)

    async def wait(self) -> BackgroundFetchView:
        """Wait until it is over and its worker has handled how it ended, or cannot be run (`event_put_off`); its last view.

        Raises RuntimeError when the browser is closed before.
        """
        changed = Event()
        stop_observing = self._downloads.display.observe(lambda view: changed.set())
        stop_waiting = self._downloads.when_closed(changed.set)
        try:
            while not self.view.is_over or self.view.event_due:
                if self._downloads.closed:
                    raise RuntimeError("the browser has been closed")
                changed.clear()
                await changed.wait()
        finally:
            stop_observing()
            stop_waiting()
        return self.view
