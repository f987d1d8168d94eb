"""Blocking functions on threads that nobody else waits for. Ours."""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from engine.event_loop.parallel import BrowserThread
from engine.event_loop.settling import under_way

T = TypeVar("T")


async def run_on_its_own_thread(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function on a thread that is made for it, and wait for its result.

    One that hangs keeps no other from beginning, and the process from ending neither. Raises what it raises, and OSError when the
    system has no thread for it. If the waiting is cancelled it goes on for nobody.
    """
    browser, result = BrowserThread(), asyncio.get_running_loop().create_future()

    def run() -> None:
        try:
            value = function(*args)
        except BaseException as error:  # handed over whole: the waiting side raises it
            browser.reject(result, error)
        else:
            browser.resolve(result, value)

    start_a_thread(threading.Thread(target=run, name=getattr(function, "__qualname__", None), daemon=True))
    with under_way("threads"):
        return await result  # type: ignore[no-any-return]


def start_a_thread(thread: threading.Thread) -> None:
    """Raises OSError when the system has none left."""
    try:
        thread.start()
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, "the system has no thread left") from error
