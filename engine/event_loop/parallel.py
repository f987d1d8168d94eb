"""What runs "in parallel": coroutines on the browser thread, and how other threads reach it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from engine.event_loop.clock import Clock
from engine.event_loop.faults import Reporter, call_and_report, errors_reported_to, present_reporter, use_reporter
from engine.event_loop.settling import under_way

T = TypeVar("T")

Event = asyncio.Event
Lock = asyncio.Lock
Semaphore = asyncio.Semaphore
Queue = asyncio.Queue
Future = asyncio.Future
Cancelled = asyncio.CancelledError
gather = asyncio.gather

_running: set[asyncio.Task[Any]] = set()


class TimedOut(Exception):
    """Raised by `timeout_after` when the time was up first."""


class ParallelSteps(Generic[T]):
    """Steps that run in parallel. Await it for their result: several may, and none of them ends the steps by being cancelled.
    An error that nobody awaits is reported to whoever heard of such errors where the steps were begun."""

    __slots__ = ("_heard", "_reporter", "_steps", "_task", "_waiting")

    def __init__(self, task: asyncio.Task[T], steps: Coroutine[Any, Any, T]) -> None:
        self._task = task
        self._steps = steps
        self._waiting = 0
        self._heard = False
        self._reporter = present_reporter()
        _running.add(task)
        task.add_done_callback(self._ended)

    def cancel(self) -> None:
        """Stop the steps where they wait. Does nothing when they have ended.

        Those that have not begun yet come to their first `await`: whoever waits for what they do at their end is not forgotten.
        """
        if inspect.getcoroutinestate(self._steps) == inspect.CORO_CREATED:
            # NB: they begin before this is called.
            self._task.get_loop().call_soon(self._task.cancel)
        else:
            self._task.cancel()

    @property
    def done(self) -> bool:
        return self._task.done()

    def when_done(self, then: Callable[[], None]) -> None:
        """Call `then` once the steps have ended, however they ended."""
        self._task.add_done_callback(lambda task: call_and_report(self._reporter, then))

    def __await__(self) -> Generator[Any, None, T]:
        # NB: whoever is cancelled here goes away; the steps, for which others may wait too, go on (see cancelling.py).
        self._waiting += 1
        try:
            if not self._task.done():
                yield from self._end()
        except asyncio.CancelledError:
            self._waiting -= 1
            self._report_if_nobody_hears()
            raise
        self._waiting -= 1
        self._heard = True
        return self._task.result()

    def _end(self) -> Generator[Any, None, None]:
        ended = self._task.get_loop().create_future()

        def tell(task: asyncio.Task[T]) -> None:
            if not ended.done():
                ended.set_result(None)

        self._task.add_done_callback(tell)
        try:
            yield from ended
        finally:
            self._task.remove_done_callback(tell)

    def _ended(self, task: asyncio.Task[T]) -> None:
        _running.discard(task)
        if not task.cancelled():
            # NB: with this the loop takes the error for heard, whatever becomes of those who wait.
            task.exception()
        self._report_if_nobody_hears()

    def _report_if_nobody_hears(self) -> None:
        task = self._task
        if not task.done() or task.cancelled() or self._waiting or self._heard:
            return
        error = task.exception()
        if error is not None:
            self._heard = True
            error.add_note(f"in the steps {task.get_name()!r}, for which nobody waited")
            self._reporter(error)


class Interrupted(Exception):
    """Raised by `Interruption.over` when somebody interrupted the steps."""


class Interruption:
    """Ends, from outside, what the current steps wait for. Calling it does; nothing happens before or after `over`.

    OPTIMIZATION: the same could be had with `in_parallel` and `cancel`, at the price of one more task.
    """

    __slots__ = ("_is_on", "_task", "_was_called")

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._is_on = self._was_called = False

    def __call__(self) -> None:
        if self._is_on and not self._was_called:
            self._was_called = True
            self._task.cancel()

    async def over(self, steps: Awaitable[T]) -> T:
        """Wait for `steps`, which clean up after themselves when interrupted. Raises what they raise, and Interrupted."""
        self._is_on = True
        try:
            result = await steps
        except asyncio.CancelledError:
            self._is_on = False
            if self._was_called and self._task.uncancel() == 0:
                raise Interrupted from None
            # Whoever waits here is to stop too.
            raise
        except BaseException:
            await self._end()
            raise
        await self._end()
        return result

    async def _end(self) -> None:
        self._is_on = False
        if self._was_called:
            await _forget_own_cancellation(self._task, 0)


def in_parallel(steps: Coroutine[Any, Any, T], name: str | None = None) -> ParallelSteps[T]:
    """https://html.spec.whatwg.org/#in-parallel. Must be called on the browser thread."""
    task = asyncio.get_running_loop().create_task(steps, name=name or getattr(steps, "__qualname__", None))
    return ParallelSteps(task, steps)


def begin_in_parallel(steps: Coroutine[Any, Any, object], name: str) -> None:
    """The same for steps that nobody waits for or cancels. OPTIMIZATION: that takes a turn of the loop less."""
    asyncio.get_running_loop().create_task(_to_the_end(steps), name=name)  # kept below


async def _to_the_end(steps: Coroutine[Any, Any, object]) -> None:
    task = asyncio.current_task()
    assert task is not None
    _running.add(task)
    try:
        await steps
    except Exception as error:  # the reporter decides
        error.add_note(f"in the steps {task.get_name()!r}, for which nobody waited")
        present_reporter()(error)
    finally:
        _running.discard(task)


async def run_on_thread(executor: concurrent.futures.Executor, function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function on a thread of `executor` and wait for its result. NB: whatever else is run there may have to wait for it."""
    with under_way("threads"):
        return await asyncio.get_running_loop().run_in_executor(executor, function, *args)


async def yield_to_others() -> None:
    """Let other steps run before going on."""
    await asyncio.sleep(0)


async def first_completed(waits: Iterable[Awaitable[Any]]) -> set[Any]:
    """Wait until one of `waits` has ended; the others are cancelled. Returns the futures that ended."""
    futures = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for future in futures:
            if not future.done():
                future.cancel()
            elif not future.cancelled():
                future.exception()  # with this the loop takes it for heard, though only the first may be looked at
    return done


@asynccontextmanager
async def timeout_after(clock: Clock, seconds: float | None) -> AsyncIterator[None]:
    """Cancel the body and raise `TimedOut` when it takes longer than `seconds` of `clock` (None: no limit)."""
    if seconds is None:
        yield
        return
    task = asyncio.current_task()
    assert task is not None
    cancelling = task.cancelling()
    expired = False

    async def expire() -> None:
        nonlocal expired
        await clock.sleep(seconds)
        expired = True
        task.cancel()

    timer = asyncio.ensure_future(expire())
    try:
        yield
    except asyncio.CancelledError:
        if expired and task.uncancel() <= cancelling:
            raise TimedOut(f"no answer within {seconds:g} s") from None
        raise
    else:
        if expired:
            await _forget_own_cancellation(task, cancelling)
    finally:
        timer.cancel()


async def _forget_own_cancellation(task: asyncio.Task[Any], before: int) -> None:
    """The current steps were cancelled by ourselves and have gone on: where they caught it, or to their end without an `await`."""
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        if task.uncancel() > before:
            raise
    else:
        task.uncancel()


class BrowserThread:
    """The browser's thread as the agents' threads see it.

    `reporter` hears of errors in what is posted, and in the steps that begin there and nobody waits for.
    """

    def __init__(self, reporter: Reporter | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._ident = threading.get_ident()
        self._context = copy_context()
        if reporter is not None:
            self._context.run(use_reporter, reporter)
        self._reporter = self._context.run(present_reporter)

    def watching(self) -> AbstractContextManager[None]:
        """For steps that the embedder calls, in a context of its own: what the body begins in parallel is this browser's."""
        return errors_reported_to(self._reporter)

    def tell_the_embedder(self, function: Callable[..., object], *args: Any) -> None:
        """Call a function of the embedder. From any thread; its errors are for the loop's exception handler, which is the
        embedder's too."""
        try:
            function(*args)
        except Exception as error:
            context = {"message": f"{function!r}, which was given to the browser, failed", "exception": error}
            self._call_soon(self._loop.call_exception_handler, context)

    @property
    def is_current(self) -> bool:
        """Whether the caller is on the browser's thread."""
        return threading.get_ident() == self._ident

    def post(self, function: Callable[..., object], *args: Any) -> None:
        """Run `function` there soon. From any thread; nothing happens once the browser has closed."""
        self._call_soon(call_and_report, self._reporter, function, *args)

    def after(self, seconds: float, function: Callable[[], object]) -> Callable[[], None]:
        """Call `function` there after some of the machine's seconds. Returns what prevents it. On the browser's thread."""
        return self._loop.call_later(
            seconds, call_and_report, self._reporter, function, context=self._context
        ).cancel

    def _call_soon(self, function: Callable[..., object], *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args, context=self._context)
        except RuntimeError:
            if not self._loop.is_closed():
                raise

    def wait_for(
        self, steps: Coroutine[Any, Any, T], on_start: Callable[[concurrent.futures.Future[T]], None] | None = None
    ) -> T:
        """Run `steps` there and block this thread until they end; `on_start` gets the future, so that others can cancel it.

        Raises concurrent.futures.CancelledError when it was cancelled, or the browser has closed.
        """
        assert not self.is_current, "the browser's thread must not block on itself"
        try:
            future = self._context.copy().run(asyncio.run_coroutine_threadsafe, steps, self._loop)
        except RuntimeError:
            steps.close()
            if self._loop.is_closed():
                raise concurrent.futures.CancelledError from None
            raise
        if on_start is not None:
            on_start(future)
        return future.result()

    def new_future(self) -> asyncio.Future[Any]:
        return self._loop.create_future()

    def resolve(self, future: asyncio.Future[T], value: T) -> None:
        """Resolve a future from any thread."""
        self.post(_set_result, future, value)

    def reject(self, future: asyncio.Future[Any], error: BaseException) -> None:
        """Fail a future from any thread. Nobody has to wait for it."""
        self.post(fail, future, error)


def _set_result(future: asyncio.Future[Any], value: object) -> None:
    if not future.done():
        future.set_result(value)


def fail(future: asyncio.Future[Any], error: BaseException) -> None:
    """Fail a future that has not ended yet, whether anybody waits for it or not: the loop is not told that nobody did."""
    if not future.done():
        future.set_exception(error)
        future.exception()
