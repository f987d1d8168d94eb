from __future__ import annotations

from typing import Any


def test_strings_and_files(realm: Any) -> None:
    assert realm.settled(
        """(async () => {
          const data = new FormData();
          data.append("a", 1);
          data.append("a", new Blob(["x"], { type: "t/y" }));
          data.append("b", new Blob(["y"]), "name");
          data.append("b", new File(["z"], "old", { lastModified: 7 }));
          data.append("b", new File(["z"], "old", { lastModified: 7 }), "new\\ud800");
          const seen = [];
          for (const [name, value] of data) seen.push(typeof value === "string" ? [name, value] : [name, value.name, value.type, await value.text(), value instanceof File]);
          return [seen, data.getAll("b").map((file) => file.lastModified).slice(1)];
        })()"""
    ) == [
        [
            ["a", "1"],
            ["a", "blob", "t/y", "x", True],
            ["b", "name", "", "y", True],
            ["b", "old", "", "z", True],
            ["b", "new\ufffd", "", "z", True],
        ],
        [7, 7],
    ]


def test_the_methods(realm: Any) -> None:
    realm.run(
        "globalThis.d = new FormData(); for (const [n, v] of [['a', 1], ['b', 2], ['a', 3]]) d.append(n, v); undefined"
    )
    assert realm.run("[d.get('a'), d.get('c'), d.getAll('a'), d.has('b'), d.has('c')]") == [
        "1",
        None,
        ["1", "3"],
        True,
        False,
    ]
    assert realm.run("d.set('a', 4); d.set('c', 5); [...d].join(';')") == "a,4;b,2;c,5"
    assert realm.run("d.delete('a'); [...d.keys()].join()") == "b,c"


def test_a_file_stays_the_same_object(realm: Any) -> None:
    assert realm.run(
        "{ const file = new File([], 'x'); const data = new FormData(); data.append('a', file); data.get('a') === file }"
    )


def test_a_file_name_is_for_blobs_only(realm: Any) -> None:
    assert realm.error_of("new FormData().append('a', 'b', 'c')").startswith("TypeError")


def test_a_form_has_to_be_a_form(realm: Any) -> None:
    for argument in ("null", "{}", "'a'"):
        assert realm.error_of(f"new FormData({argument})").startswith("TypeError")
    assert realm.run("[...new FormData(undefined)].length") == 0
