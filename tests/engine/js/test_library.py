"""Where the engine comes from, and what happens where it is not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.js import declarations, library


def test_the_version_in_use_is_the_one_the_declarations_are_for() -> None:
    assert library.ffi.string(library.lib.JS_GetVersion()).decode() == library.ENGINE_VERSION


def test_what_is_loaded_was_made_of_the_declarations(tmp_path: Path) -> None:
    """Else: python -m engine.js.declarations"""
    declarations.write_compiled(tmp_path / "compiled_declarations.py")
    assert (tmp_path / "compiled_declarations.py").read_text() == declarations.COMPILED.read_text()


def test_a_missing_package_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install quickjs-ng"):
        library.load_engine()


def test_a_platform_whose_package_does_not_export_the_engine_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "ffi", SimpleNamespace(dlopen=lambda path: SimpleNamespace()))
    with pytest.raises(ImportError, match="does not export the JavaScript engine"):
        library.load_engine()


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = library.ffi

    class Other:
        def JS_GetVersion(self) -> Any:
            return real.new("char[]", b"9.9.9")

    monkeypatch.setattr(library, "ffi", SimpleNamespace(dlopen=lambda path: Other(), string=real.string))
    with pytest.raises(ImportError, match=r"needs the JavaScript engine quickjs-ng 0\.17\.0, but 9\.9\.9"):
        library.load_engine()


def test_each_build_of_the_engine_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = library.engine_build()
    monkeypatch.setattr(library.importlib.metadata, "version", lambda name: "0.17.0.3")
    assert library.engine_build() != ours
