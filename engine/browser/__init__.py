"""The browser: the only place that puts the packages together."""

from engine.browser.browser import Browser
from engine.browser.errors import BrowserFailed

__all__ = ["Browser", "BrowserFailed"]
