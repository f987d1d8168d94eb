"""The command line's own conversions."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from engine.cli.main import _rate, afterpage


@pytest.mark.parametrize(
    ("given", "rate"), [(None, None), ("500", 500.0), ("500k", 500_000.0), ("1.5M", 1_500_000.0), ("2G", 2e9)]
)
def test_rates(given: str | None, rate: float | None) -> None:
    option = click.Option(["--limit-rate"])
    assert _rate(click.Context(click.Command("run")), option, given) == rate


@pytest.mark.parametrize("given", ["0", "-1", "fast", "1 M", "1e3", "k"])
def test_what_is_no_rate(given: str) -> None:
    done = CliRunner().invoke(afterpage, ["run", "examples/podcast", "--limit-rate", given])
    assert done.exit_code == 2
    assert f"{given} is no rate" in done.output
