"""What can go wrong with a page."""

from __future__ import annotations


class NavigationFailed(Exception):
    """There is no document at the address: the message says why, in one sentence."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be opened: {reason}")
        self.url = url
        self.reason = reason


class PageClosed(Exception):
    """The page has been closed, or has gone to another document, before it could answer."""


class EvaluationFailed(Exception):
    """A script given to `Page.evaluate` threw, or its promise was rejected. The message is that of the error."""
