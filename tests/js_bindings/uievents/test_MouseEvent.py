"""Events of a user interface."""

from __future__ import annotations

from typing import Any


def test_they_take_their_dictionaries(window: Any) -> None:
    assert window.run("var e = new MouseEvent('click', { clientX: 5, ctrlKey: true, view: window, relatedTarget: document.body }); [e.clientX, e.getModifierState('Control'), e.getModifierState('Shift'), e.view === window, e.relatedTarget === document.body, e instanceof UIEvent]") == [5, True, False, True, True, True]
    assert window.run("var k = new KeyboardEvent('keydown', { key: 'a', code: 'KeyA' }); [k.key, k.code, new WheelEvent('wheel', { deltaY: 2 }).deltaY, new FocusEvent('focus').relatedTarget, new InputEvent('input', { data: 'x' }).data]") == ["a", "KeyA", 2, None, "x"]


def test_only_clicks_activate(window: Any) -> None:
    window.run("document.body.innerHTML = '<input type=checkbox id=c>'")
    assert window.run("c.dispatchEvent(new Event('click')); var after_event = c.checked; c.dispatchEvent(new MouseEvent('click')); [after_event, c.checked]") == [False, True]
