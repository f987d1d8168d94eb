"""https://w3c.github.io/permissions/: what an origin may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from engine.infra.arguments import check_choice, check_type
from engine.url import OpaqueOrigin, TupleOrigin, origin_named

if TYPE_CHECKING:
    from engine.url import Origin

PermissionState: TypeAlias = Literal["granted", "denied", "prompt"]
"""https://w3c.github.io/permissions/#dom-permissionstate"""

PermissionName: TypeAlias = Literal[
    "accelerometer",
    "ambient-light-sensor",
    "background-fetch",
    "background-sync",
    "bluetooth",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "device-info",
    "display-capture",
    "geolocation",
    "gyroscope",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "nfc",
    "notifications",
    "periodic-background-sync",
    "persistent-storage",
    "push",
    "screen-wake-lock",
    "speaker",
    "speaker-selection",
    "storage-access",
    "top-level-storage-access",
    "window-management",
    "xr-spatial-tracking",
]
"""https://w3c.github.io/permissions-registry/"""

PERMISSION_NAMES: Final[frozenset[str]] = frozenset(get_args(PermissionName))
PERMISSION_STATES: Final[frozenset[str]] = frozenset(get_args(PermissionState))

DEFAULT_STATES: Final[dict[str, PermissionState]] = {
    "background-fetch": "granted",
    "background-sync": "granted",
    "clipboard-write": "granted",
    "persistent-storage": "granted",
    "screen-wake-lock": "granted",
    "accelerometer": "granted",
    "gyroscope": "granted",
    "magnetometer": "granted",
}
"""What holds before anybody decided (ours): as in Chromium. Names that are not here are "prompt"."""

_NOT_WITHOUT_SECURE_CONTEXT = PERMISSION_NAMES - {"storage-access", "top-level-storage-access"}

WhenChanged: TypeAlias = Callable[[str, str, PermissionState], object]
"""Told of the serialized origin (or "*" for a new default), the name and the new state."""


class Permissions:
    """https://w3c.github.io/permissions/#permission-store

    With the states the embedder set for everybody.

    Nobody is ever asked: "prompt" is answered by `answer_prompt`, which denies unless the embedder sets it otherwise.
    """

    __slots__ = ("_defaults", "_states", "_when_changed", "answer_prompt")

    def __init__(self, defaults: dict[str, PermissionState] | None = None) -> None:
        check_defaults(defaults)
        self._defaults: dict[str, PermissionState] = {**DEFAULT_STATES, **(defaults or {})}
        self._states: dict[tuple[str, str], PermissionState] = {}
        self._when_changed: list[WhenChanged] = []
        self.answer_prompt: Callable[[str, str], PermissionState] = lambda origin, name: "denied"

    def __repr__(self) -> str:
        return f"<Permissions, {len(self._states)} decided for an origin>"

    def state(self, name: str, origin: Origin | str, is_secure_context: bool = True) -> PermissionState:
        """https://w3c.github.io/permissions/#dfn-permission-state

        What holds for an origin (its serialization, or an address that has it) now. Raises ValueError for a name that no permission has,
        and for what is no origin.
        """
        check_choice("the name of a permission", name, PERMISSION_NAMES)
        # 1. A powerful feature needs a secure context.
        if not is_secure_context and name in _NOT_WITHOUT_SECURE_CONTEXT:
            return "denied"
        # 2–3. NB: no permissions policy here. The permission state of this origin,
        # 4. else the default state.
        state = self._states.get((_serialized(origin), name))
        return state if state is not None else self._defaults.get(name, "prompt")

    def request_permission_to_use(self, name: str, origin: Origin, is_secure_context: bool = True) -> PermissionState:
        """https://w3c.github.io/permissions/#dfn-request-permission-to-use

        "granted" or "denied".
        """
        # 1–2. A permission state other than "prompt" stands.
        state = self.state(name, origin, is_secure_context)
        if state != "prompt":
            return state
        # 3–4. Ask the user, and remember a decision.
        answer = self.answer_prompt(origin.serialize(), name)
        if answer != "prompt":
            self.set(name, answer, origin)
        # 5. The decision, or denied without one.
        return "granted" if answer == "granted" else "denied"

    def set(self, name: str, state: PermissionState, origin: Origin | str | None = None) -> None:
        """Set a state for one origin (its serialization, or an address that has it), or the default for all. Ours, for
        embedders and test drivers.

        Raises ValueError for a name that no permission has, a state that there is not, and what is no origin.
        """
        check_choice("the name of a permission", name, PERMISSION_NAMES)
        check_choice("the state of a permission", state, PERMISSION_STATES)
        if origin is None:
            self._defaults[name] = state
            self._tell("*", name, state)
            return
        serialized = _serialized(origin)
        old = self._states.get((serialized, name), self._defaults.get(name, "prompt"))
        self._states[serialized, name] = state
        if old != state:
            self._tell(serialized, name, state)

    def when_changed(self, callback: WhenChanged) -> Callable[[], None]:
        """Call `callback` at every change; returns a function that ends this."""
        self._when_changed.append(callback)
        return lambda: self._when_changed.remove(callback)

    def _tell(self, origin: str, name: str, state: PermissionState) -> None:
        for callback in list(self._when_changed):
            callback(origin, name, state)

    def load(self, decisions: Iterable[tuple[str, str, PermissionState]]) -> None:
        """Put back what was decided earlier: (serialized origin, name, state). Nobody is told."""
        for origin, name, state in decisions:
            self._states[origin, name] = state

    def decisions(self) -> list[tuple[str, str, PermissionState]]:
        """What was decided, origin by origin, as `load` takes it."""
        return [(origin, name, state) for (origin, name), state in self._states.items()]


def check_defaults(defaults: object) -> None:
    """What holds for all: name → state. Raises TypeError, ValueError."""
    if defaults is None:
        return
    check_type("permissions", defaults, dict, 'a dict, as {"notifications": "granted"}')
    assert isinstance(defaults, dict)
    for name, state in defaults.items():
        check_choice("the name of a permission", name, PERMISSION_NAMES)
        check_choice(f"the state of {name}", state, PERMISSION_STATES)


def _serialized(origin: Origin | str) -> str:
    if isinstance(origin, TupleOrigin | OpaqueOrigin):
        return origin.serialize()
    return origin_named("the origin of a permission", origin).serialize()
