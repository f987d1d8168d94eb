from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ('new DOMException("m", "DataError")', "DataError: m"),
        ('new RangeError("m")', "RangeError: m"),
        ('"text"', "text"),
        ("{ a: [1] }", {"a": [1]}),
        ("() => 1", "AbortError: The operation was aborted."),
        ("new Uint8Array(1)", "AbortError: The operation was aborted."),
    ],
)
def test_an_abort_reason_travels_as_far_as_it_can(realm: Any, reason: str, expected: Any) -> None:
    errors = realm.environment.bindings
    realm.run(f"globalThis.reason = {reason}; undefined")

    def round_trip() -> Any:
        module = errors.load("fetch/errors.js")
        js = realm.environment.realm
        text = js.call(js.get_property(module, "serialize_an_abort_reason"), js.get_property(js.global_this, "reason"))
        assert isinstance(text, str)
        result = js.call(js.get_property(module, "deserialize_an_abort_reason"), text)
        js.set_property(js.global_this, "result", result)
        return realm._eval("result instanceof Error ? `${result}` : result")

    assert realm._on_agent(round_trip) == expected
