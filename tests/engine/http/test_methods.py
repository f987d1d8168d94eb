from __future__ import annotations

import pytest

from engine.http.methods import is_a_forbidden_method, is_a_method, normalize_a_method


@pytest.mark.parametrize(
    ("method", "normalized"), [("get", "GET"), ("Post", "POST"), ("patch", "patch"), ("pAtCh", "pAtCh")]
)
def test_some_methods_are_normalized(method, normalized):
    assert normalize_a_method(method) == normalized


def test_methods():
    assert is_a_method("M-SEARCH") and not is_a_method("") and not is_a_method("A B") and not is_a_method("Ä")
    assert is_a_forbidden_method("connect") and is_a_forbidden_method("TraCe") and not is_a_forbidden_method("GET")
