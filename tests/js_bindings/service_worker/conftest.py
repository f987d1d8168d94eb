"""The browser of tests/engine/service_worker, for the objects that scripts see."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_file = Path(__file__).parents[2] / "engine" / "service_worker" / "conftest.py"
_spec = importlib.util.spec_from_file_location("browser_with_service_workers", _file)
assert _spec is not None and _spec.loader is not None
_module = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

browser = _module.browser
new_browser = _module.new_browser
