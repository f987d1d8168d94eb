"""What the profile knows of running fetches, brought up to date in batches.

Bytes count once they are flushed. Heads, results and attempts of many records go into one transaction; whoever promises
something waits for `write` first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import Clock, Lock, ParallelSteps, in_parallel
from engine.http.records import response_to_stored_record
from engine.storage import RecordProgress, RecordState, StorageError, flush_all, save_progress, save_records

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.storage import BodyWriter, Storage


class Ledger:
    """`interval`: seconds between two writes, which is how much of a download a crash can cost."""

    def __init__(self, storage: Storage, clock: Clock, interval: float) -> None:
        self._storage = storage
        self._clock = clock
        self.interval = interval
        self._states: dict[BackgroundFetchRecord, BackgroundFetch] = {}
        self._writers: dict[BackgroundFetchRecord, tuple[BackgroundFetch, BodyWriter]] = {}
        self._uploaded: dict[int, int] = {}
        self._writing = Lock()
        self._timer: ParallelSteps[None] | None = None
        self._closed = False
        self.over_quota: set[str] = set()
        """Storage keys that were found over their quota at the last write."""
        self.failure: StorageError | None = None
        """Why the last write failed, if it did; what it was to write is kept for the next."""

    def note_state(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        """The record's response, result or attempts have changed."""
        self._states[record] = bg_fetch
        self._write_soon()

    def note_progress(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, writer: BodyWriter) -> None:
        """More bytes have come."""
        self._writers[record] = (bg_fetch, writer)
        self._write_soon()

    def note_upload(self, bg_fetch: BackgroundFetch) -> None:
        """More bytes have gone up."""
        self._uploaded[bg_fetch.number] = bg_fetch.uploaded
        self._write_soon()

    def forget(self, bg_fetch: BackgroundFetch) -> None:
        """The fetch, or its records, are not in the profile any more."""
        for record in bg_fetch.records:
            self._states.pop(record, None)
            self._writers.pop(record, None)
        self._uploaded.pop(bg_fetch.number, None)

    def forget_writer(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        """The record's body is finished, put aside, or given up: its writer flushes no more."""
        if self._writers.pop(record, None) is not None:
            self.note_state(bg_fetch, record)

    def _write_soon(self) -> None:
        if self._timer is None and not self._closed:
            self._timer = in_parallel(self._write_later(), "writing the progress of background fetches")

    async def _write_later(self) -> None:
        await self._clock.sleep(self.interval)
        self._timer = None
        await self.write()

    async def write(self) -> None:
        """Bring the profile up to date, now. A disk that refuses is noted in `failure`, not raised.

        Whoever is cancelled meanwhile goes away; the write has notes of others too, and goes on.
        """
        await in_parallel(self._write(), "writing down where background fetches are")

    async def _write(self) -> None:
        async with self._writing:
            states, self._states = self._states, {}
            writers, self._writers = self._writers, {}
            uploaded, self._uploaded = self._uploaded, {}
            if not (states or writers or uploaded):
                return
            try:
                await flush_all([writer for _, writer in writers.values()])
                progress = [
                    RecordProgress(bg_fetch.number, record.position, writer.body)
                    for record, (bg_fetch, writer) in writers.items()
                    if record not in states
                ]
                over = set()
                if states:
                    over = await self._storage.run(save_records, [_state(*item) for item in states.items()])
                if progress or uploaded:
                    over |= await self._storage.run(save_progress, progress, uploaded)
            except StorageError as failure:
                self.failure = failure
                self._states = {**states, **self._states}
                self._uploaded = {**uploaded, **self._uploaded}
                growing = {record: item for record, item in writers.items() if item[1].body.state == "growing"}
                self._writers = {**growing, **self._writers}
                self._write_soon()
            else:
                self.failure = None
                self.over_quota = over

    async def close(self) -> None:
        """Write what there is to write, for the last time."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.write()


def _state(record: BackgroundFetchRecord, bg_fetch: BackgroundFetch) -> RecordState:
    data = record.response_data
    return RecordState(
        bg_fetch.number,
        record.position,
        None if data.response is None else response_to_stored_record(data.response),
        data.body,
        None,
        data.result,
        record.attempts,
    )
