"""Rewriting expectations after a run.

Reasons are kept where a deviation stays, and left empty where one is new: a person has to fill them in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from wpt_harness.expectations import EVERYWHERE, Deviation, Expectations, exactly, file_of, read_file, statuses_seen
from wpt_harness.results import Result

_Key: TypeAlias = tuple[str, str | None]
"""A test, or one of its subtests."""


@dataclass(slots=True)
class Changes:
    """What an update did to the files."""

    files: list[Path] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    without_reason: int = 0


def update(folder: Path, results: Sequence[Result]) -> Changes:
    """Make the files of `folder` say what `results` (of one run, or of several of the same tests) showed.

    Tests that were not run keep their deviations. Entries of everywhere.toml, and those that depend on --host, are never
    touched. Raises BadExpectations.
    """
    seen = statuses_seen([result for result in results if result.status != "SKIP"])
    run = {test for test, _ in seen}
    everywhere = folder / EVERYWHERE
    changes = Changes()
    files = {file_of(test) for test in run} | {str(file.relative_to(folder)) for file in folder.rglob("*.toml")}
    for name in sorted(files - {EVERYWHERE}):
        file = folder / name
        before = read_file(file) if file.exists() else []
        general = read_file(everywhere) if everywhere.exists() else []
        after = _rewritten(
            before, general, {key: statuses for key, statuses in seen.items() if file_of(key[0]) == name}, file
        )
        if after == before:
            continue
        changes.files.append(file)
        changes.removed += sum(len(one.subtests or one.tests) for one in before if one not in after)
        changes.added += sum(len(one.subtests or one.tests) for one in after if one not in before)
        changes.without_reason += sum(not one.reason for one in after)
        write_file(file, after)
    return changes


def _rewritten(
    before: list[Deviation], general: list[Deviation], seen: dict[_Key, set[str]], file: Path
) -> list[Deviation]:
    """What a file should say. An entry that is right of everything it names stays as it is; another is written out name by name, and its
    patterns are lost."""
    rules = Expectations([*before, *general])
    claimed: dict[int, list[_Key]] = {}
    fresh: dict[_Key, set[str]] = {}
    for key, statuses in seen.items():
        deviation = rules.deviation(*key)
        if deviation is not None:
            claimed.setdefault(id(deviation), []).append(key)
        if not statuses <= (set(deviation.status) if deviation is not None else {"OK", "PASS"}) and statuses - {
            "OK",
            "PASS",
        }:
            fresh[key] = statuses
    after: list[Deviation] = []
    for deviation in before:
        keys = claimed.get(id(deviation), [])
        right = [key for key in keys if seen[key] <= set(deviation.status)]
        if deviation.without_host is not None:
            after.append(deviation)
            continue
        if "SKIP" in deviation.status or (keys and len(right) == len(keys)):
            after.append(_without_what_is_gone(deviation, keys))
            continue
        after += _entries({key: set(deviation.status) for key in right}, deviation.reason, file)
        not_run = [test for test in deviation.tests if (test, None) not in seen and not (keys and _is_pattern(test))]
        if not_run:
            after.append(replace(deviation, tests=not_run))
    return after + _entries(fresh, "", file)


def _without_what_is_gone(deviation: Deviation, keys: Iterable[_Key]) -> Deviation:
    """The entry without exact names of subtests that no longer exist; patterns stay, and an entry for tests of which some were not run."""
    if deviation.subtests is None or {test for test, _ in keys} != set(deviation.tests):
        return deviation
    names = {exactly(subtest) for _, subtest in keys if subtest is not None}
    subtests = [name for name in deviation.subtests if name in names or _is_pattern(name)]
    return replace(deviation, subtests=subtests)


def _is_pattern(name: str) -> bool:
    return "*" in name.replace("\\*", "")


def _entries(statuses: Mapping[_Key, set[str]], reason: str, file: Path) -> list[Deviation]:
    """One entry for each test and status; tests with the same subtests share one."""
    of_test: dict[tuple[str, bool, tuple[str, ...]], list[str]] = {}
    for (test, subtest), status in statuses.items():
        names = of_test.setdefault((test, subtest is None, tuple(sorted(status))), [])
        if subtest is not None:
            names.append(exactly(subtest))
    shared: dict[tuple[tuple[str, ...] | None, tuple[str, ...]], list[str]] = {}
    for (test, is_test, status_list), names in of_test.items():
        shared.setdefault((None if is_test else tuple(names), status_list), []).append(exactly(test))
    return [
        Deviation(tests, None if names is None else list(names), list(status_list), reason, file)
        for (names, status_list), tests in shared.items()
    ]


def write_file(file: Path, deviations: Sequence[Deviation]) -> None:
    """A file without deviations is removed."""
    if not deviations:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(_entry(deviation) for deviation in deviations), encoding="utf-8")


def _entry(deviation: Deviation) -> str:
    lines = ["[[deviation]]", f"tests = {_strings(deviation.tests)}"]
    if deviation.subtests is not None:
        lines.append(f"subtests = {_strings(deviation.subtests)}")
    status = (
        _string(deviation.status[0])
        if len(deviation.status) == 1
        else "[" + ", ".join(map(_string, deviation.status)) + "]"
    )
    lines += [f"status = {status}", f"reason = {_string(deviation.reason)}"]
    if deviation.without_host is not None:
        lines.append(f"without_host = {_string(deviation.without_host)}")
    return "\n".join(lines) + "\n"


def _strings(values: Sequence[str]) -> str:
    if len(values) == 1:
        return f"[{_string(values[0])}]"
    return "[\n" + "".join(f"    {_string(value)},\n" for value in values) + "]"


def _string(text: str) -> str:
    """A TOML basic string: JSON's form, but for one control character that TOML does not allow bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
