from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def multipart(realm: Any) -> Any:
    """A realm whose scripts can reach the modules under test, and write `file(text, name, type)` and `bytes(text)`."""
    environment = realm.environment
    for name, path in {
        "multipart": "xhr/multipart.js",
        "file_module": "file/File.js",
        "blob_parts": "file/blob_parts.js",
    }.items():
        realm._on_agent(
            lambda name=name, path=path: environment.realm.set_property(
                environment.realm.global_this, name, environment.bindings.load(path)
            )
        )
    realm.run(
        """
        globalThis.bytes = (text) => new TextEncoder().encode(text);
        globalThis.file = (text, name, type) => new file_module.File(text === "" ? [] : [bytes(text)], type, name, 0);
        globalThis.encoded = (...entries) => {
          const { chunks, length, boundary } = multipart.encode_multipart_form_data(entries, "B");
          const joined = blob_parts.join_chunks(chunks);
          if (joined.length !== length || boundary !== "B") throw new Error("wrong length");
          return new TextDecoder().decode(joined);
        };
        globalThis.parsed = (body, boundary = "B") => {
          const entries = multipart.parse_multipart_form_data(typeof body === "string" ? bytes(body) : body, boundary);
          return entries && entries.map(([name, value]) =>
            typeof value === "string" ? [name, value] : [name, value.name, value.type, new TextDecoder().decode(blob_parts.join_chunks(value.chunks))]);
        };
        undefined"""
    )
    return realm


def test_encoding_strings_and_files(multipart: Any) -> None:
    assert multipart.run(
        "encoded(['a', 'é\\n'], ['f', file('x\\ny', 'n.txt', 'text/plain')], ['g', file('', '', '')])"
    ) == (
        '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\né\r\n\r\n'
        '--B\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: text/plain\r\n\r\nx\ny\r\n'
        '--B\r\nContent-Disposition: form-data; name="g"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n'
        "--B--\r\n"
    )


def test_no_entries_are_just_the_end(multipart: Any) -> None:
    assert multipart.run("encoded()") == "--B--\r\n"


def test_names_are_escaped_and_their_newlines_normalized_but_not_those_of_file_names(multipart: Any) -> None:
    assert (
        multipart.run("encoded(['\"\\r\\n\\n\\r%22', ''])").split("\r\n")[1]
        == 'Content-Disposition: form-data; name="%22%0D%0A%0D%0A%0D%0A%22"'
    )
    assert multipart.run("encoded(['a', file('', '\"\\n\\r', '')])").split("\r\n")[1].endswith('filename="%22%0A%0D"')


def test_newlines_of_strings_are_normalized(multipart: Any) -> None:
    assert multipart.run("encoded(['a', '\\r\\n\\n\\r'])").split("\r\n\r\n", 1)[1] == "\r\n\r\n\r\n\r\n--B--\r\n"


def test_boundaries_differ(multipart: Any) -> None:
    first, second = multipart.run(
        "[multipart.multipart_form_data_boundary_string(), multipart.multipart_form_data_boundary_string()]"
    )
    assert first != second
    assert first.startswith("----") and 27 <= len(first) <= 70


def test_what_was_encoded_is_parsed_again(multipart: Any) -> None:
    script = """{
      const body = blob_parts.join_chunks(multipart.encode_multipart_form_data([
        ["é\\"\\n", "v\\r\\n--B"], ["f", file("\\r\\n--\\r\\n", "a\\nb\\"", "x/y")], ["g", file("", "", "")], ["", ""],
      ], "B2").chunks);
      parsed(body, "B2");
    }"""
    assert multipart.run(script) == [
        ['é"\r\n', "v\r\n--B"],
        ["f", 'a\nb"', "x/y", "\r\n--\r\n"],
        ["g", "", "application/octet-stream", ""],
        ["", ""],
    ]


PART = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n'


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (PART + "--B--\r\n", [["a", "v"]]),
        (PART + "--B--", [["a", "v"]]),
        (PART + "--B--\r\nepilogue", [["a", "v"]]),
        ("preamble\r\n" + PART + "--B--", [["a", "v"]]),
        ("\r\n" + PART + "--B--", [["a", "v"]]),
        (PART.replace("--B\r\n", "--B \t\r\n") + "--B--", [["a", "v"]]),
        ("--B--\r\n", []),
        ("--B\r\ncontent-disposition:form-data;NAME=a;x=y\r\nX: y\r\n\r\n\r\n--B--", [["a", ""]]),
        (
            "--B\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\nx\r\n--B--",
            [["a", "f", "text/plain", "x"]],
        ),
        (
            '--B\r\nContent-Type: a/b\r\nContent-Disposition: form-data; filename="f;\\"; name="a"\r\n\r\nx\r\n--B--',
            [["a", "f;\\", "a/b", "x"]],
        ),
        ('--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\ufeffé\r\n--B--', [["a", "\ufeffé"]]),
    ],
)
def test_parsing(multipart: Any, body: str, entries: list[list[str]]) -> None:
    assert multipart.run(f"parsed({body!r})") == entries


@pytest.mark.parametrize(
    "body",
    [
        "",
        "--C\r\n",
        "--B",
        "--B\r\n",
        PART,
        PART + "--B",
        PART + "--B-",
        PART.replace("form-data", "attachment") + "--B--",
        PART.replace("; name", "; nam") + "--B--",
        PART.replace('"a"', '"a') + "--B--",
        PART.replace("Disposition: ", "Disposition ") + "--B--",
        "--B\r\n\r\nv\r\n--B--",
        PART.replace("\r\n\r\n", "\r\n") + "--B--",
        PART.replace("\r\n", "\n") + "--B--",
    ],
)
def test_what_cannot_be_understood_is_failure(multipart: Any, body: str) -> None:
    assert multipart.run(f"parsed({body!r})") is None
