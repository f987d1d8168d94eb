"""engine/messaging/broadcast.py"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.js import ByteBudget
from engine.messaging import BroadcastChannels


class Realm:
    """Stands for an environment whose tasks run at `run`."""

    def __init__(self, heard: list[tuple[Any, ...]]) -> None:
        self.tasks: list[Callable[[], object]] = []
        self.heard = heard
        self.bindings = self
        self.byte_budget = ByteBudget(None)

    def queue_a_global_task(self, source: str, steps: Callable[[], object]) -> None:
        self.tasks.append(steps)

    def upcall(self, name: str, *arguments: Any) -> None:
        self.heard.append(arguments)

    def run(self) -> None:
        while self.tasks:
            self.tasks.pop(0)()


def test_only_others_of_the_same_key_and_name_hear_it_the_oldest_first() -> None:
    channels: Any = BroadcastChannels()
    heard: list[tuple[Any, ...]] = []
    realm = Realm(heard)
    first = channels.open(realm, "a", "n", "https://a")
    second = channels.open(realm, "a", "n", "https://a")
    third = channels.open(realm, "a", "n", "https://a")
    channels.open(realm, "a", "other", "https://a")
    channels.open(realm, "b", "n", "https://b")
    channels.post(second, ("1", (b"x",)))
    realm.run()
    assert heard == [(first, "https://a", "1", b"x"), (third, "https://a", "1", b"x")]


def test_one_that_is_closed_before_its_task_hears_nothing() -> None:
    channels: Any = BroadcastChannels()
    heard: list[tuple[Any, ...]] = []
    realm = Realm(heard)
    first, second = (channels.open(realm, "a", "n", "https://a") for _ in range(2))
    channels.post(first, ("1", ()))
    channels.close(second)
    realm.run()
    assert heard == []
    channels.close(second)


def test_the_end_of_a_realm_closes_its_channels() -> None:
    channels: Any = BroadcastChannels()
    here, there = Realm([]), Realm([])
    channels.open(here, "a", "n", "https://a")
    channels.open(there, "a", "n", "https://a")
    channels.forget_owner(here)
    assert len(channels) == 1
