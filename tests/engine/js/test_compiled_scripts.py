"""Large classic scripts, parsed once on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.js import JSError, Realm, Runtime, compiled_scripts
from engine.js.compiled_scripts import SMALLEST
from engine.js.page_modules import use_page_modules
from engine.storage.cache_folder import CacheFolder

PADDING = f"/*{'-' * SMALLEST}*/"
URL = "https://example.test/a.js"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled_scripts, "_disk", CacheFolder(tmp_path / "scripts"))
    monkeypatch.setattr(compiled_scripts, "_memory", {})
    return tmp_path / "scripts"


@pytest.fixture
def realm(folder: Path) -> Iterator[Realm]:
    runtime = Runtime()
    yield runtime.new_realm()
    runtime.dispose()


def forget() -> None:
    """As in a new process."""
    compiled_scripts._memory.clear()


def no_more_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile(*arguments: object, **options: object) -> bytes:
        raise AssertionError("it was compiled again")

    monkeypatch.setattr(Realm, "compile", compile)


def test_a_large_script_is_compiled_once(realm: Realm, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert realm.eval_script(f"{PADDING} 1 + 1", URL) == 2
    assert len(list(folder.iterdir())) == 1
    no_more_compiling(monkeypatch)
    assert realm.eval_script(f"{PADDING} 1 + 1", URL) == 2
    forget()
    assert realm.run_script(realm.parse_script(f"{PADDING} 1 + 1", URL)) == 2


def test_a_small_script_is_not_kept(realm: Realm, folder: Path) -> None:
    assert realm.eval_script("1 + 1", URL) == 2
    assert not folder.exists()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("url", [URL, "https://example.test/a-longer-name-than-the-first-one.js?" + "q" * 200, "x"])
def test_stack_traces_have_the_address_and_the_line(realm: Realm, url: str, again: bool) -> None:
    script = f"{PADDING}\nfunction broken() {{\n  throw new Error('no');\n}}\n"
    realm.eval_script(script, "https://example.test/first.js", 1)
    if again:
        forget()
    realm.eval_script(script, url, 10)
    with pytest.raises(JSError) as caught:
        realm.eval_script("broken()")
    place = caught.value.place
    assert place is not None
    assert (place.url, place.line, place.column) == (url, 12, 13)
    assert "throw new Error('no')" in (realm.excerpt(place) or "")


def test_import_in_it_is_relative_to_its_address(realm: Realm) -> None:
    asked: list[tuple[str, str]] = []

    class Modules:
        def resolve(self, realm: Realm, base: str, specifier: str) -> str:
            asked.append((base, specifier))
            return f"{base}/{specifier}"

        def source(self, realm: Realm, url: str) -> str:
            return ""

    realm.runtime.page_modules = Modules()
    use_page_modules(realm.runtime)
    for url in (URL, "https://other.test/b.js"):
        realm.eval_script(f"{PADDING} import('./m.js'); 0", url)
        realm.runtime.perform_jobs()
    assert asked == [(URL, "./m.js"), ("https://other.test/b.js", "./m.js")]


def test_functions_keep_their_source_text(realm: Realm) -> None:
    for _ in range(2):
        assert realm.eval_script(f"{PADDING} (function named(a) {{ return a }}).toString()", URL) == "function named(a) { return a }"


def test_everything_the_language_has_survives(realm: Realm) -> None:
    script = f"""{PADDING}
    class A {{ #x = 1n; static s = /a(?<n>b)/gu; get x() {{ return this.#x }} static {{ A.t = `${{1}}\\u{{1F600}}` }} has(o) {{ return #x in o }} }}
    const tag = (strings, ...v) => strings.raw.join('|') + v;
    async function* numbers() {{ yield* [1, 2] }}
    var {{ a = 5, ...rest }} = {{ b: 6 }};
    label: for (const i of [0, 1]) {{ if (i) continue label }}
    [typeof new A().x, A.s.flags, A.t.length, new A().has(new A()), tag`a\\n${{1}}b`, a, rest.b, 1.5e300, '\\ud800', eval('a + 1'), new.target === undefined || 0]
    .map(String).join(' ')
    """.replace(", new.target === undefined || 0", "")
    first = realm.runtime.new_realm().eval_script(script, URL)
    forget()
    assert realm.eval_script(script, URL) == first == "bigint gu 3 true a\\n|b1 5 6 1.5e+300 \ud800 6"


def test_a_script_that_cannot_be_parsed_is_told_with_its_own_address(realm: Realm, folder: Path) -> None:
    with pytest.raises(JSError, match="SyntaxError") as caught:
        realm.eval_script(f"{PADDING}\na b", URL)
    assert caught.value.place is not None and (caught.value.place.url, caught.value.place.line) == (URL, 2)
    assert not folder.exists()


def test_strings_of_a_script_are_never_taken_for_its_address(realm: Realm, folder: Path) -> None:
    realm.eval_script(PADDING, URL)
    (file,) = folder.iterdir()
    for _ in range(2):
        assert realm.eval_script(f"{PADDING} 'script {file.name}'", URL) == f"script {file.name}"


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_made_again(realm: Realm, folder: Path, damage: bytes | None) -> None:
    realm.eval_script(f"{PADDING} 1", URL)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    forget()
    assert realm.eval_script(f"{PADDING} 1", URL) == 1
    assert file.read_bytes() == whole
