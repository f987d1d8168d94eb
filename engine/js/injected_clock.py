"""A realm whose `Date` and `performance` follow a clock of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.js.bindings_modules import source_of

if TYPE_CHECKING:
    from engine.js.realm import Realm

_NAME = "js_bindings/performance/injected_clock.js"
_bytecode: list[bytes] = []


def follow_a_clock(realm: Realm, wall_time: Callable[[], float], steady_time: Callable[[], float]) -> None:
    """From now on the realm asks these, in seconds. Before anything else has run in it, also the bindings, on the agent's thread."""
    if not _bytecode:
        # NB: without its source, so that its functions look like the engine's.
        _bytecode.append(realm.compile(source_of(_NAME), _NAME, module=False))
    install = realm.run_script(realm.read_script(_bytecode[0]))
    realm.call(
        install,
        # NB: rounded first, as 181.508 s are not quite 181508 ms. Dates have whole milliseconds.
        realm.new_function("wall_time", lambda: int(round(wall_time() * 1000, 3) // 1)),
        realm.new_function("steady_time", lambda: round(steady_time() * 1000, 6)),
    )
