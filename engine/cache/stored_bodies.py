"""Bodies on their way into the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.storage import StoredBody
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.http.body import Body
    from engine.storage import Storage

CHUNK_SIZE = 1024 * 1024


async def store_body(storage: Storage, storage_key: str, body: Body | None) -> StoredBody | None:
    """A complete body file with the bytes of `body`. Ours.

    Where they lie in one already it is that one: nothing is copied, and the quota counts it once. Anything else is
    written as it comes, no faster than the disk takes it. Raises what reading raises (JSTypeError, DOMException
    AbortError), and QuotaExceeded, StorageFull, StorageFailed.
    """
    if body is None:
        return None
    source = body.source
    if isinstance(source, StoredBody) and body.body_id is not None and source.storage_key == storage_key:
        await _complete(source)
        return source
    async with storage.new_body(storage_key) as writer:
        try:
            while chunk := await body.read(CHUNK_SIZE):
                await writer.append(chunk)
        except BaseException:
            body.cancel()
            raise
        return await writer.finish()


async def _complete(body: StoredBody) -> None:
    """Wait until a body that is still arriving is whole."""
    while body.state == "growing":
        await body.changed()
    if body.state == "failed":
        raise DOMException(body.failure, "AbortError") if body.aborted else JSTypeError(body.failure)
