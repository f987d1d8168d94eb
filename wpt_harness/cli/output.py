"""What `run` says at its end."""

from __future__ import annotations

from collections.abc import Iterator

import click

from wpt_harness.expectations import Expectations, Judgement, Unexpected
from wpt_harness.report import Report
from wpt_harness.tables import counts_of_folders, describe, table


def print_sums(report: Report, *, all_messages: bool) -> None:
    unexpected = [one for judgement in report.judgements for one in judgement.unexpected]
    if all_messages:
        for judgement in report.judgements:
            for one in _what_does_not_pass(judgement):
                click.echo(describe(one))
    click.echo(table(counts_of_folders(report.judgements)))
    if unexpected:
        click.echo(f"\n{len(unexpected)} unexpected:")
        for one in unexpected:
            click.echo(describe(one))
    click.echo(
        f"{len(report.judgements)} tests in {report.time_end - report.time_start:.1f} s: "
        + (f"{len(unexpected)} unexpected" if unexpected else "all as expected")
    )


def _what_does_not_pass(judgement: Judgement) -> Iterator[Unexpected]:
    result = judgement.result
    if result.status != "OK":
        yield Unexpected(result.test, None, result.status, ("OK",), result.message)
    for subtest in result.subtests:
        if subtest.status != "PASS":
            yield Unexpected(result.test, subtest.name, subtest.status, ("PASS",), subtest.message)


def print_logs(report: Report) -> None:
    for result in report.results:
        for line in result.log:
            click.echo(f"{result.test}: {line}")


def print_missing_reasons(expectations: Expectations, tests: set[str]) -> bool:
    missing = [one for one in expectations.without_reason() if any(Expectations([one]).names(test) for test in tests)]
    for one in missing:
        click.echo(f"{one.file}: a deviation of {one.tests[0]} has no reason")
    return bool(missing)
