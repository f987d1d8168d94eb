"""engine/messaging/ports.py"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.js import BudgetExceeded, ByteBudget
from engine.messaging import PortTable, pay_for_a_message
from engine.webidl.exceptions import DOMException


class Realm:
    """Stands for an environment: keeps its tasks until `run`, and remembers what it was told."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], object]] = []
        self.heard: list[tuple[Any, ...]] = []
        self.bindings = self
        self.byte_budget = ByteBudget(None)

    def queue_a_global_task(self, source: str, steps: Callable[[], object]) -> None:
        self.tasks.append(steps)

    def upcall(self, name: str, *arguments: Any) -> None:
        self.heard.append((name.removeprefix("up_messaging_port_"), *arguments))

    def run(self) -> list[tuple[Any, ...]]:
        while self.tasks:
            self.tasks.pop(0)()
        heard, self.heard = self.heard, []
        return heard


@pytest.fixture
def ports() -> Any:
    return PortTable()


def test_messages_wait_for_start_and_keep_their_order(ports: Any) -> None:
    realm = Realm()
    first, second = ports.create_channel(realm)
    ports.post(first, ("1", ()))
    ports.post(first, ("2", (b"x",)))
    assert realm.run() == []
    ports.start(second)
    ports.post(first, ("3", ()))
    assert realm.run() == [("message", second, "1"), ("message", second, "2", b"x"), ("message", second, "3")]


def test_messages_follow_a_port_that_is_shipped_even_when_their_tasks_were_queued(ports: Any) -> None:
    here, there = Realm(), Realm()
    first, second = ports.create_channel(here)
    ports.start(second)
    ports.post(first, ("1", ()))
    ports.ship(second)
    assert here.run() == []
    ports.post(first, ("2", ()))
    ports.receive(second, there)
    assert there.run() == []
    ports.start(second)
    assert there.run() == [("message", second, "1"), ("message", second, "2")]


def test_closing_one_side_is_heard_after_its_messages_and_ends_both(ports: Any) -> None:
    realm = Realm()
    first, second = ports.create_channel(realm)
    ports.start(second)
    ports.post(first, ("1", ()))
    ports.close(first)
    assert realm.run() == [("message", second, "1"), ("closed", second, False)]
    assert len(ports) == 0


def test_what_was_sent_before_the_close_can_still_be_started(ports: Any) -> None:
    realm = Realm()
    first, second = ports.create_channel(realm)
    ports.post(first, ("1", ()))
    ports.close(first)
    assert realm.run() == [("closed", second, True)]
    ports.start(second)
    assert realm.run() == [("message", second, "1")]


def test_a_port_that_travels_hears_of_the_close_when_it_arrives(ports: Any) -> None:
    here, there = Realm(), Realm()
    first, second = ports.create_channel(here)
    ports.ship(second)
    ports.close(first)
    ports.receive(second, there)
    assert there.run() == [("closed", second, False)]


def test_the_end_of_a_realm_closes_what_it_owned(ports: Any) -> None:
    here, there = Realm(), Realm()
    first, _ = ports.create_channel(here, there)
    ports.forget_owner(there)
    assert here.run() == [("closed", first, False)]
    assert len(ports) == 0


def test_to_nobody_nothing_is_sent(ports: Any) -> None:
    ports.post(99, ("1", ()))
    ports.start(99)
    ports.ship(99)
    ports.receive(99, Realm())
    ports.close(99)


def test_messages_are_paid_for_until_they_are_delivered(ports: Any) -> None:
    here, there = Realm(), Realm()
    here.byte_budget, there.byte_budget = ByteBudget(10_000), ByteBudget(100_000)
    first, second = ports.create_channel(here, there)
    before = here.byte_budget.used

    def post() -> None:
        message = ("x" * 1000, (bytes(1000),))
        ports.post(first, message, pay_for_a_message(message, here, ports.receiver(first)))

    post()
    post()
    assert here.byte_budget.used - before == there.byte_budget.used > 4000
    with pytest.raises(DOMException) as caught:
        post()
    assert caught.value.name == "DataCloneError"
    ports.start(second)
    assert len(there.run()) == 2
    assert here.byte_budget.used == before
    assert there.byte_budget.used == 0
    post()
    ports.close(second)
    there.run()
    assert there.byte_budget.used == 0


def test_ports_are_paid_for(ports: Any) -> None:
    realm = Realm()
    realm.byte_budget = ByteBudget(10_000)
    with pytest.raises(BudgetExceeded):
        for _ in range(10):
            ports.create_channel(realm)
    ports.forget_owner(realm)
    realm.run()
    assert realm.byte_budget.used == 0
