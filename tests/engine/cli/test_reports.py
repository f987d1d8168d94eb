"""engine/cli/reports.py"""

from __future__ import annotations

import io
import threading

from engine.cli.output import Output
from engine.cli.reports import LiveReport


def test_the_moving_lines_are_drawn_while_somebody_waits_to_print() -> None:
    # A thread that prints has the report's lock and waits for rich's; one that draws has rich's.
    report = LiveReport(Output(io.StringIO()), verbose=True)
    drawing = threading.Thread(target=report._live.refresh, daemon=True)
    with report._lock:
        drawing.start()
        drawing.join(10)
        assert not drawing.is_alive()
