"""The browser: the only place that puts the packages together."""

from engine.browser.browser import Browser, BrowserFailed

__all__ = ["Browser", "BrowserFailed"]
