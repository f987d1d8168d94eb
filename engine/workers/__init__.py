"""Dedicated and shared workers: how they are run, what their scripts are fetched with, how long they live.

Specification: https://html.spec.whatwg.org/multipage/workers.html, as of November 2025. Everything here runs on the
browser's thread unless it says otherwise; what a script sees of it is in js_bindings/workers.

`Workers` is what a user agent keeps in its slot `workers`.
"""

from engine.workers.concepts import Worker, WorkerObject, WorkerOptions
from engine.workers.manager import Workers

__all__ = ["Worker", "WorkerObject", "WorkerOptions", "Workers"]
