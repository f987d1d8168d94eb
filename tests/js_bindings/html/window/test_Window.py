"""The global object of pages."""

from __future__ import annotations

from typing import Any


def test_a_window_is_its_own_global_and_parent(window: Any) -> None:
    assert window.run("[window, self, globalThis, frames, parent, top].every(each => each === this)") is True
    assert window.run("[opener, frameElement, closed, length, document.defaultView === window, Object.prototype.toString.call(window)]") == [None, None, False, 0, True, "[object Window]"]
    assert window.run("Object.getOwnPropertyDescriptor(window, 'document').configurable") is False


def test_elements_are_reached_by_their_ids_and_names(window: Any) -> None:
    window.run("document.body.innerHTML = '<p id=someone></p><form name=someform></form>'")
    assert window.run("[someone.localName, window.someform.localName, 'someone' in window, Object.keys(window).includes('someone')]") == ["p", "form", True, False]
    assert window.run("someone.remove(); typeof someone") == "undefined"
    assert window.run("var someform = 1; window.someform") == 1
    assert window.error_of("undeclared").startswith("ReferenceError")


def test_messages_come_back_to_the_window(window: Any) -> None:
    assert window.settled("new Promise(resolve => { onmessage = event => resolve([event.data, event.origin, event.source === window, event.ports.length]); const { port1 } = new MessageChannel(); postMessage({ a: 1 }, '*', [port1]) })") == [{"a": 1}, "https://example.test", True, 1]
    assert window.error_of("postMessage(1, 'nonsense')").startswith("SyntaxError")
    assert window.error_of("postMessage(() => {}, '*')").startswith("DataCloneError")


def test_frames_are_asked_for_and_come(window: Any) -> None:
    assert window.settled("new Promise(resolve => { const first = requestAnimationFrame(() => resolve('cancelled')); requestAnimationFrame(time => resolve(typeof time)); cancelAnimationFrame(first) })") == "number"
    assert window.settled("new Promise(resolve => requestIdleCallback(deadline => resolve(deadline.timeRemaining() > 0 && !deadline.didTimeout)))") is True


def test_the_current_event_is_known_while_it_is_dispatched(window: Any) -> None:
    assert window.run("var seen; document.body.onclick = () => { seen = event.type }; document.body.click(); [seen, event ?? null]") == ["click", None]


def test_what_cannot_be_done_is_absent(window: Any) -> None:
    assert window.run("['navigation', 'cookieStore', 'customElements', 'fetchLater'].filter((name) => name in window)") == []


def test_handlers_of_the_body_are_the_windows(window: Any) -> None:
    assert window.run("var f = () => {}; document.body.onload = f; document.body.onhashchange = f; document.body.onclick = f; [window.onload === f, window.onhashchange === f, window.onclick]") == [True, True, None]
