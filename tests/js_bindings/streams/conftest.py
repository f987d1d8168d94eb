"""The modules behind the streams, for tests of what scripts cannot reach."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def internals(realm: Any) -> Any:
    """A realm in which `internal(path)` gives the namespace of a module of js_bindings, and `implementation_of` is at hand."""

    def expose() -> None:
        environment = realm.environment
        for name, path in {
            "streams": "streams/for_other_specifications.js",
            "platform_objects": "webidl/platform_objects.js",
            "lazy": "webidl/lazy.js",
        }.items():
            environment.realm.set_property(environment.realm.global_this, name, environment.bindings.load(path))

    realm._on_agent(expose)
    realm.run("var internal = lazy.load, {implementation_of, platform_object_of} = platform_objects; undefined")
    return realm
