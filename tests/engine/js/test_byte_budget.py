"""engine/js/byte_budget.py"""

from __future__ import annotations

import gc
import threading

import pytest

from engine.js import BudgetExceeded, ByteBudget, Limits


def test_what_is_given_back_can_be_taken_again() -> None:
    budget = ByteBudget(100)
    with budget.hold(60, "Things", passing=True) as holding:
        holding.grow(40)
        with pytest.raises(BudgetExceeded):
            holding.grow(1)
        assert holding.size == budget.used == 100
        holding.shrink(30)
        assert budget.used == 70
        holding.resize(10)
        assert not budget.has_room_for(79)
        assert budget.has_room_for(78)
    assert budget.used == 0
    holding.release()
    assert budget.used == 0


def test_what_is_forgotten_is_given_back() -> None:
    budget = ByteBudget(100)
    holdings = [budget.hold(88, "Things")]
    with pytest.raises(BudgetExceeded):
        budget.hold(1, "Things")
    holdings.append(holdings)  # type: ignore[arg-type]  # only the garbage collector finds it
    del holdings
    gc.collect()
    budget.hold(88, "Things").release()


def test_what_waits_leaves_room_for_what_passes() -> None:
    budget = ByteBudget(800)
    waiting = budget.hold(700, "Messages")
    with pytest.raises(BudgetExceeded):
        waiting.grow(1)
    with budget.hold(100, "Operations", passing=True) as passing, pytest.raises(BudgetExceeded):
        passing.grow(1)


def test_one_sentence_for_each_kind_until_there_is_room_again() -> None:
    sentences: list[str] = []
    budget = ByteBudget(100, sentences.append)
    full = budget.hold(88, "Things")
    for _ in range(3):
        for what in ("Messages", "Bodies"):
            with pytest.raises(BudgetExceeded, match=rf"{what} .* 100 bytes .*Limits\.outside"):
                budget.hold(1, what)
    assert [sentence.split()[0] for sentence in sentences] == ["Messages", "Bodies"]
    full.release()
    budget.hold(88, "Things")  # forgotten at once
    with budget.hold(88, "Things"), pytest.raises(BudgetExceeded):
        budget.hold(1, "Messages")
    assert len(sentences) == 3


def test_without_a_size_there_is_no_limit() -> None:
    budget = ByteBudget(None)
    assert budget.has_room_for(1 << 60)
    with budget.hold(1 << 60, "Things"):
        assert budget.used == 1 << 60


def test_its_size_is_half_of_the_heap_unless_told() -> None:
    assert Limits().new_byte_budget().size is None
    assert Limits(memory=100).new_byte_budget().size == 50
    assert Limits(memory=100, outside=70).new_byte_budget().size == 70
    assert Limits(outside=70).new_byte_budget().size == 70


def test_several_threads_count_as_one() -> None:
    budget = ByteBudget(None)

    def work() -> None:
        for _ in range(2000):
            budget.hold(3, "Things").shrink(1)
            with budget.hold(5, "Things"):
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.used == 0
