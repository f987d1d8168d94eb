"""Form controls, as far as scripts use them."""

from __future__ import annotations

from typing import Any

import pytest

FORM = """document.body.innerHTML = `<form id=f action=/go><input name=q value=first><input type=checkbox name=c checked><input type=radio name=r value=1 id=r1 checked><input type=radio name=r value=2 id=r2>
  <select name=s><option>a<option value=B selected>b</select><textarea name=t>text</textarea><button name=b value=pressed>go</button></form>`;"""


def test_values_are_dirty_until_reset(window: Any) -> None:
    window.run(FORM)
    assert window.run("var q = f.elements.q; q.value = 'other'; [q.value, q.defaultValue, q.getAttribute('value')]") == ["other", "first", "first"]
    assert window.run("f.t.value = 'x'; f.s.value = 'a'; f.reset(); [q.value, f.t.value, f.s.value, f.s.selectedIndex]") == ["first", "text", "B", 1]


def test_clicks_switch_boxes_and_buttons(window: Any) -> None:
    window.run(FORM + "var log = []; f.addEventListener('change', event => log.push(event.target.name + event.target.checked))")
    assert window.run("f.c.click(); r2.click(); [f.c.checked, r1.checked, f.r.value, log]") == [False, False, "2", ["cfalse", "rtrue"]]
    assert window.run("f.c.addEventListener('click', event => event.preventDefault()); f.c.click(); [f.c.checked, log.length]") == [False, 2]


def test_form_data_has_what_would_be_sent(window: Any) -> None:
    window.run(FORM)
    assert window.run("[...new FormData(f)]") == [["q", "first"], ["c", "on"], ["r", "1"], ["s", "B"], ["t", "text"]]
    assert window.run("new FormData(f, f.b).get('b')") == "pressed"


def test_submit_events_ask_first(window: Any) -> None:
    window.run(FORM + "var log = []; f.onsubmit = event => { log.push(event.submitter && event.submitter.name); return false }; 1")
    assert window.run("f.b.click(); f.requestSubmit(); log") == ["b", None]
    assert window.run("f.q.required = true; f.q.value = ''; f.q.oninvalid = () => log.push('invalid'); f.b.click(); log") == ["b", None, "invalid"]


def test_validity_is_known(window: Any) -> None:
    window.run("var i = document.createElement('input')")
    assert window.run("i.type = 'email'; i.value = 'x'; [i.validity.typeMismatch, i.checkValidity()]") == [True, False]
    assert window.run("i.type = 'number'; i.min = 3; i.value = '2'; [i.validity.rangeUnderflow, i.valueAsNumber]") == [True, 2]
    assert window.run("i.value = '4'; i.setCustomValidity('no'); [i.validity.valid, i.validationMessage]") == [False, "no"]


def test_labels_lead_to_their_control(window: Any) -> None:
    window.run("document.body.innerHTML = '<label id=l><input type=checkbox id=x></label><label for=x id=m></label>'")
    assert window.run("l.click(); [x.checked, m.control === x, x.labels.length]") == [True, True, 2]


def test_options_can_be_made_and_added(window: Any) -> None:
    assert window.run("var s = document.createElement('select'); s.add(new Option('one', 1)); s.options[1] = new Option('two'); [s.length, s.value, s.options[1].text, s.selectedOptions.length]") == [2, "1", "two", 1]


@pytest.mark.parametrize(
    ("script", "length"),
    [
        ("select.length = -1", 1),
        ("select.options.length = 4294967295", 1),
        ("select.length = 100001", 1),
        ("select[2 ** 31] = new Option()", 1),
        ("select.options[4294967294] = new Option()", 1),
        ("select[100000] = new Option()", 1),
        ("select.length = 1000", 1000),
        ("select[7] = new Option()", 8),
        ("select.length = 5; select.length = 2", 2),
        ("select.length = 5; select[1] = null", 4),
    ],
)
def test_options_are_bounded(window: Any, script: str, length: int) -> None:
    assert window.run(f"var select = document.createElement('select'); select.innerHTML = '<option>a'; {script}; select.length") == length


def test_what_goes_along_with_a_field(window: Any) -> None:
    window.run("document.body.innerHTML = `<form id=f><input name=x dirname=d dir=rtl><datalist><input name=no></datalist><input type=image name=i></form>`")
    assert window.run("[...new FormData(f)]") == [["x", ""], ["d", "rtl"]]
    assert window.run("[...new FormData(f, document.querySelector('[type=image]'))]") == [["x", ""], ["d", "rtl"], ["i.x", "0"], ["i.y", "0"]]
