"""Elements have their interfaces and reflect their attributes."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "interface"),
    [("div", "HTMLDivElement"), ("h3", "HTMLHeadingElement"), ("section", "HTMLElement"), ("nonsense", "HTMLUnknownElement"), ("my-element", "HTMLElement"), ("th", "HTMLTableCellElement"), ("video", "HTMLVideoElement")],
)
def test_each_element_has_its_interface(window: Any, name: str, interface: str) -> None:
    assert window.run(f"var e = document.createElement('{name}'); [e.constructor.name, Object.prototype.toString.call(e)]") == [interface, f"[object {interface}]"]
    assert window.error_of(f"new {interface}()").startswith("TypeError")


def test_every_element_can_be_made(window: Any) -> None:
    names = "a abbr area audio base blockquote body br button canvas caption col data datalist del details dialog div dl embed fieldset font form frame frameset h1 head hr html iframe img input ins label legend li link map marquee menu meta meter object ol optgroup option output p param picture pre progress q script select slot source span style table tbody td template textarea tfoot th thead time title tr track ul video"
    assert window.run(f"'{names}'.split(' ').filter(name => document.createElement(name) instanceof HTMLUnknownElement)") == []
    assert window.run(f"'{names}'.split(' ').every(name => {{ const e = document.createElement(name); document.body.append(e); for (const key in e) {{ try {{ e[key] }} catch (error) {{ if (error.name !== 'InvalidStateError') throw error }} }} e.remove(); return true }})") is True


def test_addresses_are_resolved_and_cut_up(window: Any) -> None:
    assert window.run("var a = document.createElement('a'); a.href = '../x?y#z'; a.hash = 'w'; [a.href, a.pathname, a.search, a.origin, `${a}`, a.getAttribute('href')]") == ["https://example.test/x?y#w", "/x", "?y", "https://example.test", "https://example.test/x?y#w", "https://example.test/x?y#w"]


def test_enumerated_attributes_know_their_values(window: Any) -> None:
    assert window.run("var i = document.createElement('input'); i.type = 'NONSENSE'; var s = document.createElement('script'); s.crossOrigin = 'x'; [i.type, i.getAttribute('type'), s.crossOrigin, (s.crossOrigin = null, s.crossOrigin), document.createElement('img').loading]") == ["text", "NONSENSE", "anonymous", None, "eager"]


def test_numbers_are_limited(window: Any) -> None:
    assert window.run("var c = document.createElement('canvas'), i = document.createElement('input'); i.maxLength = 5; c.setAttribute('width', 'x'); [c.width, i.maxLength, i.size, document.createElement('td').colSpan]") == [300, 5, 20, 1]
    assert window.error_of("i.maxLength = -1").startswith("IndexSizeError")


def test_data_attributes_are_a_map(window: Any) -> None:
    assert window.run("var d = document.createElement('div'); d.dataset.fooBar = 1; d.setAttribute('data-x-y', 2); delete d.dataset.gone; [d.outerHTML, Object.entries(d.dataset), 'fooBar' in d.dataset]") == ['<div data-foo-bar="1" data-x-y="2"></div>', [["fooBar", "1"], ["xY", "2"]], True]


def test_details_and_dialogs_open_and_close(window: Any) -> None:
    assert window.settled("new Promise(resolve => { const d = document.createElement('dialog'); document.body.append(d); d.showModal(); d.onclose = () => resolve([d.open, d.returnValue]); d.close('done') })") == [False, "done"]


def test_tables_have_rows_and_cells(window: Any) -> None:
    assert window.run("var t = document.createElement('table'); t.insertRow().insertCell().textContent = 'x'; t.createTHead().insertRow(); t.createCaption(); [t.rows.length, t.rows[1].cells[0].cellIndex, t.rows[1].rowIndex, t.outerHTML]") == [2, 0, 1, "<table><caption></caption><thead><tr></tr></thead><tbody><tr><td>x</td></tr></tbody></table>"]


def test_focus_moves(window: Any) -> None:
    assert window.run("document.body.innerHTML = '<input id=a><input id=b><p id=p>'; var log = []; a.onblur = () => log.push('blur'); b.onfocus = () => log.push('focus'); a.focus(); b.focus(); p.focus(); [log, document.activeElement.id, b.matches(':focus')]") == [["blur", "focus"], "b", True]


def test_documents_can_be_parsed_and_made(window: Any) -> None:
    assert window.run("var d = new DOMParser().parseFromString('<title>t</title><p onclick=x><script>globalThis.ran = 1</' + 'script>', 'text/html'); [d.title, d.querySelector('p').localName, typeof ran, d.defaultView, document.implementation.createHTMLDocument('n').documentElement.outerHTML]") == ["t", "p", "undefined", None, "<html><head><title>n</title></head><body></body></html>"]
