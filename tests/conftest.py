"""Options of the test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=20, help="how often tests/flows/test_crash.py ends a process")
    parser.addoption("--seed", type=int, default=4, help="when it does so; by default the same every time")
    parser.addoption(
        "--write-reliability",
        action="store_true",
        help="let tests/engine/background_fetch/test_faults.py write docs/RELIABILITY.md (with -n0)",
    )
    parser.addoption("--every-value", action="store_true", help="let tests/security/test_foreign_profiles.py take its time")
    parser.addoption("--every-step", action="store_true", help="let tests/engine/storage/test_interrupted_repair.py end every step")
