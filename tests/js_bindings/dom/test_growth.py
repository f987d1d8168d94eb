"""What grows with the size of a page, counted: live collections, tables, selectors, attributes."""

from __future__ import annotations

from typing import Any

import pytest


def elements(count: int) -> str:
    return f"var root = document.createElement('div'); root.innerHTML = '<p class=q></p>'.repeat({count}); var live = "


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("root.getElementsByTagName('p')", "live[index].setAttribute('a', 1)"),
        ("root.getElementsByTagName('*')", "live[index].id = index"),
        ("root.getElementsByTagNameNS('*', 'p')", "live[index].className = 'r' + index"),
        ("root.children", "live[index].setAttribute('a', 1)"),
        ("root.childNodes", "live[index].setAttribute('a', 1)"),
        ("root.getElementsByClassName('q')", "live[index].textContent = 'text'"),
    ],
)
def test_what_cannot_change_a_collection_does_not_make_it_anew(window: Any, collection: str, change: str) -> None:
    def steps(count: int) -> int:
        return cost(window, f"{elements(count)}{collection}; live.length", f"for (let index = 0; index < {count}; ++index) {{ {change} }}")

    assert steps(1200) < 6 * steps(300)


def cost(window: Any, prepare: str, script: str) -> int:
    """How many times the engine asked whether to stop while `script` ran, which it does every few thousand steps."""
    window.run(prepare)
    runtime = window.environment.realm.runtime
    asked = 0
    should_stop = runtime.should_stop

    def counted() -> bool:
        nonlocal asked
        asked += 1
        return should_stop()

    runtime.should_stop = counted
    try:
        window.run(script + "; 0")
    finally:
        del runtime.should_stop
    return max(asked, 1)


@pytest.mark.parametrize(
    ("prepare", "script"),
    [
        ("var table = document.createElement('table')", "for (let index = 0; index < COUNT; ++index) table.insertRow()"),
        ("var body = document.createElement('tbody')", "for (let index = 0; index < COUNT; ++index) body.insertRow(-1)"),
        (
            "var table = document.createElement('table'); table.innerHTML = '<tr>'.repeat(COUNT)",
            "for (let index = 0; index < COUNT; ++index) table.rows[index].rowIndex + table.rows[index].sectionRowIndex",
        ),
        ("var root = document.createElement('div'); root.innerHTML = '<p></p>'.repeat(COUNT)", "root.querySelectorAll('p:nth-child(2n)')"),
        ("var root = document.createElement('div'); root.innerHTML = '<p></p>'.repeat(COUNT)", "root.querySelectorAll('p:nth-last-of-type(2n)')"),
        ("var root = document.createElement('div'); root.innerHTML = '<p></p>'.repeat(COUNT)", "root.querySelectorAll('p:has(+ b)')"),
        *[
            ("var root = document.createElement('div'); root.innerHTML = '<p class=a></p>'.repeat(COUNT)", f"root.querySelectorAll('{selector}')")
            for selector in ("b ~ p", "p ~ b ~ p", "p:has(~ b)", "p:has(+ p ~ b)", ":not(b ~ p)", "p:nth-child(2n of .a)", "p:nth-last-child(odd of b ~ p)")
        ],
        *[
            ("var root = document.createElement('div'); for (let index = 0, at = root; index < COUNT; ++index) at = at.appendChild(document.createElement('p'))", f"root.querySelectorAll('{selector}')")
            for selector in ("b p", "p b p", "p:has(b)", "p:has(p b)", "p:has(> p b)")
        ],
        ("var element = document.createElement('p')", "for (let index = 0; index < COUNT; ++index) element.setAttribute('a' + index, 1)"),
        ("var element = document.createElement('p')", "for (let index = 0; index < COUNT; ++index) element.dataset['a' + index] = 1"),
        ("var { style } = document.createElement('p')", "for (let index = 0; index < COUNT; ++index) style.setProperty('--a' + index, 1); style.cssText"),
        ("var { style } = document.createElement('p')", "for (let index = 0; index < COUNT; ++index) style.removeProperty(style.setProperty('--a' + index, 1))"),
        ("var request = new XMLHttpRequest(); request.open('GET', '/')", "for (let index = 0; index < COUNT; ++index) request.setRequestHeader('x' + index, 1)"),
        *[
            ("var select = document.createElement('select'); select.innerHTML = '<option>o'.repeat(COUNT)", script)
            for script in (
                "for (let index = 0; index < COUNT; ++index) { select.selectedIndex = index; select.selectedIndex + select.value }",
                "for (const option of select.options) { option.selected = true; option.index + select.selectedIndex }",
                "for (const option of select.options) option.selected",
                "select.selectedOptions.length; select.querySelectorAll(':checked').length",
            )
        ],
        *[
            ("var form = document.createElement('form'); form.innerHTML = Array.from({length: COUNT}, (_, index) => `<input type=radio name=r required id=i${index}>`).join('')", script)
            for script in (
                "for (const radio of form.children) radio.checked = true",
                "for (const radio of form.children) radio.click()",
                "for (const radio of form.children) radio.checkValidity()",
                "for (let index = 0; index < COUNT; ++index) form.elements['i' + index]",
                "for (let index = 0; index < COUNT; ++index) form.children['i' + index]",
            )
        ],
        (
            "var form = document.createElement('form'); form.innerHTML = Array.from({length: COUNT}, (_, index) => `<input type=radio name=r${index}>`).join('')",
            "for (const radio of form.children) radio.checked = true",
        ),
        *[
            (f"var root = document.createElement('{tag}'); root.innerHTML = '<{child} class=q>'.repeat(COUNT); var other = document.createElement('{tag}'); var live = {live}", script)
            for tag, child, live in (
                ("ul", "li", "root.children"),
                ("ul", "li", "root.getElementsByTagName('li')"),
                ("ul", "li", "root.getElementsByClassName('q')"),
                ("select", "option", "root.options"),
            )
            for script in (
                "while (live.length) live[0].remove()",
                "while (live.length) live[live.length - 1].remove()",
                "while (live.length) other.append(live[0])",
                "for (let index = 0; index < COUNT; ++index) root.append(live[0])",
            )
        ],
        (
            "var root = document.createElement('div'); root.innerHTML = '<p></p>'.repeat(COUNT); var observer = new MutationObserver(() => {})",
            "for (let round = 0; round < 2; ++round) for (const child of root.children) observer.observe(child, { childList: true }); observer.disconnect()",
        ),
        *[
            ("var form = document.createElement('form'); document.body.replaceChildren(form)", f"for (let index = 0; index < COUNT; ++index) {{ const input = document.createElement('input'); {script} }}")
            for script in (
                "input.name = 'a' + index; form.append(input); form.elements.length + form.elements[index].name",
                "form.append(input); input.name = 'a' + index; form.elements['a' + index].value",
                "input.id = 'a' + index; form.prepend(input); form['a' + index].value + form.elements[index >> 1].id",
                "input.name = 'same'; form.insertBefore(input, form.elements[index >> 1] ?? null); form.elements.same.length",
                "input.setAttribute('form', 'outer'); input.id = 'i' + index; document.body.append(input); form.id = 'outer'; form.elements.length",
            )
        ],
        *[
            (f"var root = document.createElement('{tag}'); root.innerHTML = '<{child} class=q>'.repeat(COUNT); var live = {live}", script)
            for tag, child, live in (
                ("ul", "li", "root.children"),
                ("ul", "li", "root.childNodes"),
                ("ul", "li", "root.getElementsByTagName('li')"),
                ("ul", "li", "root.getElementsByClassName('q')"),
                ("ul", "li", "root.getElementsByTagNameNS('*', 'li')"),
                ("fieldset", "input", "root.elements"),
                ("select", "option", "root.options"),
                ("table", "tr", "root.rows"),
            )
            for script in (
                "while (live.length) live[live.length >> 1].remove()",
                "for (let index = 0; index < COUNT; ++index) { const middle = live[live.length >> 1]; middle.parentNode.insertBefore(live[0], middle) }",
                "for (let index = 0; index < COUNT; ++index) { const middle = live[live.length >> 1]; middle.before(middle.cloneNode()) }",
                "for (let index = 0; index < COUNT; ++index) { live[index].id = 'i' + index; live[index].append('text'); live[index].before('text') }",
                "for (let index = 0; index < COUNT; index += 10) for (let more = 0; more < 10; ++more) live[more && live.length >> 1].before(live[0].cloneNode())",
            )
            if not (live == "root.childNodes" and "before('text')" in script)
        ],
        *[
            ("var root = document.createElement('div'); root.innerHTML = '<a class=q></a>'.repeat(COUNT); document.body.append(root); var live = " + live, script)
            for live, script in (
                ("root.getElementsByClassName('q')", "while (live.length) live[0].className = ''"),
                ("root.getElementsByClassName('q')", "while (live.length) live[live.length >> 1].classList.remove('q')"),
                ("root.getElementsByClassName('r')", "for (const child of root.children) { child.className = 'r'; live.length }"),
                ("document.links", "for (const child of root.children) { child.href = '/'; live.length }"),
                ("document.getElementsByName('n')", "for (const child of root.children) { child.name = 'n'; live.length }"),
                ("root.children", "for (const child of root.children) { child.id = 'i' + child.childElementCount; live.namedItem('i0') }"),
                ("root.childNodes", "for (let index = 0; index < live.length; ++index) live[index].textContent = 'text'"),
                ("root.childNodes", "for (let index = 0; index < live.length; index += 2) live[index].before('text')"),
                ("root.childNodes", "while (live.length > 2) live[1].remove()"),
            )
        ],
        *[
            ("var table = document.createElement('table')", f"for (let index = 0; index < COUNT; ++index) {script}")
            for script in (
                "table.insertRow(0)",
                "table.insertRow(index >> 1).insertCell()",
                "{ table.insertRow(table.insertRow(0) && 1).rowIndex; table.deleteRow(index) }",
                "{ table.createTHead().insertRow(); table.createTFoot().insertRow(0).rowIndex }",
            )
        ],
        *[
            ("var select = document.createElement('select'); var other = document.createElement('p')", f"for (let index = 0; index < COUNT; ++index) {script}")
            for script in (
                "{ select.add(new Option(index, index, false, true)); select.value + select.selectedIndex }",
                "{ select.add(new Option(index, index)); select.selectedIndex = index; other.id = index; select.value + select.selectedOptions.length }",
            )
        ],
        (
            "var select = document.createElement('select'); select.multiple = true; for (let index = 0; index < COUNT; ++index) select.add(new Option(index, index, true, true))",
            "while (select.selectedOptions.length) select.selectedOptions[select.selectedOptions.length >> 1].selected = false",
        ),
        *[
            ("var root = document.createElement('div'), child = root.appendChild(document.createElement('p')); var observers = Array.from({length: COUNT}, () => new MutationObserver(() => {}))", script)
            for script in (
                "for (let round = 0; round < 2; ++round) for (const observer of observers) observer.observe(root, { childList: true }); for (const observer of observers) observer.disconnect()",
                "for (const observer of observers) observer.observe(root, { childList: true, subtree: true }); child.remove(); for (const observer of observers) observer.takeRecords(); for (const observer of observers) observer.disconnect()",
                "observers[0].observe(root, { attributes: true, subtree: true }); for (const each of observers) { child.remove(); root.append(child); child.id = 'i' } observers[0].takeRecords().length",
            )
        ],
        *[
            ("document.body.replaceChildren()", f"for (let index = 0; index < COUNT; ++index) {{ const child = document.createElement('p'); child.id = 'same'; {script}; document.getElementById('same') }}")
            for script in ("document.body.prepend(child)", "document.body.append(child)", "document.body.append(child, 'text'); child.className = 'q'")
        ],
        ("var headers = new Headers()", "for (let index = 0; index < COUNT; ++index) headers.append('x' + index, 1)"),
        ("performance.clearMarks()", "for (let index = 0; index < COUNT; ++index) { performance.mark('b' + index); performance.measure('m', 'b' + index) }"),
    ],
)
def test_work_grows_as_the_page_does(window: Any, prepare: str, script: str) -> None:
    small, large = (cost(window, prepare.replace("COUNT", count), script.replace("COUNT", count)) for count in ("250", "1000"))
    assert large < 6 * small


def test_indexes_tell_the_truth_after_changes(window: Any) -> None:
    window.run("var element = document.createElement('p'); for (let index = 0; index < 20; ++index) element.setAttribute('a' + index, index)")
    assert window.run("element.removeAttribute('a3'); [element.getAttribute('a3'), element.getAttribute('a19'), element.hasAttribute('a3')]") == [None, "19", False]
    assert window.run("element.setAttribute('a3', 'new'); element.setAttributeNS('urn:x', 'x:a4', 'other'); [element.getAttribute('a3'), element.getAttribute('a4'), element.getAttribute('x:a4')]") == ["new", "4", "other"]
    assert window.run("const attr = document.createAttribute('a5'); attr.value = 'node'; element.setAttributeNode(attr); element.getAttribute('a5')") == "node"
    assert window.run("var list = document.createElement('div'); list.innerHTML = '<p></p><b></b><p></p>'; var nth = () => [...list.querySelectorAll(':nth-child(2), :nth-last-of-type(1)')].map(each => each.localName + [...list.children].indexOf(each)); nth()") == ["b1", "p2"]
    assert window.run("list.prepend(document.createElement('i')); nth()") == ["i0", "p1", "b2", "p3"]
    assert window.run("list.append('text'); list.firstChild.remove(); nth()") == ["b1", "p2"]
    assert window.run("var t = document.createElement('table'); t.insertRow(); t.insertRow(); t.insertRow(0); var rows = [...t.rows]; [t.rows.length, rows.map(row => row.rowIndex)]") == [3, [0, 1, 2]]
    assert window.run("rows[0].remove(); [t.rows.length, rows.map(row => row.rowIndex)]") == [2, [-1, 0, 1]]
    assert window.run("var byName = document.getElementsByName('n'); document.body.innerHTML = '<p></p>'; byName.length; document.body.firstChild.setAttribute('name', 'n'); byName.length") == 1
    assert window.run("var h = new Headers(); for (let index = 0; index < 20; ++index) h.append('X-' + index, 1); h.append('x-3', 2); h.delete('x-4'); h.append('x-4', 3); [h.get('x-3'), h.get('x-4'), [...h].length]") == ["1, 2", "3", 20]
    assert window.run("performance.mark('m', {startTime: 5}); performance.mark('m', {startTime: 3}); const at = () => performance.measure('x', 'm').startTime; [at(), (performance.clearMarks('m'), (() => { try { at() } catch (error) { return error.name } })())]") == [5, "SyntaxError"]


def test_the_first_element_of_an_id_is_the_first_whatever_has_changed(window: Any) -> None:
    window.run("""
      const nodes = Array.from({ length: 7 }, () => document.createElement('p'));
      let seed = 3;
      const random = (below) => { seed = seed * 1103515245 + 12345 & 0x7fffffff; return (seed >> 8) % below };
      var wrong = 0;
      for (let step = 0; step < 2000; ++step) {
        const node = nodes[random(7)], into = random(2) ? document.body : nodes[random(7)];
        const how = random(6);
        if (how === 0) node.remove();
        else if (how === 1) node.id = random(3) ? 'same' : 'other';
        else if (!node.contains(into)) how < 4 ? into.prepend(node) : into.insertBefore(node, into.childNodes[random(4)] ?? null);
        wrong += document.getElementById('same') !== document.querySelector('[id=same]');
        const [a, b] = [nodes[random(7)], nodes[random(7)]];
        const all = [...document.querySelectorAll('p')];
        if (a !== b && all.includes(a) && all.includes(b)) wrong += (all.indexOf(a) < all.indexOf(b)) !== !!(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
      }
    """)
    assert window.run("wrong") == 0


def test_the_style_attribute_says_what_the_declarations_are(window: Any) -> None:
    assert window.run("var p = document.createElement('p'); p.style.color = 'red'; p.style.top = '1px'; const before = p.getAttribute('style'); p.style.top = '2px'; p.style.left = '0'; [before, p.outerHTML, p.matches('[style*=left]'), p.cloneNode().style.left]") == [
        "color: red; top: 1px;",
        '<p style="color: red; top: 2px; left: 0;"></p>',
        True,
        "0",
    ]
    assert window.run("p.style.top = '3px'; const attr = p.getAttributeNode('style'); p.removeAttribute('style'); [attr.value, p.style.cssText, (p.style.top = '4px', p.setAttribute('style', 'left: 5px'), p.style.cssText)]") == ["color: red; top: 3px; left: 0;", "", "left: 5px;"]
    assert window.run("p.style.top = '6px'; const mo = new MutationObserver(() => {}); mo.observe(p, {attributeOldValue: true}); p.style.top = '7px'; p.style.top = '8px'; mo.takeRecords().map(record => record.oldValue)") == ["left: 5px; top: 6px;", "left: 5px; top: 7px;"]


def test_one_option_is_selected_whatever_has_changed(window: Any) -> None:
    window.run("var s = document.createElement('select'); s.innerHTML = '<option>a<option>b<option>c'; var chosen = () => [s.selectedIndex, s.value, [...s.selectedOptions].map(each => each.value).join('')]")
    assert window.run("s.selectedIndex = 1; s.selectedIndex = 2; const after = chosen(); s.options[2].remove(); [after, chosen()]") == [[2, "c", "c"], [0, "a", "a"]]
    assert window.run("s.options[1].selected = true; s.options[1].selected = false; s.prepend(new Option('z', 'z', false, true)); [chosen(), (s.selectedIndex = -1, chosen()), (s.selectedIndex = 9, chosen())]") == [[0, "z", "z"], [-1, "", ""], [0, "z", "z"]]
    assert window.run("s.selectedIndex = 1; s.append(new Option('y', 'y', true, true)); [chosen(), (s.multiple = true, chosen()), (s.options[0].selected = true, chosen())]") == [[3, "y", "y"], [1, "a", "ay"], [0, "z", "zay"]]
    assert window.run("s.selectedIndex = 2; const one = chosen(); s.append(new Option('x', 'x', true, true)); [one, chosen()]") == [[2, "b", "b"], [2, "b", "bx"]]


def test_one_radio_button_of_a_group_is_checked_whatever_has_changed(window: Any) -> None:
    window.run("var f = document.createElement('form'); f.innerHTML = '<input type=radio name=r><input type=radio name=r checked><input type=radio name=q><input type=radio name=r>'; var on = () => [...f.children].map(each => +each.checked).join('')")
    assert window.run("const seen = [on()]; for (const index of [0, 3, 2, 1]) { f.children[index].checked = true; seen.push(on()) } seen") == ["0100", "1000", "0001", "0011", "0110"]
    assert window.run("f.children[1].checked = false; const none = on(); f.children[0].checked = true; [none, on(), (f.reset(), on()), (f.children[3].checked = true, on())]") == ["0010", "1010", "0100", "0001"]
    assert window.run("f.children[2].checked = true; f.children[2].name = 'r'; f.children[0].checked = true; [on(), (f.children[3].click(), on()), (f.children[0].remove(), f.children[0].checked = true, on())]") == ["1000", "0001", "100"]
    assert window.run("f.onclick = event => event.preventDefault(); f.children[1].click(); on()") == "100"


def test_names_in_a_collection_are_those_of_now(window: Any) -> None:
    window.run("var f = document.createElement('form'); f.innerHTML = '<input name=a><input id=a><input name=b id=b>'")
    assert window.run("[f.elements.a.length, f.elements.b === f.children[2], f.children.a === f.children[0], f.elements.c]") == [2, True, True, None]
    assert window.run("f.children[1].id = 'c'; [f.elements.a === f.children[0], f.elements.c === f.children[1], (f.children[0].remove(), f.elements.a), f.elements['']]") == [True, True, None, None]


@pytest.mark.parametrize(
    ("live", "anew"),
    [
        ("root.children", "all(':scope > *')"),
        ("root.childNodes", "siblings(root.firstChild)"),
        ("root.getElementsByTagName('i')", "all('i')"),
        ("root.getElementsByTagName('*')", "all('*')"),
        ("root.getElementsByClassName('q')", "all('.q')"),
        ("document.getElementsByName('n')", "[...document.querySelectorAll('[name=n]')]"),
        ("table.rows", "['thead', 'tbody', 'tfoot'].flatMap(part => [...table.querySelectorAll(part === 'tbody' ? ':scope > tbody > tr, :scope > tr' : `:scope > ${part} > tr`)])"),
        ("table.tBodies", "[...table.querySelectorAll(':scope > tbody')]"),
        ("form.elements", "[...form.getRootNode().querySelectorAll('input')].filter(each => each.form === form)"),
        ("new Proxy(form.elements, { get: (elements, key) => elements.k?.length === undefined ? [elements.k ?? []].flat()[key] ?? (key === 'length' ? +!!elements.k : undefined) : elements.k[key] })",
         "[...form.getRootNode().querySelectorAll('input')].filter(each => each.form === form && (each.id === 'k' || each.name === 'k'))"),
        ("select.options", "[...select.querySelectorAll(':scope > option, :scope > optgroup > option')]"),
        ("select.selectedOptions", "[...select.querySelectorAll(':scope > option, :scope > optgroup > option')].filter(each => each.selected)"),
    ],
)
def test_a_collection_is_what_a_new_look_finds_after_any_changes(window: Any, live: str, anew: str) -> None:
    # Changes without plan, always the same ones: what is inside of what is moved comes and goes with it.
    window.run("""
      let seed = 7;
      const random = (below) => { seed = seed * 1103515245 + 12345 & 0x7fffffff; return (seed >> 8) % below };
      const [root, table, form, select] = ['div', 'table', 'form', 'select'].map(name => document.createElement(name));
      select.multiple = true;
      document.body.append(root, table, form, select);
      const nodes = [root, table, form, select, document.body];
      for (const name of 'i b i b i p thead tbody tfoot tr tr tr tr tbody input input input input optgroup option option option form'.split(' ')) nodes.push(document.createElement(name));
      const all = (selector) => [...root.querySelectorAll(selector)];
      const siblings = (node) => node === null ? [] : [node, ...siblings(node.nextSibling)];
      const change = () => {
        const node = nodes[5 + random(nodes.length - 5)];
        const into = nodes[random(3) ? random(4) : random(nodes.length)];
        const how = random(12);
        if (how < 2) node.remove();
        else if (how === 2) node.className = ['q', '', 'q r'][random(3)];
        else if (how === 3) node.setAttribute('name', ['n', 'k', ''][random(3)]);
        else if (how === 4) node.id = ['f', 'k', ''][random(3)];
        else if (how === 5) random(2) ? node.setAttribute('form', 'f') : node.removeAttribute('form');
        else if (how === 6) node.selected = random(2) === 1;
        else if (!node.contains(into)) how < 8 ? into.append(node) : how < 10 ? into.insertBefore(node, into.childNodes[random(3)] ?? null) : how < 11 ? into.prepend(node, 'text') : into.replaceChildren(node);
      };
      var differences = (live, anew) => {
        let found = 0;
        for (let step = 0; step < 600; ++step) {
          change();
          if (step % 50 < 3) for (let more = 0; more < 40; ++more) change();
          if (random(3)) {
            const wanted = anew();
            found += live.length !== wanted.length || wanted.some((each, index) => each !== live[index]);
          }
        }
        return found;
      };
    """)
    assert window.run(f"differences({live}, () => {anew})") == 0
