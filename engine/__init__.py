"""Afterpage: a browser without a screen, for service workers.

    async with Browser(profile="my-profile") as browser:
        page = await browser.open("http://localhost:8000/")

Importing this package is quick; the browser itself is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.browser import Browser, BrowserFailed
    from engine.network.conditions import Conditions, Fault
    from engine.realms import ConsoleMessage
    from engine.window import NavigationFailed, Page

__all__ = ["Browser", "BrowserFailed", "Conditions", "ConsoleMessage", "Fault", "NavigationFailed", "Page"]

_HOMES = {
    "Browser": "engine.browser",
    "BrowserFailed": "engine.browser",
    "Conditions": "engine.network.conditions",
    "ConsoleMessage": "engine.realms",
    "Fault": "engine.network.conditions",
    "NavigationFailed": "engine.window",
    "Page": "engine.window",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
