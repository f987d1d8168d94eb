"""What tests need that look at real web-platform-tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from wpt_harness.checkout import Checkout, find_checkout
from wpt_harness.errors import HarnessError


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """The checkout on this machine; the test is skipped where there is none."""
    try:
        return find_checkout(None)
    except HarnessError as error:
        pytest.skip(str(error))


def _of_the_bindings() -> object:
    """The fixtures that make realms belong to the tests of the bindings."""
    file = Path(__file__).parents[1] / "js_bindings" / "conftest.py"
    spec = importlib.util.spec_from_file_location("conftest_of_the_bindings", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_bindings = _of_the_bindings()
browser_loop, new_realm, realm = (getattr(_bindings, name) for name in ("browser_loop", "new_realm", "realm"))
