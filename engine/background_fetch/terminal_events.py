"""The events that tell a service worker how a background fetch ended, or that somebody clicked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch import news
from engine.background_fetch.update_instances import snapshot, wait_until_everybody_has_heard
from engine.storage import remove_background_fetch

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads
    from engine.infra.sentinels import Record
    from engine.service_worker.concepts import Registration


async def deliver_the_terminal_event(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """https://wicg.github.io/background-fetch/#perform-a-background-fetch, steps 8.8 to the end

    NB: at least once. If the process ends before the event's lifetime does, the next one fires it again.
    """
    registration = bg_fetch.registration
    # 8.8–8.12. The event name and constructor.
    if bg_fetch.failure_reason == "aborted":
        name, interface = "backgroundfetchabort", "BackgroundFetchEvent"
    elif bg_fetch.failure_reason != "":
        name, interface = "backgroundfetchfail", "BackgroundFetchUpdateUIEvent"
        if downloads.accept_old_failure_event_name and _listens_only_for_the_old_name(registration):
            # AD-HOC: the article that introduced the interface calls the event so in one place, and workers were
            # written by it.
            name = "backgroundfetchfailure"
            downloads.warn(
                bg_fetch, 'the event is called "backgroundfetchfail"; "backgroundfetchfailure" is dispatched nevertheless'
            )
    else:
        name, interface = "backgroundfetchsuccess", "BackgroundFetchUpdateUIEvent"
    # NB: when its lifetime is over there are no records any more. So first everybody has heard how it ended, and what is
    # asked then is still answered: match() right after fetch(), where the fetch fails at once.
    await wait_until_everybody_has_heard(downloads, bg_fetch)
    # 8.13. Fire a functional event, and wait until it is not active any more.
    if registration.active is not None and not bg_fetch.unregistered:
        result = await downloads.fire_functional_event(registration, name, interface, _init_of_events(bg_fetch))
        if result.outcome == "failure":
            # NB: a worker that cannot run now may run the next time; until then nothing is lost, and nobody waits for it.
            bg_fetch.event_put_off = True
            downloads.warn(bg_fetch, f"the worker does not run; {name} is fired again when the browser starts")
            news.display_changed(downloads, bg_fetch, at_once=True)
            return
    # 8.13.2–8.13.3. Unset the records available flag; the storage of the records goes.
    if bg_fetch.unregistered:
        return
    bg_fetch.event_due = False
    bg_fetch.records_available = False
    await downloads.store(bg_fetch, remove_background_fetch, bg_fetch.number)
    news.records_went(downloads, bg_fetch)


def _init_of_events(bg_fetch: BackgroundFetch) -> Record:
    """What the events of a background fetch are made of."""
    return {"background_fetch": snapshot(bg_fetch)}


async def fire_a_background_fetch_click_event(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """https://wicg.github.io/background-fetch/#fire-a-background-fetch-click-event

    NB: the worker may open a window then, as a click of the user has caused it.
    """
    registration = bg_fetch.registration
    if registration.active is not None:
        await downloads.fire_functional_event(
            registration,
            "backgroundfetchclick",
            "BackgroundFetchEvent",
            _init_of_events(bg_fetch),
            user_activation=True,
        )


def _listens_only_for_the_old_name(registration: Registration) -> bool:
    worker = registration.active
    return (
        worker is not None
        and "backgroundfetchfailure" in worker.event_types
        and "backgroundfetchfail" not in worker.event_types
    )
