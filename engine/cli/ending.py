"""The end of the command, which waits for nobody: a script may be in a call that never returns, a name be looked up for minutes."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE = 0.3  # seconds for threads that are about to end anyway


class _Abandoned(ThreadPoolExecutor):
    """Threads that nobody waits for in the end."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run_steps(steps: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, which would also wait for whatever its threads still do."""

    async def run() -> T:
        asyncio.get_running_loop().set_default_executor(_Abandoned(thread_name_prefix="blocking"))
        return await steps

    return asyncio.run(run())


def end_process(code: object) -> None:
    """End the process at once if something still runs that cannot be waited for; else return, and it ends by itself.

    Everything has been closed and printed by then, and the interpreter's own end would wait, or pull the ground away from
    under threads that are inside the engine.
    """
    if not _threads_that_stay(_PATIENCE):
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _threads_that_stay(patience: float) -> bool:
    engine = sys.modules.get("engine.js.agent")  # it takes a moment to load, and may never have been needed
    until = time.monotonic() + patience
    if engine is not None and engine.threads_left_behind(patience):
        return True
    others = [each for each in threading.enumerate() if each is not threading.current_thread() and not each.daemon]
    for thread in others:
        thread.join(max(0.0, until - time.monotonic()))
    return any(thread.is_alive() for thread in others)
