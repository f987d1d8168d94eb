"""A run from end to end: the server, the list of tests, the processes, the judgement."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from wpt_harness.checkout import Checkout, wants_plain_quota_errors
from wpt_harness.expectations import Expectations, Judgement
from wpt_harness.jobs import Job, Settings
from wpt_harness.manifest import Test, chunk, discover
from wpt_harness.mounts import mounts_of
from wpt_harness.page_scripts import write_page_scripts
from wpt_harness.permissive_server import serve_permissively
from wpt_harness.report import Report, run_info
from wpt_harness.results import Result
from wpt_harness.server import RunningServer, host_map, hosts_with_any_certificate, serve
from wpt_harness.workers import COMMAND, Engines

PERMISSIVE: Final = "permissive"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, and how. `hosts`: what --host adds: host → address, with a port after a colon if need be, or "permissive" for
    a server of ours that allows everything.

    `durations`: seconds each test took last time; the slowest begin first. `command`: the program that runs tests.
    `exclude`: what the URLs of tests that are left out begin with.
    """

    checkout: Checkout
    selection: Sequence[str]
    expectations: Expectations = field(default_factory=Expectations)
    jobs: int = 1
    timeout_multiplier: float = 1.0
    hosts: Mapping[str, str] = field(default_factory=dict)
    this_chunk: int = 1
    total_chunks: int = 1
    durations: Mapping[str, float] = field(default_factory=dict)
    command: Sequence[str] = COMMAND
    exclude: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything stands: the tests are known and the server answers."""

    plan: Plan
    tests: Sequence[Test]
    server: RunningServer
    settings: Settings
    engines: Engines

    def run(self, on_result: Callable[[Judgement], object] = lambda judgement: None) -> Report:
        """Run all tests once. `on_result` is called on this thread, as results come. Ctrl-C ends it early. Raises ServerFailed."""
        plan, started = self.plan, time.time()
        judgements: dict[str, Judgement] = {}

        def take(result: Result) -> None:
            judgements[result.test] = plan.expectations.judge(result)
            on_result(judgements[result.test])

        runnable = []
        for test in self.tests:
            reason = plan.expectations.skipped(test.url)
            if reason is None:
                runnable.append(test)
            else:
                take(Result(test.url, "SKIP", reason))
        interrupted = False
        with closing(self.engines.run(list(self._jobs(runnable)), plan.jobs)) as results:
            try:
                for result in results:
                    take(result)
                    self.server.check()
            except KeyboardInterrupt:
                interrupted = True
        ordered = [judgements[test.url] for test in self.tests if test.url in judgements]
        return Report(run_info(plan.checkout.revision), started, time.time(), ordered, interrupted)

    def _jobs(self, tests: Sequence[Test]) -> Iterator[Job]:
        for test in sorted(tests, key=lambda test: (-self.plan.durations.get(test.url, 0.0), test.url)):
            url = self.server.url_of(test.url, test.scheme, test.subdomain)
            yield Job(test.url, url, test.time_limit * self.plan.timeout_multiplier)


@contextmanager
def get_ready(plan: Plan) -> Iterator[Ready]:
    """Find the tests, start the server and the processes that run tests, all at once. Raises every HarnessError."""
    found: list[list[Test] | BaseException] = []

    def look(engines: Engines) -> None:
        try:
            tests = chunk(discover(plan.checkout, plan.selection, plan.exclude), plan.this_chunk, plan.total_chunks)
            engines.start(min(plan.jobs, len(tests)))
            found.append(tests)
        except Exception as error:  # raised below, on the thread that waits
            found.append(error)

    with TemporaryDirectory(prefix="afterpage-wpt-", ignore_cleanup_errors=True) as name, _hosts(plan) as hosts:
        folder = Path(name)
        scripts = write_page_scripts(folder, plan.timeout_multiplier)
        folders = {mount.url: mount.folder for mount in mounts_of(plan.checkout, plan.selection)}
        settings = _settings(plan, hosts)
        with Engines(settings.to_record(), plan.command, folder) as engines:
            looking = threading.Thread(target=look, args=(engines,))
            looking.start()
            try:
                with serve(plan.checkout, folder, {**scripts, **folders}) as server:
                    looking.join()
                    if isinstance(found[0], BaseException):
                        raise found[0]
                    yield Ready(plan, found[0], server, settings, engines)
            finally:
                looking.join()


def _settings(plan: Plan, hosts: Mapping[str, str]) -> Settings:
    return Settings(
        {**host_map(), **hosts},
        (*hosts_with_any_certificate(), *hosts),
        plain_quota_errors=wants_plain_quota_errors(plan.checkout.root),
    )


@contextmanager
def _hosts(plan: Plan) -> Iterator[Mapping[str, str]]:
    """What --host adds, with the address of the permissive server where it is wanted."""
    if PERMISSIVE not in plan.hosts.values():
        yield plan.hosts
        return
    certificates = plan.checkout.root / "tools" / "certs"
    with serve_permissively(certificates / "web-platform.test.pem", certificates / "web-platform.test.key") as address:
        yield {host: address if target == PERMISSIVE else target for host, target in plan.hosts.items()}


def find_flaky(reports: Sequence[Report]) -> list[tuple[str, str | None, list[str]]]:
    """What did not end the same way in every run: (test, subtest or None, the statuses in the order of the runs; "–" for none)."""
    columns: list[dict[tuple[str, str | None], str]] = []
    for report in reports:
        column: dict[tuple[str, str | None], str] = {}
        for result in report.results:
            column[result.test, None] = result.status
            column |= {(result.test, subtest.name): subtest.status for subtest in result.subtests}
        columns.append(column)
    keys = sorted({key for column in columns for key in column}, key=lambda key: (key[0], key[1] or ""))
    rows = [(*key, [column.get(key, "–") for column in columns]) for key in keys]
    return [row for row in rows if len(set(row[2])) > 1]
