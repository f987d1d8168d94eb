from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def files(realm: Any) -> Any:
    """A realm with a FileList of two files, `list`."""
    environment = realm.environment
    for name, path in {
        "file_module": "file/File.js",
        "list_module": "file/FileList.js",
        "border": "webidl/platform_objects.js",
    }.items():
        realm._on_agent(
            lambda name=name, path=path: environment.realm.set_property(
                environment.realm.global_this, name, environment.bindings.load(path)
            )
        )
    realm.run(
        """
        const made = ["a", "b"].map((name) => new file_module.File([], "", name));
        globalThis.list = border.platform_object_of(new list_module.FileList(made));
        undefined"""
    )
    return realm


def test_a_list_of_files(files: Any) -> None:
    assert files.run(
        "[list.length, list[0].name, list.item(1).name, list.item(2), list[2], [...list].length, 1 in list]"
    ) == [
        2,
        "a",
        "b",
        None,
        None,
        2,
        True,
    ]
    assert files.run("list[0] === list.item(0)")


def test_a_list_can_be_cloned(files: Any) -> None:
    assert files.run(
        "{ const copy = structuredClone(list); [copy instanceof FileList, copy.length, copy[1].name, copy[1] !== list[1]] }"
    ) == [True, 2, "b", True]
