"""Whether the body files are what the index says of them. Part of the checker.

A row promises that the first `size` bytes of its file are there; and which ones, where it has their checksum. A body that was
stored before there were checksums has none: nothing is known of its bytes, neither that they are good nor that they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.storage.errors import StorageError
from engine.storage.fault import Fault
from engine.storage.index import Index
from engine.storage.repairs import cut_file, give_up_bytes, set_file_aside, set_unowned_aside
from engine.storage.stored_body import NOTHING

_READ_SIZE = 1 << 20
_SET_ASIDE = "it is moved into the folder `lost`"
_GIVEN_UP = "what needs it begins anew, or is deleted where that is impossible; its bytes are moved into the folder `lost`"
_GOES_ON = "what needs it goes on or begins anew, or is deleted where that is impossible; bytes of no use are moved into the folder `lost`"


def check_bodies(index: Index, sizes: dict[int, int]) -> Iterator[Fault]:
    """Rows that promise bytes that are not there. `sizes`: of the files, by their numbers."""
    rows = "SELECT id, size, state, checksum FROM bodies WHERE owners > 0 ORDER BY id"
    for body_id, size, state, checksum in index.rows(rows):
        where = str(index.bodies.path(body_id))
        actual = sizes.get(body_id, -1)
        give_up = partial(give_up_bytes, body_id=body_id, actual=max(0, actual))
        if actual < 0:
            yield Fault("missing file", where, f"0 of {size} bytes are there", _GOES_ON, give_up)
        elif actual < size:
            yield Fault("short file", where, f"{actual} of {size} bytes are there", _GOES_ON, give_up)
        elif checksum is not None and (what := _change_of_bytes(index, body_id, size, checksum)) is not None:
            yield Fault("changed bytes", where, what, _GIVEN_UP, partial(give_up_bytes, body_id=body_id, actual=0))
        elif actual > size and state == "complete":
            what = f"it has {actual} bytes, {size} were stored"
            yield Fault("long file", where, what, "it is cut", partial(cut_file, body_id=body_id, size=size))


def check_folder(index: Index, sizes: dict[int, int]) -> Iterator[Fault]:
    """Files without an owner."""
    noted = {body_id for (body_id,) in index.rows("SELECT id FROM bodies")}
    for body_id in sorted(sizes.keys() - noted):
        where = str(index.bodies.path(body_id))
        yield Fault("orphan file", where, "no row speaks of it", _SET_ASIDE, partial(set_file_aside, body_id=body_id))
    for (body_id,) in index.rows("SELECT id FROM bodies WHERE owners = 0"):
        if body_id not in index.bodies.alive:
            where = str(index.bodies.path(body_id))
            yield Fault("unowned body", where, "nothing owns it", _SET_ASIDE, set_unowned_aside)
    known = {index.bodies.path(body_id) for body_id in sizes}
    for path in sorted(index.bodies.folder.rglob("*")):
        if not path.is_dir() and path not in known:
            yield Fault("foreign file", str(path), "it is no body file", "left alone: move it away")


def _change_of_bytes(index: Index, body_id: int, size: int, checksum: int) -> str | None:
    """How the first `size` bytes differ from those that were stored, in words; None: not at all."""
    found = NOTHING
    try:
        while found.size < size:
            piece = min(_READ_SIZE, size - found.size)
            found = found.and_then(index.bodies.read_now(body_id, found.size, piece))
    except StorageError as error:
        return f"it cannot be read: {error.what}"
    return None if found.checksum == checksum else "its bytes are not those that were stored"
