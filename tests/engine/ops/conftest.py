"""Ops are called as JavaScript calls them, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import BrowserThread
from engine.js import ByteBudget
from engine.realms.handles import Handles


class FakeAgent:
    def __init__(self) -> None:
        self.browser_thread = BrowserThread()


class FakeEnvironment:
    def __init__(self) -> None:
        self.agent = FakeAgent()
        self.handles = Handles()
        self.byte_budget = ByteBudget(None)
        self.global_scope = None
        self.at_the_end: list[Callable[[], object]] = []

    def when_destroyed(self, steps: Callable[[], object]) -> None:
        self.at_the_end.append(steps)


@pytest.fixture
async def environment() -> Any:
    return FakeEnvironment()
