"""The index: one SQLite database, one connection, used by the storage thread only.

**Durability.** The database is in WAL mode with `synchronous=NORMAL`: a commit survives the death of the process at
once, and the loss of power once the log has been flushed, which SQLite does at a checkpoint and we do at the end of
a *durable* verb (for what a script was promised: a registration, a background fetch, its progress). Whatever
happens, the database stays consistent.

A log that cannot be flushed ends writing: what was to be flushed is taken back, as if it had never been, and from
then on the index is only read, until the profile is opened again.

A temporary profile, of which nothing is to be left, is never flushed.

**Order.** The bytes of a body file, and the names on the way to it, are flushed before a row that promises them is
committed (body_writer.py); and the commit that forgets a body is flushed before its file is deleted. After any
accident, therefore, no row promises bytes that are not there; a file may be longer than its row says, or have no row
at all: the first is cut when it is resumed, the second removed at the next start.

**A full disk** can always be emptied: deleting needs some room too, which is kept back for it (reserve.py).

Verbs are plain functions over an `Index`. Each is one transaction; a verb called by a verb joins its caller's, so
that any function made of verbs is one transaction too when it is itself marked as one.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeAlias, TypeVar

from engine.infra.sentinels import Record
from engine.storage.bodies import Bodies
from engine.storage.database import connect
from engine.storage.errors import (
    NONSENSE,
    ProfileDamaged,
    ProfileNotWritable,
    StorageError,
    StorageFailed,
    StorageFull,
    disk_errors,
)
from engine.storage.flushing import flush_to_disk
from engine.storage.log import Log
from engine.storage.quota import Quota
from engine.storage.reserve import RESERVE_NAME, Reserve
from engine.storage.stored_body import Extent, StoredBody

P = ParamSpec("P")
R = TypeVar("R")

Row: TypeAlias = tuple[Any, ...]

_PERHAPS_OF_DAMAGE = (*NONSENSE, sqlite3.IntegrityError, sqlite3.OperationalError)
"""How verbs fail that meet what is damaged. Or ours fail, without any."""

_LONG_LOG: Final = 4 << 20
"""Bytes: a longer one is brought into the database."""
_LOG_WORTH_ITS_ROOM: Final = 256 << 10
"""Bytes: on a full disk also a shorter one is."""


class Index:
    """The open database and what its verbs need beside it: the body files and the quota."""

    def __init__(
        self, path: Path, bodies: Bodies, quota: Quota, find_damage: Callable[[Index], str | None] | None = None
    ) -> None:
        """`find_damage`: says which row is none of ours, if there is one; asked when a verb fails in a way that it should not.

        Raises ProfileDamaged, ProfileTooNew, ProfileNotWritable, ForeignFile, StorageFull.
        """
        self.path = path
        self._find_damage = find_damage
        self.bodies = bodies
        self.quota = quota
        self._is_open = False
        self._durable = False
        self._frees_room = False
        self._doomed: list[int] = []  # bodies whose files go when the transaction is committed
        self._has_unowned_bodies = False  # perhaps: somebody has let one go that has a row
        self._kept: list[tuple[StoredBody, int]] = []  # what `recorded` was, if the transaction is rolled back
        self.has_had_room = True
        """Whether there was room on the disk at any time since this was last set to false."""
        self._why_it_only_reads: StorageError | None = None
        self._state: Literal["written", "only read", "lost"] = "written"
        self._log = Log(path)
        self._reserve = Reserve(path.with_name(RESERVE_NAME))
        bodies.doomed.flush_log, bodies.doomed.when_there_is_room = self._flush_log, self._reserve.take
        try:
            self._connection = self._connect()
        except StorageFull:
            if not self._reserve.give_up():
                raise
            self._connection = self._connect()

    def _connect(self) -> sqlite3.Connection:
        with disk_errors(self.path):
            return connect(self.path, self.bodies)

    def close(self) -> None:
        """Close the database. Running it again does nothing."""
        if self.only_reads and self._state != "lost":
            with suppress(OSError):
                self._log.save()
            self._state = "lost"
        self._connection.close()
        self._log.close()

    # Transactions ---------------------------------------------------------------------------------------------------

    def run(self, job: Callable[[Index], R]) -> R:
        """A job as one transaction. It is tried again when the disk is full and room can be made, so it must change nothing
        but the index.
        """
        frees_room = False
        ways = iter(
            (
                self.bodies.doomed.delete,
                self._shorten_the_log,
                self._forget_bodies_let_go,
                lambda: frees_room and self._reserve.give_up(),
            )
        )
        while True:
            try:
                with self.transaction():
                    return job(self)
            except StorageFull:
                frees_room = self._frees_room
                if not any(makes_room() for makes_room in ways):
                    raise

    @contextmanager
    def transaction(self, *, durable: bool = False, frees_room: bool = False) -> Iterator[None]:
        """Everything inside happens or nothing. Joins the transaction that is already under way.

        `durable`: flushed to the disk when the outermost transaction has been committed. `frees_room`: it deletes, and
        may have the reserve if the disk is full.
        """
        if not self._is_open:
            self._durable = self._frees_room = False
        self._durable = self._durable or durable
        self._frees_room = self._frees_room or frees_room
        with self.blaming_damage(), self._savepoint() if self._is_open else self._whole_transaction():
            yield

    @contextmanager
    def _whole_transaction(self) -> Iterator[None]:
        if self.only_reads:
            self._end_writing()
        connection = self._connection
        changes = connection.total_changes
        has_changed = False
        try:
            with self._refusing_to_write(), disk_errors(self.path):
                self._look_at_abandoned_bodies()
                connection.execute("BEGIN" if self.only_reads else "BEGIN IMMEDIATE")
                self._is_open = True
                try:
                    yield
                    has_changed = connection.total_changes != changes
                    if has_changed:
                        self._forget_unowned_bodies()
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                if has_changed:
                    self._after_a_commit()
                self._kept.clear()
        finally:
            self._take_back(0, 0)
            self._is_open = False
        if not has_changed and self._has_unowned_bodies:
            self._forget_bodies_let_go()

    def _after_a_commit(self) -> None:
        self._log.note_commit()
        if self._durable:
            try:
                self._flush_log()
            except StorageError as error:
                self._end_writing(take_back=True)
                raise self._refusal() from error
        self._has_unowned_bodies = False
        self.bodies.doomed.add(self._doomed)
        self._doomed.clear()
        is_short_of_room = self.bodies.doomed.is_short_of_room()
        self.has_had_room = self.has_had_room or not is_short_of_room
        self._shorten_the_log(_LOG_WORTH_ITS_ROOM if is_short_of_room else _LONG_LOG)

    def _take_back(self, doomed: int, kept: int) -> None:
        """What has been noted beyond so many does not count."""
        del self._doomed[doomed:]
        for body, recorded in reversed(self._kept[kept:]):
            body.recorded = recorded
        del self._kept[kept:]

    # What the disk says ---------------------------------------------------------------------------------------------

    def _flush_log(self) -> None:
        """Bring what was committed to the disk. From any thread. Raises StorageError; from then on nothing is written."""
        try:
            with disk_errors(self.path):
                if self.bodies.is_lasting:
                    self._log.flush(lambda log: flush_to_disk(log))
        except StorageError as error:
            self._why_it_only_reads = self._why_it_only_reads or error
            raise

    def _shorten_the_log(self, least: int = _LOG_WORTH_ITS_ROOM) -> bool:
        """Bring it into the database if it has so many bytes. False: it is as it was, and keeps what it promised."""
        try:
            with disk_errors(self.path):
                if self.only_reads or self._log.size < least:
                    return False
                is_busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not is_busy
        except StorageFull:
            return False
        except StorageError as error:
            self._why_it_only_reads = error
            return False

    def have_a_reserve(self) -> None:
        """Keep some room back, if there is enough. From any thread."""
        self._reserve.take()

    @property
    def only_reads(self) -> bool:
        """Whether nothing is written any more, because the log could not be flushed."""
        return self._why_it_only_reads is not None

    def _end_writing(self, *, take_back: bool = False) -> None:
        """From now on it is only read. `take_back`: as if the last commit had not been.

        Raises StorageFailed when it cannot even be read any more.
        """
        try:
            with disk_errors(self.path):
                if take_back:
                    self._log.save(without_last_transaction=True)
                    self._connection.close()
                    self._connection = self._connect()
                if self._state == "written":
                    self._connection.execute("PRAGMA query_only = ON")
                    self._state = "only read"
        except StorageError:
            self._state = "lost"
            self._connection.close()
        if self._state == "lost":
            raise self._refusal()

    def _refusal(self) -> StorageFailed:
        why = "" if self._why_it_only_reads is None else self._why_it_only_reads.what
        return StorageFailed(self.path, f"nothing is stored any more in this run, as its log cannot be flushed ({why})")

    @contextmanager
    def _refusing_to_write(self) -> Iterator[None]:
        try:
            yield
        except ProfileNotWritable as error:
            if self.only_reads:
                raise self._refusal() from error
            raise

    @contextmanager
    def blaming_damage(self) -> Iterator[None]:
        """Raise ProfileDamaged when what is inside fails because of rows that somebody else has written."""
        try:
            yield
        except _PERHAPS_OF_DAMAGE as error:
            if (damage := self._look_for_damage()) is None:
                raise
            raise ProfileDamaged(self.path, damage) from error

    def _look_for_damage(self) -> str | None:
        find, self._find_damage = self._find_damage, None  # it must not be asked for itself
        try:
            return None if find is None else find(self)
        finally:
            self._find_damage = find

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """A transaction in a transaction: what it did is taken back when it fails, even if its caller goes on."""
        connection = self._connection
        doomed, kept = len(self._doomed), len(self._kept)
        with disk_errors(self.path):
            connection.execute("SAVEPOINT verb")
            try:
                yield
            except BaseException:
                self._take_back(doomed, kept)
                if connection.in_transaction:
                    connection.execute("ROLLBACK TO verb")
                    connection.execute("RELEASE verb")
                raise
            connection.execute("RELEASE verb")

    @property
    def is_in_transaction(self) -> bool:
        """False outside of one, and inside when SQLite itself has given it up."""
        return self._connection.in_transaction

    def execute(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """Run a statement that changes rows. Returns how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def insert(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """Run an INSERT. Returns the new row's id."""
        row = self._connection.execute(statement, values).lastrowid
        assert row is not None
        return row

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement that changes rows once for each of `rows`."""
        self._connection.executemany(statement, rows)

    def rows(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        """All rows of a SELECT."""
        return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> Row | None:
        """The first row of a SELECT, None when it has none."""
        row: Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def rows_with_raw_texts(self, statement: str) -> list[Row]:
        """The same, with texts as bytes: for those that may be no UTF-8."""
        self._connection.text_factory = bytes
        try:
            return self._connection.execute(statement).fetchall()
        finally:
            self._connection.text_factory = str

    def keep(self, body: StoredBody | None) -> int | None:
        """Note in the index what is on the disk of `body`, and return its id for the row that is to own it."""
        if body is None:
            return None
        # NB: another thread may flush more meanwhile: what is looked at is looked at once, the state first.
        state, on_disk = body.state, self.bodies.promise(body)
        self._connection.execute(
            """INSERT INTO bodies (id, storage_key, size, checksum, state) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)
               DO UPDATE SET size = excluded.size, checksum = excluded.checksum, state = excluded.state""",
            (body.id, body.storage_key, *on_disk, state),
        )
        self._kept.append((body, body.recorded))
        body.recorded = on_disk.size
        return body.id

    def body(self, body_id: int | None) -> StoredBody | None:
        """The body a row owns, as the object that everybody in this process shares."""
        if body_id is None:
            return None
        alive = self.bodies.alive.get(body_id)
        if alive is not None:
            return alive
        row = self.row("SELECT storage_key, size, checksum, state FROM bodies WHERE id = ?", (body_id,))
        assert row is not None, "a foreign key holds it"
        storage_key, size, checksum, state = row
        if not isinstance(size, int):
            raise TypeError(f"the size of body {body_id} is {size!r}")
        if not isinstance(checksum, int | None):
            raise TypeError(f"the checksum of body {body_id} is {checksum!r}")
        return self.bodies.stored(body_id, storage_key, Extent(size, checksum), state)

    # Bodies that go ----------------------------------------------------------------------------------------------------

    def reclaim(self) -> None:
        """Remove the bodies that no row owns and nobody in this process holds.

        Every transaction that changes something does.
        """
        with self.transaction(frees_room=True):
            self._forget_unowned_bodies()

    def let_go_of_all_bodies(self) -> None:
        """Nobody holds any from now on: the profile closes."""
        self.bodies.abandoned.extend(list(self.bodies.alive.keys()))
        self.bodies.alive.clear()

    def _look_at_abandoned_bodies(self) -> None:
        """The files of those without a row go, whatever becomes of any transaction; others go with their rows."""
        abandoned, without_row = self.bodies.abandoned, []
        for _ in range(len(abandoned)):
            body_id = abandoned.popleft()
            if body_id in self.bodies.alive:
                abandoned.append(body_id)  # it is about to go, or has come back
            elif self.row("SELECT 1 FROM bodies WHERE id = ?", (body_id,)) is None:
                without_row.append(body_id)
            else:
                self._has_unowned_bodies = True
        self.bodies.doomed.add(without_row)

    def _forget_unowned_bodies(self) -> None:
        """Delete the rows of bodies that no row owns and nobody holds; their files follow."""
        if self.only_reads:
            return
        rows = self.rows("SELECT id FROM bodies WHERE owners = 0")
        unowned = [body_id for (body_id,) in rows if body_id not in self.bodies.alive]
        self.execute_many("DELETE FROM bodies WHERE id = ?", ((body_id,) for body_id in unowned))
        self._doomed += unowned

    def _forget_bodies_let_go(self) -> bool:
        """In a transaction of its own. False: there were none, or the disk refuses, and it is tried again later."""
        if not self._has_unowned_bodies or self.only_reads:
            return False
        self._has_unowned_bodies = False
        with suppress(StorageError):
            try:
                self.reclaim()
            except StorageFull:
                if not self._reserve.give_up():
                    raise
                self.reclaim()
            return True
        self._has_unowned_bodies = True
        return False


def disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Make a function over the index one transaction."""
    return _as_transaction(function)


def durable_disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Make a function over the index one transaction that is on the disk, power loss or not, when it returns."""
    return _as_transaction(function, durable=True)


def deleting_disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Make a function over the index one transaction that may use the last room on the disk, as it makes some."""
    return _as_transaction(function, frees_room=True)


def durable_deleting_disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Both."""
    return _as_transaction(function, durable=True, frees_room=True)


def _as_transaction(
    function: Callable[Concatenate[Index, P], R], durable: bool = False, frees_room: bool = False
) -> Callable[Concatenate[Index, P], R]:
    @functools.wraps(function)
    def verb(index: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with index.transaction(durable=durable, frees_room=frees_room):
            return function(index, *args, **kwargs)

    return verb


def to_json(value: object) -> str:
    """A JSON column's text. ASCII only, so that lone surrogates survive."""
    return json.dumps(value, separators=(",", ":"))


def from_json(text: str) -> Record:
    """The record a JSON column holds."""
    record: Record = json.loads(text)
    return record


def to_blob(text: str) -> bytes:
    """A script's string as a column that can hold lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def from_blob(blob: bytes) -> str:
    """The string that `to_blob` stored."""
    return blob.decode("utf-8", "surrogatepass")
