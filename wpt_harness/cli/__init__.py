"""The command `afterpage-wpt`, also `python -m wpt_harness`."""

from wpt_harness.cli.main import main

__all__ = ["main"]
