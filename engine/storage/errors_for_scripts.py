"""What scripts see of the disk's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.storage.errors import QuotaExceeded, StorageError, StorageFull
from engine.webidl.exceptions import DOMException


@contextmanager
def storage_errors_for_scripts() -> Iterator[None]:
    """Raise as DOMException what the disk refuses inside: QuotaExceededError where there is no room, else UnknownError.
    Ours.
    """
    try:
        yield
    except (QuotaExceeded, StorageFull) as error:
        raise DOMException(error.what, "QuotaExceededError") from error
    except StorageError as error:
        raise DOMException(str(error), "UnknownError") from error
