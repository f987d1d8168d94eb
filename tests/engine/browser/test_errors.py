"""Whose fault an error is: BrowserFailed means that the engine is wrong, and nothing else."""

from __future__ import annotations

import asyncio
import errno
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Browser, BrowserFailed, ConsoleMessage, NavigationFailed
from engine.browser.errors import is_of_the_world, is_too_late
from engine.event_loop import in_parallel, yield_to_others
from engine.infra import EngineBug
from engine.js import AgentClosed, JSError
from engine.network.fake_transport import FakeTransport
from engine.storage import StorageError, StorageFull
from engine.window import PageClosed

PAGE = "https://example.test/"


@pytest.fixture
async def told_to_the_loop() -> Any:
    """What reaches the loop's exception handler, which is the embedder's."""
    told: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told.append(context["exception"]))
    yield told
    loop.set_exception_handler(None)


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


async def test_the_embedders_own_tasks_callbacks_and_servers_are_its_own(
    transport: FakeTransport, told_to_the_loop: list[Any]
) -> None:
    async def task() -> None:
        raise KeyError("a task of the embedder")

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise ValueError("a server of the embedder")

    handling = asyncio.get_running_loop().get_exception_handler()
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with Browser(transport=transport) as browser:
        page = await browser.open(PAGE)
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        forgotten = asyncio.ensure_future(task())
        await asyncio.wait([forgotten])
        del forgotten
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await until(lambda: gc.collect() >= 0 and len(told_to_the_loop) == 3)
        writer.close()
        assert await page.evaluate("document.title") == "A page"
    server.close()
    assert {type(error) for error in told_to_the_loop} == {ZeroDivisionError, KeyError, ValueError}
    assert asyncio.get_running_loop().get_exception_handler() is handling


async def test_two_browsers_of_one_loop_do_not_hear_of_each_other(transport: FakeTransport) -> None:
    async def wrong() -> None:
        raise EngineBug("of the first")

    async def enter() -> Browser:
        return await Browser(transport=transport).__aenter__()

    first, second = await enter(), await enter()
    page = await first.open(PAGE)
    first.user_agent.service_workers.in_parallel(wrong(), "steps of the first")
    await page.close()
    await second.__aexit__(None, None, None)
    with pytest.raises(BrowserFailed, match="of the first"):
        await first.__aexit__(None, None, None)


async def test_a_callback_of_the_embedder_that_raises_ends_nothing(
    transport: FakeTransport, told_to_the_loop: list[Any]
) -> None:
    heard: list[str] = []

    def wrong(message: ConsoleMessage) -> None:
        raise KeyError("on_console")

    async with Browser(transport=transport, on_console=wrong) as browser:
        browser.on_console(lambda message: heard.append(message.text))
        page = await browser.open(PAGE)
        assert await page.evaluate("try { console.log('one'); 'logged' } catch (error) { 'seen by the script' }") == "logged"
        await until(lambda: told_to_the_loop)
    assert heard == ["one"] and [type(error) for error in told_to_the_loop] == [KeyError]


async def test_what_the_machine_did_is_told_and_fails_nothing(transport: FakeTransport) -> None:
    heard: list[str] = []

    async def disk_full() -> None:
        raise StorageFull("index", "no room")

    async def no_file() -> None:
        raise OSError(errno.EIO, "the disk is gone")

    async def gone() -> None:
        raise AgentClosed("a page has been closed")

    async with Browser(transport=transport, on_console=lambda message: heard.append(message.text)):
        for steps in (disk_full, no_file, gone):
            in_parallel(steps())
        for _ in range(5):
            await yield_to_others()
    assert [text.split(":")[0] for text in heard] == ["StorageFull", "OSError"]


@pytest.fixture
def engine_errors() -> Iterator[list[Exception]]:
    yield [EngineBug("x"), KeyError("x"), AssertionError(), TypeError("x"), UnicodeError("x"), ValueError("x")]


async def test_evaluations_under_way_end_with_their_page_and_nobody_else_hears(
    transport: FakeTransport, told_to_the_loop: list[Any]
) -> None:
    async with Browser(transport=transport) as browser:
        page = await browser.open(PAGE)
        asked = [asyncio.ensure_future(page.evaluate("new Promise(() => {})")) for _ in range(3)]
        await until(lambda: len(page.document.evaluations) == 3)
        await page.close()
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [PageClosed] * 3
        gc.collect()
        await yield_to_others()
    assert told_to_the_loop == []


def test_what_is_whose_fault(engine_errors: list[Exception]) -> None:
    assert not any(is_of_the_world(error) or is_too_late(error) for error in engine_errors)
    world = [StorageError("a", "b", "c"), OSError(), RecursionError(), MemoryError(), JSError("a", None, 1), NavigationFailed("a", "b")]
    assert all(is_of_the_world(error) for error in world)
    assert all(is_too_late(error) for error in (AgentClosed(), PageClosed()))


class TestClosing:
    async def test_every_step_runs_whatever_the_others_raise(
        self, transport: FakeTransport, tmp_path: Path
    ) -> None:
        browser = await Browser(transport=transport, profile=tmp_path / "profile").__aenter__()
        await browser.open(PAGE)

        def wrong() -> None:
            raise EngineBug("a step of closing")

        browser._closing_steps = [step for real in browser._closing_steps for step in (real, wrong)]
        with pytest.raises(BrowserFailed, match="a step of closing"):
            await browser.__aexit__(None, None, None)
        assert not browser.user_agent.environments
        async with Browser(transport=transport, profile=tmp_path / "profile"):
            pass  # it is not locked

    async def test_what_could_not_be_saved_is_raised_when_everything_has_ended(
        self, transport: FakeTransport, tmp_path: Path
    ) -> None:
        async def full() -> None:
            raise StorageFull("index", "no room")

        with pytest.raises(StorageFull) as caught:
            async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
                browser._closing_steps += [full, full]
        assert len(caught.value.__notes__) == 1
        async with Browser(transport=transport, profile=tmp_path / "profile"):
            pass

    async def test_an_error_of_the_body_stays_and_hears_of_it(self, transport: FakeTransport) -> None:
        def full() -> None:
            raise StorageFull("index", "no room")

        with pytest.raises(KeyError) as caught:
            async with Browser(transport=transport) as browser:
                browser._closing_steps.append(full)
                browser.engine_bug(EngineBug("that too"))
                raise KeyError("the body")
        assert [note.split(": ")[1] for note in caught.value.__notes__] == ["StorageFull", "EngineBug"]

    async def test_it_cannot_be_cancelled_half_way(self, transport: FakeTransport, tmp_path: Path) -> None:
        go_on, reached = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            reached.set()
            await go_on.wait()

        browser = await Browser(transport=transport, profile=tmp_path / "profile").__aenter__()
        browser._closing_steps.append(slow)
        closing = asyncio.ensure_future(browser.__aexit__(None, None, None))
        await reached.wait()
        closing.cancel()
        await yield_to_others()
        assert not closing.done()
        go_on.set()
        await asyncio.wait([closing])
        async with Browser(transport=transport, profile=tmp_path / "profile"):
            pass

    async def test_a_browser_that_cannot_start_ends_what_it_had_begun(
        self, transport: FakeTransport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def cannot(self: object) -> None:
            raise StorageFull("index", "no room")

        with monkeypatch.context() as patch:
            patch.setattr("engine.background_fetch.BackgroundFetches.start", cannot)
            with pytest.raises(StorageFull):
                await Browser(transport=transport, profile=tmp_path / "profile").__aenter__()
        async with Browser(transport=transport, profile=tmp_path / "profile"):
            pass
