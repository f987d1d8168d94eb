"""What is not better tested from JavaScript: see tests/js_bindings/fetch."""

from __future__ import annotations

from typing import Any

import pytest

from engine.ops import fetch


def test_the_last_good_content_type_counts(environment: Any) -> None:
    assert fetch.op_fetch_extract_mime_type(environment, ["text/html", "Text/Plain;Charset=UTF-8, x"]) == {
        "essence": "text/plain",
        "parameters": {"charset": "UTF-8"},
        "serialized": "text/plain;charset=UTF-8",
    }
    assert fetch.op_fetch_extract_mime_type(environment, ["nothing"]) is None


@pytest.mark.parametrize(
    ("name", "value", "safe"),
    [
        ("accept", "*/*", True),
        ("accept", '"', False),
        ("content-type", "text/html", False),
        ("range", "bytes=1-", True),
    ],
)
def test_cors_safelisted_request_headers(environment: Any, name: str, value: str, safe: bool) -> None:
    assert fetch.op_fetch_is_cors_safelisted_request_header(environment, name, value) is safe
