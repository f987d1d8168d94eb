"""Integers that stand for Python objects."""

from __future__ import annotations

import pytest

from engine.js import AgentClosed
from engine.realms import Handles
from engine.webidl.exceptions import JSTypeError


def test_a_handle_stands_for_one_object_of_a_kind_until_it_ends() -> None:
    handles = Handles()
    first, second = handles.add("text"), handles.add(5)
    assert first > 0 and first != second and len(handles) == 2
    assert handles.get(first, str) == "text"
    assert handles.find(second, int) == 5
    assert handles.of_kind(int) == [5] and handles.values() == ["text", 5]
    assert handles.take(first, str) == "text"
    assert handles.find(first, str) is None
    assert handles.release(first, str) is None
    assert handles.release(second, str) is None
    assert handles.release(second, int) == 5
    assert handles.add("more") not in (first, second)


def test_a_handle_that_has_ended_is_of_another_kind_or_of_another_environment_stands_for_nothing() -> None:
    handles = Handles()
    handle = handles.add("text")
    assert handles.find(handle, int) is None and handles.release(handle, int) is None
    for table in (handles, Handles()):
        for use in (table.get, table.take):
            with pytest.raises(JSTypeError, match="no such int"):
                use(handle, int)
    handles.release(handle, str)
    for use in (handles.get, handles.take):
        with pytest.raises(JSTypeError, match="no such str"):
            use(handle, str)


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
    assert handles.release(handle, str) is None


def test_realms_of_one_agent_find_each_others_objects() -> None:
    page = Handles()
    frame = Handles(page)
    handle, other = frame.add("of the frame"), page.add("of the page")
    assert handle != other
    assert page.take(handle, str) == "of the frame"
    assert frame.get(other, str) == "of the page"
    with pytest.raises(JSTypeError):
        frame.get(handle, str)
    assert frame.drain() == [] and page.get(other, str) == "of the page"
