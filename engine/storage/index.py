"""The index: one SQLite database, one connection, used by the storage thread only.

**Durability.** The database is in WAL mode with `synchronous=NORMAL`: a commit survives the death of the process at
once, and the loss of power once the log has been flushed, which SQLite does at a checkpoint and we do at the end of
a *durable* verb (for what a script was promised: a registration, a background fetch, its progress). Whatever
happens, the database stays consistent.

A temporary profile, of which nothing is to be left, is never flushed.

**Order.** The bytes of a body file, and the names on the way to it, are flushed before a row that promises them is
committed (body_writer.py). After any accident, therefore, no row promises bytes that are not there; a file may be
longer than its row says, or have no row at all: the first is cut when it is resumed, the second removed at the next
start.

Verbs are plain functions over an `Index`. Each is one transaction; a verb called by a verb joins its caller's, so
that any function made of verbs is one transaction too when it is itself marked as one.
"""

from __future__ import annotations

import functools
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from engine.infra.sentinels import Record
from engine.storage.bodies import Bodies
from engine.storage.errors import NotAProfile, ProfileDamaged, ProfileTooNew, disk_errors
from engine.storage.flushing import flush_to_disk
from engine.storage.own_files import open_own_file, refuse_what_is_no
from engine.storage.quota import Quota
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, VERSION, strange_definition
from engine.storage.stored_body import StoredBody

P = ParamSpec("P")
R = TypeVar("R")

Row: TypeAlias = tuple[Any, ...]

_PERHAPS_OF_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    sqlite3.IntegrityError,
    sqlite3.OperationalError,
)
"""How verbs fail that meet values of other types than we store; or ours fail, without any."""


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
        self._doomed: list[int] = []  # bodies whose files go when the transaction is committed
        self._log: int | None = None
        with disk_errors(path):
            self._connection = _connect(path, is_lasting=bodies.is_lasting)

    def close(self) -> None:
        """Close the database. Running it again does nothing."""
        self._connection.close()
        if self._log is not None:
            os.close(self._log)
            self._log = None

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """Everything inside happens or nothing. Joins the transaction that is already under way.

        `durable`: flushed to the disk when the outermost transaction has been committed.
        """
        self._durable = self._durable or durable
        with self.blaming_damage(), self._savepoint() if self._is_open else self._whole_transaction():
            yield

    @contextmanager
    def _whole_transaction(self) -> Iterator[None]:
        connection = self._connection
        changes = connection.total_changes
        try:
            with disk_errors(self.path):
                connection.execute("BEGIN IMMEDIATE")
                self._is_open = True
                try:
                    yield
                    has_changed = connection.total_changes != changes
                    if has_changed or self.bodies.abandoned:
                        self._forget_unowned_bodies()
                    connection.execute("COMMIT")
                except BaseException:
                    self._doomed.clear()
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                if self._durable and has_changed and self.bodies.is_lasting:
                    self._flush_log()
        finally:
            self._is_open = self._durable = False
        if self._doomed:
            self.bodies.remove(self._doomed)
            self._doomed = []

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

    def _flush_log(self) -> None:
        """Bring what was committed to the disk: the write-ahead log, which stays one file while we are open."""
        if self._log is None:
            self._log = open_own_file(self.path.with_name(self.path.name + "-wal"), os.O_RDWR)
        flush_to_disk(self._log)

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """A transaction in a transaction: what it did is taken back when it fails, even if its caller goes on."""
        connection = self._connection
        doomed = len(self._doomed)
        connection.execute("SAVEPOINT verb")
        try:
            yield
        except BaseException:
            del self._doomed[doomed:]
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
        state, size = body.state, body.flushed
        self._connection.execute(
            """INSERT INTO bodies (id, storage_key, size, state) VALUES (?, ?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET size = excluded.size, state = excluded.state""",
            (body.id, body.storage_key, size, state),
        )
        body.recorded = size
        return body.id

    def body(self, body_id: int | None) -> StoredBody | None:
        """The body a row owns, as the object that everybody in this process shares."""
        if body_id is None:
            return None
        alive = self.bodies.alive.get(body_id)
        if alive is not None:
            return alive
        row = self.row("SELECT storage_key, size, state FROM bodies WHERE id = ?", (body_id,))
        assert row is not None, "a foreign key holds it"
        storage_key, size, state = row
        if not isinstance(size, int):
            raise TypeError(f"the size of body {body_id} is {size!r}")
        return self.bodies.stored(body_id, storage_key, size, state)

    def reclaim(self) -> None:
        """Remove the bodies that no row owns and nobody in this process holds.

        Every transaction that changes something does.
        """
        with self.transaction():
            self._forget_unowned_bodies()

    def let_go_of_all_bodies(self) -> None:
        """Remove the bodies that no row owns, whoever holds them: when the profile closes."""
        self.bodies.abandoned.extend(list(self.bodies.alive.keys()))
        self.bodies.alive.clear()
        self.reclaim()

    def _forget_unowned_bodies(self) -> None:
        """Delete the rows of bodies that no row owns and nobody holds; their files follow."""
        abandoned = self.bodies.abandoned
        while abandoned:
            body_id = abandoned.popleft()
            if body_id not in self.bodies.alive and self.row("SELECT 1 FROM bodies WHERE id = ?", (body_id,)) is None:
                self._doomed.append(body_id)
        rows = self.rows("SELECT id FROM bodies WHERE owners = 0")
        unowned = [body_id for (body_id,) in rows if body_id not in self.bodies.alive]
        self.execute_many("DELETE FROM bodies WHERE id = ?", ((body_id,) for body_id in unowned))
        self._doomed += unowned


def disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Make a function over the index one transaction."""

    @functools.wraps(function)
    def verb(index: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with index.transaction():
            return function(index, *args, **kwargs)

    return verb


def durable_disk_verb(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Make a function over the index one transaction that is on the disk, power loss or not, when it returns."""

    @functools.wraps(function)
    def verb(index: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with index.transaction(durable=True):
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


def _connect(path: Path, *, is_lasting: bool) -> sqlite3.Connection:
    # The file is made by us first, so that nobody else can read it; and SQLite would follow links.
    os.close(open_own_file(path, os.O_RDWR | os.O_CREAT))
    for suffix in ("-wal", "-shm", "-journal"):
        refuse_what_is_no(stat.S_IFREG, path.with_name(path.name + suffix))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        # The profile's lock keeps others out, so the database need not ask at each transaction whether they came.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA trusted_schema = OFF")
        version = _format(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if is_lasting else 'OFF'}")
        _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _format(connection: sqlite3.Connection, path: Path) -> int:
    """The format a database has, 0: it is new. Raises NotAProfile, ProfileTooNew, ProfileDamaged; changes nothing."""
    application, version, tables = connection.execute(
        """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
           FROM pragma_application_id, pragma_user_version"""
    ).fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise NotAProfile(path)
    if version > VERSION:
        raise ProfileTooNew(path, version, VERSION)
    if version and (strange := strange_definition(connection, version)) is not None:
        raise ProfileDamaged(path, strange)
    return int(version)


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(
            f"""BEGIN IMMEDIATE; {migration}
                PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT;"""
        )
