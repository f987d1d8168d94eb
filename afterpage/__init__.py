"""Afterpage: a browser without a screen, for service workers.

    async with afterpage.Browser(profile="my-profile") as browser:
        page = await browser.open("http://localhost:8000/")

What there is to it: docs/embedding.md. All names are those of `engine`, where they are made. Importing this package is quick; the
browser itself is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import engine

__all__ = list(engine.__all__)

if TYPE_CHECKING:
    from engine import *  # noqa: F403
else:
    # NB: type checkers do not see this, and so tell of names that are not there.
    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module 'afterpage' has no attribute {name!r}")
        return getattr(engine, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
