"""Whose fault an error is that nobody expected. Ours."""

from __future__ import annotations

from engine.infra import EngineBug
from engine.js import AgentClosed, JSError, ScriptInterrupted
from engine.storage import StorageError
from engine.webidl.exceptions import ScriptException

_OF_THE_WORLD = (
    StorageError,  # a full disk, say
    OSError,
    MemoryError,
    RecursionError,  # a script went too deep
    JSError,
    ScriptException,
)
_TOO_LATE = (AgentClosed, ScriptInterrupted)


def is_of_the_world(error: BaseException) -> bool:
    """Whether the machine, a server or a script is to blame, and not the engine."""
    return isinstance(error, _OF_THE_WORLD)


def is_too_late(error: BaseException) -> bool:
    """Whether it only says that what was asked for is not wanted any more."""
    return isinstance(error, _TOO_LATE)


def blamed(error: Exception, where: str) -> Exception:
    """The error to report for one that came out of `where`: an EngineBug, if the engine is to blame."""
    if isinstance(error, EngineBug) or is_of_the_world(error) or is_too_late(error):
        return error
    bug = EngineBug(f"{where} failed: {type(error).__name__}: {error}")
    bug.__cause__ = error
    return bug
