"""The process that runs tests, one after another: python -m wpt_harness.engine_process < JOBS > RESULTS

A line of JSON in for each job (`test`, `url`, `time_limit`), a line of JSON out for each result (`TestResult.to_record`). The first line
in holds the settings: `hosts` (host pattern → address, or null) and `any_certificate` (host patterns). The process ends at once when its
input ends, whatever it is doing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.browser import Browser
from engine.network.certificates import CertificatePolicy
from engine.realms import ConsoleMessage
from wpt_harness.executor import Job, run_test


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all tests of a run."""

    hosts: dict[str, str | None]
    any_certificate: tuple[str, ...]

    def to_record(self) -> dict[str, Any]:
        return {"hosts": self.hosts, "any_certificate": list(self.any_certificate)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Settings:
        return cls(record["hosts"], tuple(record["any_certificate"]))

    def new_browser(self, on_console: Callable[[ConsoleMessage], object]) -> Any:
        certificates = CertificatePolicy(accept_anything_for=self.any_certificate)
        return Browser(hosts=self.hosts, certificates=certificates, on_console=on_console)


def main() -> None:
    faulthandler.enable()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else is printed must not come between the results
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(lines,), name="input", daemon=True).start()
    settings = Settings.from_record(json.loads(lines.get()))
    while True:
        result = asyncio.run(run_test(Job(**json.loads(lines.get())), settings.new_browser))
        output.write(json.dumps(result.to_record()) + "\n")


def _read_lines(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
