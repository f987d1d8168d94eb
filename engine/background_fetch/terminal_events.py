"""The events that tell a service worker how a background fetch ended, or that somebody clicked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.storage import event_delivered, release_records

if TYPE_CHECKING:
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch


async def deliver_the_terminal_event(fetches: BackgroundFetches, bg_fetch: BackgroundFetch) -> None:
    """https://wicg.github.io/background-fetch/#perform-a-background-fetch, steps 8.8 to the end

    NB: at least once. If the process ends before the event's lifetime does, the next one fires it again.
    """
    registration = bg_fetch.registration
    # 8.8-8.10. Which event?
    if bg_fetch.failure_reason == "aborted":
        name, interface = "backgroundfetchabort", "BackgroundFetchEvent"
    elif bg_fetch.failure_reason != "":
        name, interface = "backgroundfetchfail", "BackgroundFetchUpdateUIEvent"
        if fetches.accept_old_failure_event_name and _listens_only_for_the_old_name(registration):
            # AD-HOC: the article that introduced the interface calls the event so in one place, and workers were written by it.
            name = "backgroundfetchfailure"
            fetches.warn(bg_fetch, 'the event is called "backgroundfetchfail"; "backgroundfetchfailure" is dispatched for this worker')
    else:
        name, interface = "backgroundfetchsuccess", "BackgroundFetchUpdateUIEvent"
    # 8.11. Fire it, and wait until its lifetime is over.
    await fetches.fire_functional_event(registration, name, interface, {"background_fetch": fetches.snapshot(bg_fetch)})
    bg_fetch.event_due = False
    # 8.11.2-8.11.3. From now on there are no records; their storage goes.
    bg_fetch.records_available = False
    storage = fetches.user_agent.storage
    await storage.run(event_delivered, bg_fetch.number)
    await storage.run(release_records, bg_fetch.number)
    fetches.update_instances(bg_fetch, at_once=True)
    fetches.forget_records(bg_fetch)


async def fire_a_background_fetch_click_event(fetches: BackgroundFetches, bg_fetch: BackgroundFetch) -> None:
    """https://wicg.github.io/background-fetch/#fire-a-background-fetch-click-event"""
    init = {"background_fetch": fetches.snapshot(bg_fetch)}
    await fetches.fire_functional_event(bg_fetch.registration, "backgroundfetchclick", "BackgroundFetchEvent", init)


def _listens_only_for_the_old_name(registration: object) -> bool:
    worker = getattr(registration, "active_worker", None)
    types = getattr(worker, "set_of_event_types_to_handle", None) or frozenset()
    return "backgroundfetchfailure" in types and "backgroundfetchfail" not in types


