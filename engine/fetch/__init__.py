"""The verbs of the Fetch Standard, as of 2026-09. https://fetch.spec.whatwg.org/#fetching

`fetch` begins a fetch and returns its controller; `await controller.response()` runs it to the response's head, and the
body
is pulled from there at the reader's pace.
"""

from __future__ import annotations

from engine.fetch.controller import FetchController
from engine.fetch.fetch_group import terminate_a_fetch_group
from engine.fetch.fetching import fetch
from engine.fetch.preflight_cache import PreflightCache
from engine.fetch.user_agent import BlobURLs, HandleFetch, UserAgent

__all__ = [
    "BlobURLs",
    "FetchController",
    "HandleFetch",
    "PreflightCache",
    "UserAgent",
    "fetch",
    "terminate_a_fetch_group",
]
