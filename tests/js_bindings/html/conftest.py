"""A window's realm with an empty document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def window(new_realm: Callable[..., Any]) -> Any:
    return new_realm("Window", "https://example.test/page.html")
