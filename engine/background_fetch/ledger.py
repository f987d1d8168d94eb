"""What the profile knows of running fetches, brought up to date in batches.

Bytes count once they are flushed. Heads, results and attempts of many records go into one transaction; whoever promises
something waits for `write` first.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.event_loop import Clock
from engine.http.records import response_to_stored_record
from engine.storage import (
    RecordProgress,
    RecordState,
    StorageError,
    WriteBehind,
    flush_all,
    save_progress,
    save_records,
)

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.storage import BodyWriter, Storage


_Note: TypeAlias = (
    "tuple[Literal['state', 'progress'], BackgroundFetchRecord] | tuple[Literal['uploaded'], BackgroundFetch]"
)


class Ledger:
    """`interval`: seconds between two writes, which is how much of a download a crash can cost."""

    def __init__(self, storage: Storage, clock: Clock, interval: float) -> None:
        self._storage = storage
        self._behind: WriteBehind[_Note, tuple[BackgroundFetch, BodyWriter | None]] = storage.write_behind(
            self._bring, clock, interval, "writing down where background fetches are"
        )
        self.over_quota: set[str] = set()
        """Storage keys that were found over their quota at the last write."""

    @property
    def failure(self) -> StorageError | None:
        """Why the last write failed, if it did; what it was to write is kept for the next."""
        return self._behind.failure

    @property
    def interval(self) -> float:
        return self._behind.delay

    @interval.setter
    def interval(self, seconds: float) -> None:
        self._behind.delay = seconds

    def note_state(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        """The record's response, result or attempts have changed."""
        self._behind.note(("state", record), (bg_fetch, None))

    def note_progress(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, writer: BodyWriter) -> None:
        """More bytes have come."""
        self._behind.note(("progress", record), (bg_fetch, writer))

    def note_upload(self, bg_fetch: BackgroundFetch) -> None:
        """More bytes have gone up."""
        self._behind.note(("uploaded", bg_fetch), (bg_fetch, None))

    def forget(self, bg_fetch: BackgroundFetch) -> None:
        """The fetch, or its records, are not in the profile any more."""
        for record in bg_fetch.records:
            self._behind.forget(("state", record))
            self._behind.forget(("progress", record))
        self._behind.forget(("uploaded", bg_fetch))

    def forget_writer(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        """The record's body is finished, put aside, or given up: its writer flushes no more."""
        if self._behind.forget(("progress", record)):
            self.note_state(bg_fetch, record)

    def states_left(self, bg_fetch: BackgroundFetch) -> list[RecordState]:
        """Of the fetch's records, where they stand, if the profile could not be told."""
        return [] if self.failure is None else [_state(record, bg_fetch) for record in bg_fetch.records]

    async def write(self) -> None:
        """Bring the profile up to date, now. A disk that refuses is noted in `failure`, not raised."""
        with suppress(StorageError):
            await self._behind.write()

    async def close(self) -> None:
        """Write what there is to write, for the last time. Raises StorageError."""
        await self._behind.close()

    async def _bring(self, notes: dict[_Note, tuple[BackgroundFetch, BodyWriter | None]]) -> None:
        writers = [writer for _, writer in notes.values() if writer is not None]
        states = {note[1]: bg_fetch for note, (bg_fetch, _) in notes.items() if note[0] == "state"}
        try:
            await flush_all(writers)
            progress = [
                RecordProgress(bg_fetch.number, note[1].position, writer.body)
                for note, (bg_fetch, writer) in notes.items()
                if note[0] == "progress" and writer is not None and note[1] not in states
            ]
            uploaded = {note[1].number: note[1].uploaded for note in notes if note[0] == "uploaded"}
            over = set()
            if states:
                over = await self._storage.run(save_records, [_state(*item) for item in states.items()])
            if progress or uploaded:
                over |= await self._storage.run(save_progress, progress, uploaded)
            self.over_quota = over
        except StorageError:
            # What has ended is noted with its record's state.
            for note, (_, writer) in list(notes.items()):
                if writer is not None and writer.body.state != "growing":
                    del notes[note]
            raise


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
