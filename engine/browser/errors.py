"""What a browser as a whole can fail with, and what it cannot."""

from __future__ import annotations

from engine import realms
from engine.window import NavigationFailed, PageClosed


class BrowserFailed(Exception):
    """The engine itself is wrong: what it was doing is the `__cause__`. Please report it."""


def is_of_the_world(error: BaseException) -> bool:
    """Whether the machine, a server or a script is to blame, and not the engine."""
    return isinstance(error, NavigationFailed) or realms.is_of_the_world(error)


def is_too_late(error: BaseException) -> bool:
    """Whether it only says that what was asked for is not wanted any more."""
    return isinstance(error, PageClosed) or realms.is_too_late(error)
