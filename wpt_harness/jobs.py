"""What the runner and the processes that run tests say to each other. Nothing of the engine is needed for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

EXTRA_TIME: Final = 5.0
"""Seconds a test may take beyond its own limit, at which testharness.js itself ends it, as in the official runner."""


@dataclass(frozen=True, slots=True)
class Job:
    """A test to run. `test`: its name, in the result; `url`: where it is; `time_limit`: seconds after which testharness.js ends it."""

    test: str
    url: str
    time_limit: float

    def to_record(self) -> dict[str, Any]:
        return {"test": self.test, "url": self.url, "time_limit": self.time_limit}


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all tests of a run.

    `hosts`: host pattern → address, None for a host that is to be unknown. `any_certificate`: patterns of hosts whose certificates
    are not looked at. `scripts`: path → text of scripts that the server cannot be told to serve. `plain_quota_errors`: what the
    checkout's tests expect, see `engine.Browser`.
    """

    hosts: dict[str, str | None]
    any_certificate: tuple[str, ...]
    scripts: dict[str, str] = field(default_factory=dict)
    plain_quota_errors: bool = False

    def to_record(self) -> dict[str, Any]:
        return {
            "hosts": self.hosts,
            "any_certificate": list(self.any_certificate),
            "scripts": self.scripts,
            "plain_quota_errors": self.plain_quota_errors,
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Settings:
        return cls(
            record["hosts"], tuple(record["any_certificate"]), record["scripts"], record.get("plain_quota_errors", False)
        )
