"""Changes are told of, in microtasks."""

from __future__ import annotations

from typing import Any


def test_changes_of_all_kinds_are_recorded(window: Any) -> None:
    assert window.settled("""(async () => {
      const d = document.createElement("div");
      const seen = [];
      new MutationObserver((records, observer) => seen.push(...records.map(r => [r.type, r.attributeName, r.oldValue, r.addedNodes.length, r.removedNodes.length])))
        .observe(d, { childList: true, attributes: true, attributeOldValue: true, characterData: true, characterDataOldValue: true, subtree: true });
      d.title = "a"; d.title = "b";
      d.append("text"); d.firstChild.data = "other";
      d.firstChild.remove();
      await null;
      return seen;
    })()""") == [
        ["attributes", "title", None, 0, 0], ["attributes", "title", "a", 0, 0], ["childList", None, None, 1, 0], ["characterData", None, "text", 0, 0], ["childList", None, None, 0, 1],
    ]


def test_what_was_removed_is_watched_until_the_microtask(window: Any) -> None:
    assert window.settled("""(async () => {
      const d = document.createElement("div"); d.innerHTML = "<p>";
      const p = d.firstChild, seen = [];
      new MutationObserver(records => seen.push(records.length)).observe(d, { attributes: true, subtree: true });
      p.remove(); p.title = "watched"; await null;
      p.title = "not any more"; await null;
      return seen;
    })()""") == [1]


def test_a_disconnected_observer_hears_nothing(window: Any) -> None:
    assert window.settled("""(async () => {
      const d = document.createElement("div"), observer = new MutationObserver(() => { throw 1 });
      observer.observe(d, { attributes: true });
      d.title = "x";
      const records = observer.takeRecords();
      d.title = "y"; observer.disconnect(); await null;
      return records.length;
    })()""") == 1


def test_nonsense_cannot_be_observed(window: Any) -> None:
    assert window.error_of("new MutationObserver(() => {}).observe(document, {})").startswith("TypeError")
    assert window.error_of("new MutationObserver(() => {}).observe(document, { attributeOldValue: true, attributes: false })").startswith("TypeError")
