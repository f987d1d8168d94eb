"""Telling whoever runs the browser what became of a worker. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.js import JSError
    from engine.service_worker.concepts import ServiceWorker


def report_worker(worker: ServiceWorker, what: str, *, uncaught: bool = True) -> None:
    """A line on the console. `uncaught`: it is an error that nobody has been told of yet."""
    message = ConsoleMessage(
        "error", f"The service worker {worker.script_url.serialized} {what}", "service worker", uncaught=uncaught
    )
    worker.registration.service_workers.user_agent.embedder.console(None, message)


def describe_script_error(error: JSError) -> str:
    """The error and where it is, in one line."""
    return error.message if error.place is None else f"{error.message} ({error.place})"
