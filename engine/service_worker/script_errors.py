"""Telling whoever runs the browser why a worker's script did not run. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.js.errors import excerpt
from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.js import JSError
    from engine.service_worker.concepts import ServiceWorker
    from engine.service_worker.manager import ServiceWorkers
    from engine.service_worker.running import RunningWorker


def report_script_error(
    service_workers: ServiceWorkers,
    running: RunningWorker | None,
    worker: ServiceWorker,
    what: str,
    error: JSError | None = None,
    source: str = "",
) -> None:
    """A line on the console: the place and the source line with it, as far as they are known."""
    text = f"The service worker {worker.script_url.serialized} cannot run: {what}"
    if error is not None:
        text += f": {describe_script_error(error)}"
        line = _source_line(worker, error, source)
        if line:
            text += f"\n{line}"
    if running is not None:
        message = ConsoleMessage(
            "error", text, "service worker", error.place if error else None, error.stack if error else None
        )
        service_workers.user_agent.embedder.console(running.environment, message)


def describe_script_error(error: JSError) -> str:
    """The error and where it is, in one line."""
    return error.message if error.place is None else f"{error.message} ({error.place})"


def _source_line(worker: ServiceWorker, error: JSError, source: str) -> str:
    place = error.place
    if place is None or place.url != worker.script_url.serialized:
        return ""
    return excerpt(source, 1, place) or ""
