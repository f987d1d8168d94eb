"""https://wicg.github.io/background-fetch/#background-fetch-response-bytes: what is stored of a record, and how one attempt adds to it

Ours: the specification has the bytes in memory, as if that were no matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch import news
from engine.background_fetch.concepts import BackgroundFetchResponse, why_bytes_end
from engine.event_loop import run_to_its_end
from engine.storage import BodyLost, BodyWriter, QuotaExceeded, StorageError, StorageFull

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads
    from engine.storage import StoredBody

MOST_RESTARTS: Final = 5
"""So often may a record throw away what it has (in one run of the browser)."""


class StoredPart:
    """The stored bytes of a record during one attempt. However that ends, `conclude` is called."""

    def __init__(self, downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        self._downloads = downloads
        self._bg_fetch = bg_fetch
        self._record = record
        self._is_reserved = bg_fetch.download_total > 0
        self.writer: BodyWriter | None = None
        """What adds to them; None as long as there are none, or if the response has no body."""
        self.is_complete = False
        """Whether they are the whole; the record has succeeded once it is on the disk."""

    def begin(self) -> None:
        """The response has a body, of which nothing has come yet."""
        if self.writer is None:
            self.writer = self._downloads.storage.new_body(self._bg_fetch.storage_key, reserved=self._is_reserved)
            self._record.response_data.body = self.writer.body

    async def go_back_to_what_is_stored(self) -> None:
        """Go on behind what is safely on the disk. Where that cannot be, the record begins anew or has its result."""
        record, data = self._record, self._record.response_data
        if data.body is None:
            return
        had = data.length
        try:
            await run_to_its_end(self._resume(data.body))
        except BodyLost:
            # NB: somebody has been at the profile.
            self.start_over()
            return
        except StorageError as error:
            record.fail(error.what)
            return
        self._bg_fetch.stored_body_bytes_total -= had - data.length
        # NB: only the whole of it can be checked.
        if data.length and record.request.integrity_metadata:
            self.start_over()

    async def _resume(self, body: StoredBody) -> None:
        self.writer = await self._downloads.storage.resume_body(body, reserved=self._is_reserved)

    def start_over(self) -> None:
        """Step 11, "process response", 3.1 to 3.4: what there was is redundant; those who hold it learn so, and `downloaded` goes down"""
        # NB: their bodies end with a TypeError; match() gives the new one (WICG/background-fetch#130).
        downloads, bg_fetch, record = self._downloads, self._bg_fetch, self._record
        old = record.response_data
        if self.writer is not None:
            downloads.ledger.forget_writer(bg_fetch, record)
            self.writer.fail(why_bytes_end("redundant"))
            self.writer = None
        record.restarts += 1 if old.length else 0
        bg_fetch.stored_body_bytes_total -= old.length
        # 3.1. The response data's result is "redundant".
        old.settle("redundant")
        # 3.2–3.3. The record gets new response data.
        record.response_data = BackgroundFetchResponse()
        if record.restarts > MOST_RESTARTS:
            # NB: whoever changes that often will never come to an end.
            record.fail("the server gave something else too often")
        news.record_changed(downloads, bg_fetch, record)
        # 3.4. Update background fetch instances.
        news.figures_changed(downloads, bg_fetch)

    async def conclude(self) -> None:
        """Bring what has come to the disk, which needs no turn; only then a record has succeeded."""
        writer, self.writer = self.writer, None
        if writer is None:
            return
        result = self._record.response_data.result
        self._downloads.ledger.forget_writer(self._bg_fetch, self._record)
        if self.is_complete:
            await self._finish(writer)
        elif self._bg_fetch.abort_all:
            writer.fail(why_bytes_end("aborted"), aborted=True)
        elif result != "":
            writer.fail(why_bytes_end(result))
        else:
            try:
                await writer.pause()
            except StorageError:
                # NB: the next attempt goes back to what is on the disk, and fails if there is no room for more.
                return

    async def _finish(self, writer: BodyWriter) -> None:
        try:
            await writer.finish()
        except StorageError as error:
            fail_to_store(self._record, error)
            writer.fail(error.what)
        else:
            # NB: also if it was stopped just then.
            self._record.response_data.settle("success")


def fail_to_store(record: BackgroundFetchRecord, error: StorageError) -> None:
    """The record ends here: there is no room for it, or the disk does not take it."""
    if isinstance(error, (QuotaExceeded, StorageFull)):
        record.response_data.settle("quota-exceeded", error.what)
    else:
        record.fail(error.what)
