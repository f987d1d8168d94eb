"""Being asked to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@asynccontextmanager
async def interrupts(interrupted: asyncio.Event) -> AsyncIterator[None]:
    """Ctrl-C, SIGTERM, and the end of the terminal set the event; a second one ends the process the hard way."""
    loop = asyncio.get_running_loop()

    def on_interrupt() -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    # A program started with `nohup` is to outlive its terminal.
    chosen = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    with contextlib.ExitStack() as stack:
        for one in chosen:
            loop.add_signal_handler(one, on_interrupt)
            stack.callback(loop.remove_signal_handler, one)
        yield
