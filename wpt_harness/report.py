"""Reports in the format of wpt.fyi: https://github.com/web-platform-tests/wpt.fyi/blob/main/api/README.md#results-creation"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from wpt_harness.errors import BadReport
from wpt_harness.expectations import Judgement
from wpt_harness.results import Result

PRODUCT = "afterpage"


def run_info(revision: str | None) -> dict[str, object]:
    """What wpt.fyi must know of a run: product, browser_version, os, revision; and what the official runner adds."""
    try:
        browser_version = version(PRODUCT)
    except PackageNotFoundError:
        browser_version = "0"
    return {
        "product": PRODUCT,
        "browser_version": browser_version,
        "browser_channel": "experimental",
        "os": {"linux": "linux", "darwin": "mac", "win32": "win"}.get(sys.platform, sys.platform),
        "os_version": platform.release(),
        "processor": platform.machine(),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "python_version": platform.python_version(),
        "revision": revision or "unknown",
        "debug": False,
        "headless": True,
    }


@dataclass(slots=True)
class Report:
    """One run. `time_start`, `time_end`: seconds since 1970. `judgements` in the order of the tests' names.

    `interrupted`: it was given up, and has only what had come by then.
    """

    run_info: Mapping[str, Any]
    time_start: float
    time_end: float
    judgements: Sequence[Judgement] = field(default_factory=list)
    interrupted: bool = False

    @property
    def results(self) -> list[Result]:
        return [judgement.result for judgement in self.judgements]


def to_wptreport(report: Report) -> dict[str, Any]:
    """The JSON that the official runner writes with --log-wptreport."""
    return {
        "run_info": dict(report.run_info),
        "time_start": round(report.time_start * 1000),
        "time_end": round(report.time_end * 1000),
        "subsuites": {},
        "results": [_test_record(judgement) for judgement in report.judgements],
    }


def _test_record(judgement: Judgement) -> dict[str, Any]:
    result = judgement.result
    record: dict[str, Any] = {
        "test": result.test,
        "subsuite": "",
        "status": result.status,
        "message": result.message,
        "duration": round(result.duration * 1000),
    }
    _add_expected(record, result.status, judgement.expected)
    record["subtests"] = []
    for subtest in result.subtests:
        entry: dict[str, Any] = {"name": subtest.name, "status": subtest.status, "message": subtest.message}
        _add_expected(entry, subtest.status, judgement.expected_subtests.get(subtest.name, ("PASS",)))
        record["subtests"].append(entry)
    return record


def _add_expected(record: dict[str, Any], status: str, expected: Sequence[str]) -> None:
    """`expected` only where it differs; `known_intermittent` where several statuses are known."""
    if status != expected[0]:
        record["expected"] = expected[0]
    if len(expected) > 1:
        record["known_intermittent"] = list(expected[1:])


def write_report(report: Report, file: Path) -> None:
    """Whole or not at all. Raises BadReport."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(to_wptreport(report)) + "\n", encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise BadReport(f"the report cannot be written to {file}: {error.strerror}") from error


def check_writable(file: Path) -> None:
    """Better before a long run than after it. Raises BadReport."""
    folder = next(one for one in (file.parent, *file.parent.absolute().parents) if one.exists())
    if file.is_dir() or not folder.is_dir() or not os.access(file if file.exists() else folder, os.W_OK):
        raise BadReport(f"the report cannot be written to {file}")


def read_results(file: Path) -> tuple[dict[str, Any], list[Result]]:
    """The run_info and the results of any wptreport, whoever wrote it. Raises BadReport."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        results = [_result(record) for record in content["results"]]
        return dict(content.get("run_info", {})), results
    except OSError as error:
        raise BadReport(f"{file}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadReport(f"{file} is no report in the format of wptreport: {error!r}") from error


def _result(record: Mapping[str, Any]) -> Result:
    subtests: Iterable[Mapping[str, Any]] = record.get("subtests", ())
    found = [[subtest["name"], subtest["status"], subtest.get("message"), None] for subtest in subtests]
    return Result.from_record(
        {
            "test": record["test"],
            "status": record["status"],
            "message": record.get("message"),
            "stack": None,
            "subtests": found,
            "duration": record.get("duration", 0) / 1000,
            "log": [],
        }
    )
