"""Only what we made is watched, and each browser hears of its own."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from engine.event_loop import (
    BrowserThread,
    call_and_report,
    errors_reported_to,
    fail,
    in_parallel,
    present_reporter,
    use_reporter,
    yield_to_others,
)


@pytest.fixture
async def told_to_the_loop() -> Any:
    """What reaches the loop's exception handler, which is the embedder's."""
    told: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told.append(context.get("exception")))
    yield told
    loop.set_exception_handler(None)


async def wrong() -> None:
    raise KeyError("wrong")


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await yield_to_others()


async def test_steps_report_to_whoever_heard_where_they_were_begun(told_to_the_loop: list[Any]) -> None:
    first: list[BaseException] = []
    second: list[BaseException] = []

    async def begin_another() -> None:
        in_parallel(wrong())

    with errors_reported_to(first.append):
        in_parallel(begin_another())
        with errors_reported_to(second.append):
            in_parallel(wrong())
        in_parallel(wrong())
    await turns()
    assert (len(first), len(second), told_to_the_loop) == (2, 1, [])


async def test_an_error_that_was_heard_at_once_is_not_reported() -> None:
    heard: list[BaseException] = []
    with errors_reported_to(heard.append):
        # `gather` begins to wait when the steps have ended already.
        outcomes = await asyncio.gather(in_parallel(wrong()), in_parallel(wrong()), return_exceptions=True)
    await turns()
    assert [type(outcome) for outcome in outcomes] == [KeyError, KeyError] and heard == []


async def test_without_a_reporter_the_loop_hears_of_it(told_to_the_loop: list[Any]) -> None:
    use_reporter(None)
    in_parallel(wrong())
    await turns()
    assert [str(error) for error in told_to_the_loop] == ["'wrong'"]


async def test_what_is_posted_from_another_thread_is_its_browsers(told_to_the_loop: list[Any]) -> None:
    heard: list[BaseException] = []
    thread = BrowserThread(heard.append)

    def post() -> None:
        thread.post(in_parallel, wrong())
        thread.post(int, "x")

    other = threading.Thread(target=post)
    other.start()
    while len(heard) < 2:
        await yield_to_others()
    other.join()
    assert {type(error) for error in heard} == {KeyError, ValueError} and told_to_the_loop == []


async def test_what_a_blocked_thread_waits_for_begins_steps_of_its_browser(told_to_the_loop: list[Any]) -> None:
    heard: list[BaseException] = []
    thread = BrowserThread(heard.append)

    async def steps() -> int:
        in_parallel(wrong())
        return 3

    assert await asyncio.to_thread(thread.wait_for, steps()) == 3
    await turns()
    assert len(heard) == 1 and told_to_the_loop == []


async def test_a_future_that_is_failed_needs_nobody_to_look(told_to_the_loop: list[Any]) -> None:
    thread = BrowserThread()
    fail(thread.new_future(), KeyError("unread"))
    ended = thread.new_future()
    ended.set_result(1)
    fail(ended, KeyError("too late"))
    rejected = thread.new_future()
    thread.reject(rejected, KeyError("from outside"))
    await turns()
    with pytest.raises(KeyError):
        await rejected
    del rejected
    await turns()
    assert ended.result() == 1 and told_to_the_loop == []


async def test_what_the_embedder_gave_fails_towards_the_embedder(told_to_the_loop: list[Any]) -> None:
    heard: list[BaseException] = []
    thread = BrowserThread(heard.append)
    thread.tell_the_embedder(int, "no number")
    await asyncio.to_thread(thread.tell_the_embedder, int, "nor this")
    await turns()
    assert [type(error) for error in told_to_the_loop] == [ValueError, ValueError] and heard == []


async def test_a_call_that_nobody_waits_for_is_reported() -> None:
    heard: list[BaseException] = []
    call_and_report(heard.append, int, "x")
    call_and_report(heard.append, int, "7")
    assert [type(error) for error in heard] == [ValueError]
    with errors_reported_to(heard.append):
        assert present_reporter() == heard.append
