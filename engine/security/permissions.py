"""https://w3c.github.io/permissions/: what an origin may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

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
        self._defaults: dict[str, PermissionState] = {**DEFAULT_STATES, **(defaults or {})}
        self._states: dict[tuple[str, str], PermissionState] = {}
        self._when_changed: list[WhenChanged] = []
        self.answer_prompt: Callable[[str, str], PermissionState] = lambda origin, name: "denied"

    def state(self, name: str, origin: Origin | str, is_secure_context: bool = True) -> PermissionState:
        """https://w3c.github.io/permissions/#dfn-permission-state

        What holds for an origin (or its serialization) now.
        """
        # 1. Powerful features need a secure context.
        if not is_secure_context and name in _NOT_WITHOUT_SECURE_CONTEXT:
            return "denied"
        # 2–3. NB: no permissions policy here. What was decided for this origin,
        # 4. else the default.
        state = self._states.get((origin if isinstance(origin, str) else origin.serialize(), name))
        return state if state is not None else self._defaults.get(name, "prompt")

    def request_permission_to_use(self, name: str, origin: Origin, is_secure_context: bool = True) -> PermissionState:
        """https://w3c.github.io/permissions/#dfn-request-permission-to-use

        "granted" or "denied".
        """
        # 1–2. Decided already.
        state = self.state(name, origin, is_secure_context)
        if state != "prompt":
            return state
        # 3–4. Ask, and remember a decision.
        answer = self.answer_prompt(origin.serialize(), name)
        if answer != "prompt":
            self.set(name, answer, origin)
        # 5.
        return "granted" if answer == "granted" else "denied"

    def set(self, name: str, state: PermissionState, origin: Origin | str | None = None) -> None:
        """Set a state for one origin (or its serialization), or the default for all. Ours, for embedders and test
        drivers.
        """
        if origin is None:
            self._defaults[name] = state
            self._tell("*", name, state)
            return
        serialized = origin if isinstance(origin, str) else origin.serialize()
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
