"""Afterpage: a browser without a screen, for service workers.

    async with Browser(profile="my-profile") as browser:
        page = await browser.open("http://localhost:8000/")

What there is to it: docs/embedding.md. Importing this package is quick; the browser itself is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.background_fetch import BackgroundFetchHandle, BackgroundFetchLimits, BackgroundFetchView
    from engine.browser import Browser, BrowserFailed
    from engine.browser.events import (
        BrowserEvent,
        EventStream,
        PageGone,
        PageOpened,
        PermissionChanged,
        ServiceWorkerChanged,
    )
    from engine.browser.service_worker_handles import ServiceWorkerHandle
    from engine.event_loop import FakeClock
    from engine.infra import UNDEFINED
    from engine.network.conditions import Conditions, Fault
    from engine.realms import ConsoleMessage
    from engine.window import FileDownload, NavigationFailed, Page
    from engine.window.errors import EvaluationFailed, PageClosed, PageNavigated

__all__ = [
    "UNDEFINED",
    "BackgroundFetchHandle",
    "BackgroundFetchLimits",
    "BackgroundFetchView",
    "Browser",
    "BrowserEvent",
    "BrowserFailed",
    "Conditions",
    "ConsoleMessage",
    "EvaluationFailed",
    "EventStream",
    "FakeClock",
    "Fault",
    "FileDownload",
    "NavigationFailed",
    "Page",
    "PageClosed",
    "PageGone",
    "PageNavigated",
    "PageOpened",
    "PermissionChanged",
    "ServiceWorkerChanged",
    "ServiceWorkerHandle",
]

_HOMES = {
    "UNDEFINED": "engine.infra",
    "BackgroundFetchHandle": "engine.background_fetch",
    "BackgroundFetchLimits": "engine.background_fetch",
    "BackgroundFetchView": "engine.background_fetch",
    "Browser": "engine.browser",
    "BrowserEvent": "engine.browser.events",
    "BrowserFailed": "engine.browser",
    "Conditions": "engine.network.conditions",
    "ConsoleMessage": "engine.realms",
    "EvaluationFailed": "engine.window.errors",
    "EventStream": "engine.browser.events",
    "FakeClock": "engine.event_loop",
    "Fault": "engine.network.conditions",
    "FileDownload": "engine.window",
    "NavigationFailed": "engine.window",
    "Page": "engine.window",
    "PageClosed": "engine.window.errors",
    "PageGone": "engine.browser.events",
    "PageNavigated": "engine.window.errors",
    "PageOpened": "engine.browser.events",
    "PermissionChanged": "engine.browser.events",
    "ServiceWorkerChanged": "engine.browser.events",
    "ServiceWorkerHandle": "engine.browser.service_worker_handles",
}


if not TYPE_CHECKING:
    # NB: type checkers do not see this, and so tell of names that are not there.
    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'engine' has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
