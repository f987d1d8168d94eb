"""Background Fetch: downloads and uploads that outlive the page, the worker and the process.

Specification: https://wicg.github.io/background-fetch/, the report of 2021-11-25. Where it is wrong, silent, or not what
browsers do, a comment at the step says so (SPEC-BUG, NB, AD-HOC).

`BackgroundFetches` is what a user agent keeps in its slot `background_fetches`.
"""

from __future__ import annotations

from engine.background_fetch.background_fetches import BackgroundFetches
from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord, BackgroundFetchResponse
from engine.background_fetch.display import BackgroundFetchView
from engine.background_fetch.handles import BackgroundFetchHandle
from engine.background_fetch.icons import Icon
from engine.background_fetch.limits import BackgroundFetchLimits
from engine.background_fetch.retry import RetryPolicy

__all__ = [
    "BackgroundFetch",
    "BackgroundFetchHandle",
    "BackgroundFetchLimits",
    "BackgroundFetchRecord",
    "BackgroundFetchResponse",
    "BackgroundFetchView",
    "BackgroundFetches",
    "Icon",
    "RetryPolicy",
]
