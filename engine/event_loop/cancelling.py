"""What a cancellation must not tear apart. Ours.

Whoever waits can be cancelled: at any `await`, also in the moment in which the wait is over. What several share (notes, turns, places
in a queue, files, locks, rows) is therefore changed in one of three ways, and in no other:

1. **between two awaits**: nobody sees it half done;
2. **taken and put back without waiting**: by `finally`, or by leaving an `async with`;
3. where there is something to wait for in between, **in steps that run to their end** (`run_to_its_end`, `run_to_its_end_on_thread`,
   `acquire_whatever_comes`). Nobody can cancel those. Whoever is cancelled while waiting for them goes on with their result to its next
   `await`, and learns of it there: what it does with the result before that is done in any case. So a turn is held until what
   was done with it has ended, and what was taken is noted, finished or put back.

What several wait for belongs to none of them: `in_parallel` steps end by their own `cancel` only, never with one who awaits them.
Whoever begins several steps for itself uses `together`, after which none of them runs on.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any, TypeVar

from engine.event_loop.settling import under_way

T = TypeVar("T")


class Unstoppable(asyncio.Future[T]):
    """What is waited for to its end, with `end_of`."""

    def cancel(self, msg: Any | None = None) -> bool:
        return False


async def end_of(future: Unstoppable[T]) -> T:
    """Wait for what nobody can cancel: whoever is cancelled meanwhile has the result, and learns of it at the next `await`."""
    try:
        return await future
    except asyncio.CancelledError:
        # It was thrown when the future had ended.
        _cancel_at_the_next_await()
        return future.result()


def _cancel_at_the_next_await() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.uncancel()
    task.cancel()


async def run_to_its_end(steps: Coroutine[Any, Any, T]) -> T:
    """Run steps that nobody can cancel, and wait for their end as `end_of` does."""
    name = f"to its end: {getattr(steps, '__qualname__', 'steps')}"
    running, ended = asyncio.get_running_loop().create_task(steps, name=name), Unstoppable[None]()
    running.add_done_callback(lambda _: ended.set_result(None))
    await end_of(ended)
    return running.result()


async def run_to_its_end_on_thread(executor: concurrent.futures.Executor, function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function on a thread of `executor`, and wait for its end as `end_of` does."""
    running, ended = asyncio.get_running_loop().run_in_executor(executor, function, *args), Unstoppable[None]()
    running.add_done_callback(lambda _: ended.set_result(None))
    with under_way("threads"):
        await end_of(ended)
    return running.result()


async def acquire_whatever_comes(lock: asyncio.Lock) -> None:
    """Take a lock that is held for a short time only; whoever is cancelled meanwhile has it, and learns so at the next `await`."""
    task, cancellations = asyncio.current_task(), 0
    assert task is not None
    while True:
        try:
            await lock.acquire()
            break
        except asyncio.CancelledError:
            cancellations += 1
            task.uncancel()
    for _ in range(cancellations):
        task.cancel()


async def together(steps: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run steps side by side; their results, in order. Raises the first error of one of them.

    When one fails, or the waiting is cancelled, the others are cancelled, and none of them runs on when this returns.
    """
    create_task = asyncio.get_running_loop().create_task
    running = [create_task(each, name=getattr(each, "__qualname__", None)) for each in steps]
    if not running:
        return []
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await stop_all(running)
    # NB: those that have failed since were only in the way.
    for each in running:
        if each in done:
            each.result()
    return [each.result() for each in running]


async def stop_all(running: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait for their ends; what they raise is heard."""
    left = [each for each in running if not each.done()]
    for each in left:
        each.cancel()
    if left:
        await run_to_its_end(_ends_of(left))
    for each in running:
        if not each.cancelled():
            each.exception()


async def _ends_of(running: Collection[asyncio.Task[Any]]) -> None:
    await asyncio.wait(running)
