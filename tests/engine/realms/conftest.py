"""The realms of tests/js_bindings: with all bindings, without network and page."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_file = Path(__file__).parents[2] / "js_bindings" / "conftest.py"
_spec = importlib.util.spec_from_file_location("realms_under_test", _file)
assert _spec is not None and _spec.loader is not None
_module = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

browser_loop = _module.browser_loop
new_realm = _module.new_realm
realm = _module.realm
