"""HTML becomes operations."""

from __future__ import annotations

from engine.window.html_parser import DocumentParser, parse_document, parse_fragment


def test_parsing_stops_after_each_script_and_tells_where_it_begins() -> None:
    parser = DocumentParser("<!doctype html>\n<p>\n <script>a</script><script src=b></script>")
    first = parser.next()
    script = next(operation for operation in first.operations if operation[0] == "element" and operation[3] == "script")
    assert first.script == script[1]
    assert script[5:] == [3, 10]
    second = parser.next()
    assert second.script is not None and not second.done
    last = parser.next()
    assert last.done and last.script is None


def test_written_text_comes_before_the_rest() -> None:
    parser = DocumentParser("<script></script><i></i>")
    parser.next()
    parser.write("<b></b>")
    names = [operation[3] for operation in parser.next().operations if operation[0] == "element"]
    assert names == ["body", "b", "i"]


def test_fragments_are_parsed_in_their_context() -> None:
    assert [operation[3] for operation in parse_fragment("<tr><td>a", "table") if operation[0] == "element"] == ["tbody", "tr", "td"]
    assert [operation[3] for operation in parse_fragment("<tr><td>a", "div") if operation[0] == "element"] == []
    assert parse_fragment("a<b", "textarea") == [["text", 0, "a"], ["text", 0, "<"], ["text", 0, "b"]]


def test_a_missing_doctype_means_quirks() -> None:
    assert parse_document("<p>")[0] == ["mode", "quirks"]
    assert ["mode", "quirks"] not in parse_document("<!doctype html><p>")


def test_foreign_attributes_have_their_namespaces() -> None:
    operations = parse_fragment("<svg xlink:href=a viewbox=b></svg>", "div")
    element = next(operation for operation in operations if operation[0] == "element")
    assert element[2] == 1
    assert element[4] == [["href", "a", "http://www.w3.org/1999/xlink", "xlink"], ["viewBox", "b"]]
