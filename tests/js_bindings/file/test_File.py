from __future__ import annotations

from typing import Any


def test_a_file_is_a_blob_with_a_name_and_a_time(realm: Any) -> None:
    assert realm.run(
        "{ const f = new File(['ab'], 'x/y\\ud800', { type: 'A/b', lastModified: 5.7 }); [f.name, f.size, f.type, f.lastModified, f instanceof Blob] }"
    ) == [
        "x/y\ufffd",
        2,
        "a/b",
        5,
        True,
    ]


def test_the_time_is_now_if_nobody_said(realm: Any) -> None:
    assert realm.run(
        "{ const before = Date.now(); const { lastModified } = new File([], ''); lastModified >= before && lastModified <= Date.now() }"
    )


def test_a_slice_of_a_file_is_a_blob(realm: Any) -> None:
    assert realm.run("Object.prototype.toString.call(new File(['ab'], 'x').slice(0, 1))") == "[object Blob]"


def test_both_arguments_are_needed(realm: Any) -> None:
    assert realm.error_of("new File(['a'])").startswith("TypeError")
    assert realm.error_of("new File('a', 'b')").startswith("TypeError")


def test_blobs_and_files_can_be_cloned(realm: Any) -> None:
    assert realm.settled(
        """(async () => {
          const file = new File(["ab", "cd"], "name", { type: "a/b", lastModified: 3 });
          const [blob, copy] = structuredClone([file.slice(1, 3, "c/d"), file]);
          return [
            Object.prototype.toString.call(blob), blob.type, blob.size, await blob.text(),
            copy instanceof File, copy.name, copy.type, copy.lastModified, await copy.text(), copy !== file,
          ];
        })()"""
    ) == ["[object Blob]", "c/d", 2, "bc", True, "name", "a/b", 3, "abcd", True]
