"""What can go wrong with a page."""

from __future__ import annotations


class NavigationFailed(Exception):
    """There is no document at the address: the message says why, in one sentence."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be opened: {reason}")
        self.url = url
        self.reason = reason


class NavigationCancelled(NavigationFailed):
    """It was not wanted any more before there was a document: another navigation came, or loading was stopped."""


class PageClosed(Exception):
    """The page has been closed, before it was asked or before it could answer."""


class PageNavigated(PageClosed):
    """The page has gone to another document before the one that was asked could answer. The page is there, and can be asked again.

    NB: a PageClosed, as what was asked is gone for good; who only wants to know whether there is a page left catches this one first.
    """


class EvaluationFailed(Exception):
    """A script given to `Page.evaluate` threw, its promise was rejected, it was stopped, or its value cannot leave the page.

    The text is one line, "TypeError: x is not a function"; a traceback shows the rest, too.
    """

    def __init__(self, message: str, *, name: str = "", stack: str | None = None, excerpt: str | None = None) -> None:
        super().__init__(f"{name}: {message}" if name and message else name or message)
        self.name = name
        """The error's, as "TypeError"; empty when what was thrown is no error."""
        self.message = message
        """The error's; what was thrown as a string when it is no error."""
        self.stack = stack or None
        """The functions that were running, one a line, the innermost first; None: what was thrown has none."""
        self.excerpt = excerpt
        """The line of source it was thrown in, and a mark under the place; None where it is not known."""
        for note in (excerpt, stack):
            if note:
                self.add_note(note)
