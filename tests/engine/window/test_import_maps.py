"""Import maps: what specifiers lead to, and what later maps may change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.infra import FAILURE
from engine.url import URL, parse_url
from engine.webidl.exceptions import JSTypeError
from engine.window.import_maps import DocumentImportMap, parse_an_import_map_string


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert parsed is not FAILURE
    return parsed


BASE = "https://example.test/app/index.html"
warnings: list[str] = []


def add(document: DocumentImportMap, import_map: Any) -> None:
    text = import_map if isinstance(import_map, str) else json.dumps(import_map)
    document.merge(parse_an_import_map_string(text, url(BASE), warnings.append), warnings.append)


def of(import_map: Any) -> DocumentImportMap:
    document = DocumentImportMap()
    add(document, import_map)
    return document


def resolve(document: DocumentImportMap, specifier: str, base: str = BASE) -> str | None:
    try:
        return document.resolve(specifier, url(base)).serialized
    except JSTypeError:
        return None


@pytest.mark.parametrize(
    ("specifier", "result"),
    [
        ("lib", "https://example.test/lib.js"),
        ("lib/x", None),
        ("dir/", "https://example.test/app/d/"),
        ("dir/x.js", "https://example.test/app/d/x.js"),
        ("dir/sub/x.js", "https://example.test/app/s/x.js"),
        ("dir/../../x.js", None),
        ("dir", None),
        ("nowhere", None),
        ("none", None),
        ("not-a-folder/x", None),
        ("./relative.js", "https://example.test/elsewhere.js"),
        ("https://example.test/app/relative.js", "https://example.test/elsewhere.js"),
        ("https://other.test/x", "https://example.test/app/d/x"),
        ("https://third.test/x", "https://third.test/x"),
        ("data:text/plain,/x", "data:text/plain,/x"),
        ("/x", "https://example.test/x"),
        ("x", None),
        ("", None),
    ],
)
def test_specifiers_lead_to_the_most_specific_address(specifier: str, result: str | None) -> None:
    document = of(
        {
            "imports": {
                "lib": "/lib.js", "dir/": "./d/", "dir/sub/": "./s/", "nowhere": None, "none": "bare", "not-a-folder/": "/file",
                "./relative.js": "/elsewhere.js", "https://other.test/": "./d/", "data:text/plain,/": "/data/", "": "/empty",
            }
        }
    )  # fmt: skip
    assert resolve(document, specifier) == result


def test_scopes_go_before_what_is_said_for_all() -> None:
    document = of(
        {
            "imports": {"lib": "/lib.js", "other": "/other.js"},
            "scopes": {"/a/": {"lib": "/a.js"}, "/a/b/": {"lib": "/b.js", "other": None}, "/exact.js": {"lib": "/exact-lib.js"}},
        }
    )
    for base, result in [("/x", "lib"), ("/a/x", "a"), ("/a/b/x", "b"), ("/a", "lib"), ("/exact.js", "exact-lib"), ("/exact.js/x", "lib")]:
        assert resolve(document, "lib", "https://example.test" + base) == f"https://example.test/{result}.js"
    assert resolve(document, "other", "https://example.test/a/x") == "https://example.test/other.js"
    assert resolve(document, "other", "https://example.test/a/b/x") is None


def test_what_was_resolved_is_not_changed_by_later_maps() -> None:
    document = of({"imports": {"lib": "/lib.js"}})
    assert resolve(document, "lib") == "https://example.test/lib.js"
    assert resolve(document, "/dir/x.js") == "https://example.test/dir/x.js"
    assert resolve(document, "bare") is None
    add(
        document,
        {
            "imports": {"lib": "/second.js", "bare": "/bare.js", "/dir/": "/elsewhere/", "/dir/x.js": "/y.js", "more": "/more.js"},
            "scopes": {"/app/": {"lib": "/third.js", "/dir/": "/elsewhere/", "more": "/scoped.js"}},
        },
    )
    for specifier, result in [("lib", "lib.js"), ("bare", "bare.js"), ("/dir/x.js", "dir/x.js"), ("more", "scoped.js")]:
        assert resolve(document, specifier) == f"https://example.test/{result}"
    add(document, {"imports": {"unused": "/first.js"}, "integrity": {"/s.js": "sha256-a"}})
    add(document, {"imports": {"unused": "/second.js"}, "integrity": {"/s.js": "sha256-b", "bare": "sha256-c", "/n.js": 1}})
    assert resolve(document, "unused") == "https://example.test/first.js"
    assert [document.integrity_of(url(f"https://example.test/{name}.js")) for name in "snx"] == ["sha256-a", "", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "has to be a JSON object"),
        ("null", "has to be a JSON object"),
        ('{"imports": []}', '"imports" of an import map'),
        ('{"scopes": 1}', '"scopes" of an import map'),
        ('{"integrity": null}', '"integrity" of an import map'),
        ('{"scopes": {"/": 1}}', "the scope"),
        ('{"x":' + "[" * 100_000 + "]" * 100_000 + "}", "cannot be read"),
    ],
)
def test_what_is_no_import_map_is_a_type_error(text: str, message: str) -> None:
    with pytest.raises(JSTypeError, match=message):
        of(text)


def test_what_is_strange_is_warned_of_and_left_out() -> None:
    warnings.clear()
    document = of('{"nonsense": ' + "9" * 10_000 + ', "imports": {"": "/x", "a": 5, "b/": "/b"}, "scopes": {"https://": {}}}')
    assert len(warnings) == 5 and '"nonsense"' in "".join(warnings)
    assert resolve(document, "a") is None


async def test_pages_import_what_their_maps_say(site: Any) -> None:
    site.script("/real.js", "export default 'real'; globalThis.ran = true")
    site.script("/entry.js", "import lib from 'lib'; console.log(lib)")
    page = await site.open(
        """<script>addEventListener("error", event => { console.log("error: " + (event.error ?? "").name); event.preventDefault() }, true)</script>
        <script type=importmap>{"imports": {"lib": "/real.js", "bad": "/real.js?bad"}, "integrity": {"/real.js?bad": "sha256-AAAA"}}</script>
        <script type=importmap>{</script><script type=importmap>[]</script><script type=importmap src=x></script>
        <script type=module>import lib from "lib"; console.log("inline " + lib + " " + import.meta.resolve("lib"))</script>
        <script type=module src=entry.js></script>"""
    )
    said = [said.partition(" (")[0] for said in site.said]
    assert said.pop(said.index("error: undefined")) and said == [
        "error: SyntaxError", "error: TypeError", "inline real https://example.test/real.js", "real"
    ]  # fmt: skip
    assert await page.evaluate("import('bad').catch(error => error.name)") == "TypeError"
    assert await page.evaluate("import('unmapped').catch(error => error.name)") == "TypeError"
    assert await page.evaluate("HTMLScriptElement.supports('importmap')") is True


async def test_imports_are_allowed_by_the_nonce_of_the_script_that_asks(site: Any) -> None:
    site.script("/real.js?[12]", "console.log('ran')")
    site.page(
        "/",
        "<script nonce=n>import('/real.js?1')</script><script type=module nonce=n>import '/real.js?2'</script>",
        (b"Content-Security-Policy", b"script-src 'nonce-n'"),
    )
    page = await site.open()
    await page.evaluate("0")
    assert site.said == ["ran", "ran"]
