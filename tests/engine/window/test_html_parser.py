"""HTML becomes operations."""

from __future__ import annotations

from typing import Any

import pytest

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


DOCUMENTS = [
    "<!doctype html><html lang=en><head><title>a &amp; b</title><script>if (a < b) x('</p>')</script></head><body class='x &lt; y'>text<p>more",
    "<!-- a - comment -- with dashes --><!bogus ><?xml version='1.0'?><p a=1 a=2 B='x' c=\"y\" d>&notit; &notin; &#x41;&#66 &unknown;</p>\r\n\r<pre>\r\nx</pre>",
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/x\"><table>foster<tr><td>a</table><b><i>x</b>y</i>",
    "<svg><![CDATA[a]]b>c]]><title>t</title></svg><textarea>\n<b></textarea><style>a{}</style><plaintext></p>",
    "<script><!-- <script> </script> --></script><a href='x&copy=1&copy;'>\0</a></body> <!-- after --> text",
]


def tree_of(operations: list[list[Any]]) -> list[Any]:
    """The operations, with text that follows text made one."""
    merged: list[Any] = []
    for operation in operations:
        if operation[0] == "text" and merged and merged[-1][0] == "text" and merged[-1][1] == operation[1] and len(operation) == len(merged[-1]) == 3:
            merged[-1] = ["text", operation[1], merged[-1][2] + operation[2]]
        else:
            merged.append(operation)
    return merged


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_a_document_in_pieces_is_the_same_document(document: str, size: int) -> None:
    parser = DocumentParser("", ended=False)
    operations: list[Any] = []
    places = [document[start : start + size] for start in range(0, len(document), size)]
    for place in places:
        parser.feed(place)
        while not (step := parser.next()).waiting:
            operations += step.operations
        operations += step.operations
    parser.end()
    while not (step := parser.next()).done:
        operations += step.operations
    operations += step.operations
    assert tree_of(sorted(operations, key=lambda operation: operation[0] == "mode")) == tree_of(
        sorted(parse_document(document), key=lambda operation: operation[0] == "mode")
    )


def test_something_long_without_an_end_is_not_looked_at_again_with_every_piece() -> None:
    parser = DocumentParser("<!", ended=False)
    tries = 0
    rewind = parser._stream.rewind

    def counted() -> None:
        nonlocal tries
        tries += 1
        rewind()

    parser._stream.rewind = counted  # type: ignore[method-assign]
    for _ in range(20_000):
        parser.feed("0" * 10)
        assert parser.next().waiting
    assert tries < 500
    parser.feed("><p>")
    parser.end()
    assert next(operation[0] for operation in parser.next().operations if operation[0] != "mode") == "comment"


def test_numbers_of_many_digits_are_no_characters() -> None:
    digits = "9" * 100_000
    [[_, _, text]] = parse_fragment(f"&#{digits};&#x{digits};&#{'0' * 100_000}65;", "textarea")[:1]
    texts = [operation[2] for operation in parse_fragment(f"&#{digits};&#x{digits};&#{'0' * 100_000}65;", "textarea")]
    assert "".join(texts) == "\ufffd\ufffdA" and text == "\ufffd"


def test_what_is_written_twice_comes_in_that_order() -> None:
    parser = DocumentParser("<script></script><i></i>")
    parser.next()
    parser.write("<b>")
    parser.write("</b><u></u>")
    names = [operation[3] for operation in parser.next().operations if operation[0] == "element"]
    assert names == ["body", "b", "u", "i"]
