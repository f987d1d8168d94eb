"""Integers that stand for Python objects."""

from __future__ import annotations

import pytest

from engine.infra import EngineBug
from engine.js import AgentClosed
from engine.realms import Handles


def test_a_handle_stands_for_one_object_of_a_kind_until_it_ends() -> None:
    handles = Handles()
    first, second = handles.add("text"), handles.add(5)
    assert first > 0 and first != second and len(handles) == 2
    assert handles.get(first, str) == "text"
    assert handles.find(second, int) == 5
    assert handles.of_kind(int) == [5] and handles.values() == ["text", 5]
    assert handles.take(first, str) == "text"
    assert handles.find(first, str) is None
    assert handles.release(first) is None
    assert handles.release(second) == 5
    assert handles.add("more") not in (first, second)


def test_a_handle_that_has_ended_or_is_of_another_kind_is_a_bug() -> None:
    handles = Handles()
    handle = handles.add("text")
    for use in (handles.get, handles.find, handles.take):
        with pytest.raises(EngineBug, match="stands for str, not int"):
            use(handle, int)
    handles.release(handle)
    with pytest.raises(EngineBug, match="stands for NoneType"):
        handles.get(handle, str)
    with pytest.raises(EngineBug):
        handles.take(handle, str)


def test_draining_gives_all_objects_and_ends_their_handles() -> None:
    handles = Handles()
    handles.add("a")
    handles.add("b")
    assert handles.drain() == ["a", "b"]
    assert len(handles) == 0 and handles.drain() == []


def test_a_script_that_still_runs_after_the_end_is_told_of_the_end() -> None:
    handles = Handles()
    handle = handles.add("a")
    handles.drain()
    with pytest.raises(AgentClosed):
        handles.get(handle, str)
    assert handles.release(handle) is None


def test_realms_of_one_agent_find_each_others_objects() -> None:
    page = Handles()
    frame = Handles(page)
    handle, other = frame.add("of the frame"), page.add("of the page")
    assert handle != other
    assert page.take(handle, str) == "of the frame"
    assert frame.get(other, str) == "of the page"
    with pytest.raises(EngineBug):
        frame.get(handle, str)
    assert frame.drain() == [] and page.get(other, str) == "of the page"
