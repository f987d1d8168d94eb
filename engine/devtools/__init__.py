"""The inspection page: what a browser does at the moment, shown in another one. Ours.

    async with inspect(browser) as inspection:
        print(inspection.url)
"""

from __future__ import annotations

from engine.devtools.records import background_fetch_to_record
from engine.devtools.server import Inspection, InspectionFailed, inspect

__all__ = ["Inspection", "InspectionFailed", "background_fetch_to_record", "inspect"]
