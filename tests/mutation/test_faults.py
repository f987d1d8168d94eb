"""The seeded faults themselves. Whether the suite notices them: python -m tests.mutation."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_file = Path(__file__).parent / "faults.py"
_spec = importlib.util.spec_from_file_location("seeded_faults", _file)
assert _spec is not None and _spec.loader is not None
faults = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = faults
_spec.loader.exec_module(faults)

SUITE = Path(__file__).parents[1] / "to_upstream" / "background-fetch"


def test_every_fault_fits_the_source_in_exactly_one_place_and_changes_it() -> None:
    for fault in faults.FAULTS:
        source = (faults.ROOT / fault.file).read_text("utf-8")
        assert source.count(fault.old) == 1, (fault.file, fault.old)
        assert fault.old != fault.new


def test_there_are_enough_and_none_twice() -> None:
    assert len({(fault.file, fault.old, fault.new) for fault in faults.FAULTS}) == len(faults.FAULTS) >= 60


def test_the_files_that_are_to_notice_exist() -> None:
    for fault in faults.FAULTS:
        assert fault.tests
        for part in fault.tests:
            assert list(SUITE.glob(f"{part}.https.*.js")), part
