"""What is shown, as JSON objects. Members are named as scripts name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.background_fetch import BackgroundFetchView
    from engine.browser import Browser
    from engine.realms import ConsoleMessage
    from engine.service_worker.concepts import Registration


def background_fetch_to_record(view: BackgroundFetchView) -> dict[str, Any]:
    """A background fetch; `result` and `failureReason` are what its scripts see."""
    return {
        "id": view.id,
        "uniqueId": view.unique_id,
        "origin": view.origin,
        "title": view.title,
        "state": view.state,
        "reason": view.reason,
        "result": view.result,
        "failureReason": view.failure_reason,
        "downloaded": view.downloaded,
        "downloadTotal": view.download_total,
        "uploaded": view.uploaded,
        "uploadTotal": view.upload_total,
        "records": view.records,
        "settledRecords": view.settled_records,
        "rate": None if view.rate is None else round(view.rate),
        "timeLeft": None if view.time_left is None else round(view.time_left, 1),
    }


def shown_background_fetch_to_record(view: BackgroundFetchView) -> dict[str, Any]:
    """The same, with what the page shows besides."""
    return {
        **background_fetch_to_record(view),
        "share": view.share,
        "eventDue": view.event_due or view.event_put_off,
        "actions": view.actions,
        "icons": [
            {
                "src": icon.src,
                "label": icon.label,
                "sizes": icon.sizes,
                "type": icon.type,
                "width": icon.width,
                "height": icon.height,
                "failure": icon.failure,
            }
            for icon in view.icons
        ],
    }


def registration_to_record(registration: Registration) -> dict[str, Any]:
    """A service worker registration with its workers, the newest first."""
    return {
        "scope": registration.scope,
        "workers": [
            {
                "scriptURL": worker.script_url.serialized,
                "state": worker.state,
                "isRunning": worker.running is not None,
            }
            for worker in (registration.installing, registration.waiting, registration.active)
            if worker is not None
        ],
    }

_LONGEST_TEXT = 20_000  # characters of one message; several hundred are kept


def console_message_to_record(message: ConsoleMessage) -> dict[str, Any]:
    """One line of the console."""
    return {
        "level": "error" if message.uncaught else message.level,
        "source": message.source,
        "place": "" if message.place is None else str(message.place),
        "text": message.text[:_LONGEST_TEXT],
    }


def state_to_record(browser: Browser) -> dict[str, Any]:
    """All there is to be seen at this moment."""
    return {
        "profile": str(browser.profile),
        "offline": browser.network.current.offline,
        "pages": [{"url": page.url, "title": page.title} for page in browser.pages],
        "registrations": [registration_to_record(one) for one in browser.service_workers.registrations],
        "backgroundFetches": [shown_background_fetch_to_record(view) for view in browser.downloads()],
    }
