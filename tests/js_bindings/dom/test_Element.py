"""Attributes, classes, markup."""

from __future__ import annotations

from typing import Any


def test_attributes_are_set_read_and_removed(window: Any) -> None:
    window.run("var d = document.createElement('div')")
    assert window.run("d.setAttribute('TITLE', 'x'); d.toggleAttribute('hidden'); [d.title, d.getAttribute('title'), d.hidden, d.getAttributeNames()]") == ["x", "x", True, ["title", "hidden"]]
    assert window.run("d.removeAttribute('title'); d.hidden = false; [d.getAttribute('title'), d.attributes.length]") == [None, 0]
    assert window.error_of("d.setAttribute('a b', '')").startswith("InvalidCharacterError")


def test_attribute_nodes_stand_for_their_attribute(window: Any) -> None:
    assert window.run("var d = document.createElement('div'); d.id = 'x'; var attr = d.attributes.id; attr.value = 'y'; [d.id, attr === d.getAttributeNode('id'), attr.ownerElement === d, d.attributes[0].name]") == ["y", True, True, "id"]
    assert window.run("d.removeAttributeNode(attr); [attr.ownerElement, attr.value]") == [None, "y"]
    assert window.run("var other = document.createElement('p'); other.setAttributeNode(attr); other.id") == "y"
    assert window.error_of("d.setAttributeNode(attr)").startswith("InUseAttributeError")


def test_namespaces_are_kept_apart(window: Any) -> None:
    window.run("var NS = 'http://www.w3.org/1999/xlink'; var e = document.createElementNS('http://www.w3.org/2000/svg', 'svg')")
    assert window.run("e.setAttributeNS(NS, 'xlink:href', 'a'); e.setAttribute('href', 'b'); [e.getAttributeNS(NS, 'href'), e.getAttribute('href'), e.getAttribute('xlink:href'), e.tagName, e.namespaceURI]") == ["a", "b", "a", "svg", "http://www.w3.org/2000/svg"]
    assert window.error_of("e.setAttributeNS(null, 'a:b', '')").startswith("NamespaceError")


def test_classes_are_a_token_list(window: Any) -> None:
    assert window.run("var d = document.createElement('div'); d.className = ' a  b a '; [[...d.classList], d.classList.contains('b'), d.classList.replace('a', 'c'), d.className, d.classList.toggle('b'), d.classList.value]") == [["a", "b"], True, True, "c b", False, "c"]
    assert window.error_of("d.classList.add('x y')").startswith("InvalidCharacterError")
    assert window.error_of("d.classList.add('')").startswith("SyntaxError")


def test_markup_is_parsed_in_its_context_and_written_out(window: Any) -> None:
    window.run("var t = document.createElement('table'); t.innerHTML = '<tr><td>a&amp;b<td title=\\'\"\\'>'")
    assert window.run("t.outerHTML") == '<table><tbody><tr><td>a&amp;b</td><td title="&quot;"></td></tr></tbody></table>'
    assert window.run("var d = document.createElement('div'); d.innerHTML = '<p>x'; d.firstChild.insertAdjacentHTML('beforebegin', '<i>'); d.insertAdjacentHTML('beforeend', 'end'); d.innerHTML") == "<i></i><p>x</p>end"
    assert window.run("d.firstChild.outerHTML = 'a<br>b'; d.innerHTML") == "a<br>b<p>x</p>end"


def test_templates_keep_their_content_to_themselves(window: Any) -> None:
    assert window.run("var d = document.createElement('div'); d.innerHTML = '<template><li class=x>1</template>'; var t = d.firstChild; [t.childNodes.length, t.content.firstChild.className, d.querySelector('li'), t.innerHTML, d.cloneNode(true).firstChild.content.textContent, t.content.ownerDocument === document]") == [0, "x", None, '<li class="x">1</li>', "1", False]


def test_elements_are_found_by_id_name_and_class(window: Any) -> None:
    window.run("document.body.innerHTML = '<a id=x name=n class=\"k l\"></a><b id=x class=k></b>'")
    assert window.run("[document.getElementById('x').tagName, document.getElementsByClassName('k').length, document.getElementsByClassName('l k').length, document.getElementsByName('n').length, document.getElementsByTagName('*').length]") == ["A", 2, 1, 1, 5]
    assert window.run("document.getElementById('x').remove(); document.getElementById('x').tagName") == "B"
    assert window.run("document.getElementById('x').id = 'y'; [document.getElementById('x'), document.getElementById('y').tagName]") == [None, "B"]


def test_collections_have_their_members_by_name(window: Any) -> None:
    window.run("document.body.innerHTML = '<form name=f></form><form id=g></form>'")
    assert window.run("[document.forms.f === document.forms[0], document.forms.namedItem('g') === document.forms[1], 'g' in document.forms, Object.keys(document.forms), document.f === document.forms[0]]") == [True, True, True, ["0", "1"], True]
