from __future__ import annotations

from typing import Any

import pytest

EVENTS = "['loadstart', 'progress', 'load', 'abort', 'error', 'loadend']"


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("readAsText(new Blob(['é']))", "é"),
        ("readAsText(new Blob([new Uint8Array([0xE9])]), 'latin1')", "é"),
        ("readAsText(new Blob([new Uint8Array([0xE9])], { type: 'text/plain;charset=latin1' }))", "é"),
        ("readAsText(new Blob([new Uint8Array([0xC3, 0xA9])], { type: 'text/plain;charset=nope' }), 'nope')", "é"),
        ("readAsText(new Blob([new Uint8Array([0xFE, 0xFF, 0, 0x61])]), 'utf-8')", "a"),
        ("readAsDataURL(new Blob(['abc'], { type: 'a/b;c=d' }))", "data:a/b;c=d;base64,YWJj"),
        ("readAsDataURL(new Blob([]))", "data:application/octet-stream;base64,"),
        ("readAsBinaryString(new Blob([new Uint8Array([0, 0xFF])]))", "\x00\xff"),
        ("readAsArrayBuffer(new Blob(['abc']))", "[object ArrayBuffer] 3"),
    ],
)
def test_reading(realm: Any, call: str, result: str) -> None:
    assert (
        realm.settled(
            f"""new Promise((resolve) => {{
          const reader = new FileReader();
          reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : `${{reader.result}} ${{reader.result.byteLength}}`);
          reader.{call};
        }})"""
        )
        == result
    )


@pytest.mark.parametrize(
    ("parts", "events"),
    [
        ("['ab']", ["loadstart 1 0/2", "progress 1 2/2", "load 2 2/2", "loadend 2 2/2"]),
        ("[]", ["loadstart 1 0/0", "load 2 0/0", "loadend 2 0/0"]),
    ],
)
def test_the_events(realm: Any, parts: str, events: list[str]) -> None:
    assert (
        realm.settled(
            f"""new Promise((resolve) => {{
          const reader = new FileReader();
          const seen = [];
          for (const name of {EVENTS}) {{
            reader.addEventListener(name, (event) => {{
              seen.push(`${{event.type}} ${{reader.readyState}} ${{event.loaded}}/${{event.total}}`);
              if (name === "loadend") resolve(seen);
            }});
          }}
          reader.readAsText(new Blob({parts}));
        }})"""
        )
        == events
    )


def test_one_read_at_a_time(realm: Any) -> None:
    assert realm.error_of(
        "{ const r = new FileReader(); r.readAsText(new Blob()); r.readAsText(new Blob()); }"
    ).startswith("InvalidStateError")


def test_aborting_takes_the_tasks_back(realm: Any) -> None:
    assert realm.settled(
        f"""(async () => {{
          const reader = new FileReader();
          const seen = [];
          for (const name of {EVENTS}) reader.addEventListener(name, () => seen.push(name));
          reader.abort();
          reader.readAsText(new Blob(["a"]));
          reader.abort();
          seen.push(reader.readyState, reader.result, reader.error);
          await new Promise((resolve) => {{
            const other = new FileReader();
            other.onloadend = resolve;
            other.readAsText(new Blob(["a"]));
          }});
          return seen;
        }})()"""
    ) == ["abort", "loadend", 2, None, None]


def test_a_read_that_is_begun_in_load_has_no_loadend_before_it(realm: Any) -> None:
    assert realm.settled(
        f"""new Promise((resolve) => {{
          const reader = new FileReader();
          const seen = [];
          for (const name of {EVENTS}) reader.addEventListener(name, () => seen.push(name));
          reader.addEventListener("load", () => reader.readAsText(new Blob()), {{ once: true }});
          reader.addEventListener("loadend", () => resolve(seen));
          reader.readAsText(new Blob());
        }})"""
    ) == ["loadstart", "load", "loadstart", "load", "loadend"]


def test_a_worker_can_read_without_waiting(realm: Any) -> None:
    assert realm.run(
        "new FileReaderSync().readAsText(new Blob(['é'])) + new FileReaderSync().readAsDataURL(new Blob(['a'], { type: 'a/b' }))"
    ) == ("édata:a/b;base64,YQ==")
