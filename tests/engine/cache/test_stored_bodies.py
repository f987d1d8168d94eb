from __future__ import annotations

from typing import Any

import pytest

from engine.cache import store_body
from engine.event_loop import in_parallel, yield_to_others
from engine.http.body import Body
from engine.http.byte_streams import BytesStream, Pipe
from engine.storage import QuotaExceeded, estimate
from engine.webidl.exceptions import DOMException, JSTypeError

KEY = "https://site.test"


async def test_no_body_is_none(storage: Any) -> None:
    assert await store_body(storage, KEY, None) is None


async def test_a_stream_is_written(storage: Any) -> None:
    stored = await store_body(storage, KEY, Body(BytesStream(b"one", b"two")))
    assert stored is not None and stored.state == "complete" and await stored.read_all() == b"onetwo"


async def test_a_stored_body_is_linked_and_costs_nothing(storage: Any) -> None:
    stored = await storage.store_bytes(KEY, b"x" * 1000)
    used = (await storage.run(estimate, KEY)).usage
    assert await store_body(storage, KEY, Body(stored)) is stored
    assert (await storage.run(estimate, KEY)).usage == used


async def test_what_is_left_of_a_stored_body_is_copied(storage: Any) -> None:
    body = Body(await storage.store_bytes(KEY, b"abcdef"))
    await body.read(2)
    stored = await store_body(storage, KEY, body)
    assert stored is not None and await stored.read_all() == b"cdef"


async def test_anothers_stored_body_is_copied(storage: Any) -> None:
    foreign = await storage.store_bytes("https://elsewhere.test", b"abc")
    stored = await store_body(storage, KEY, Body(foreign))
    assert stored is not None and stored is not foreign and stored.storage_key == KEY


async def test_a_body_that_still_arrives_is_waited_for(storage: Any) -> None:
    writer = storage.new_body(KEY)
    await writer.append(b"begin")
    storing = in_parallel(store_body(storage, KEY, Body(writer.body)))
    for _ in range(5):
        await yield_to_others()
    assert not storing.done
    await writer.append(b" end")
    await writer.finish()
    assert await storing is writer.body


async def test_a_body_that_fails_to_arrive(storage: Any) -> None:
    writer = storage.new_body(KEY)
    storing = in_parallel(store_body(storage, KEY, Body(writer.body)))
    await yield_to_others()
    writer.fail("gone")
    with pytest.raises(JSTypeError, match="gone"):
        await storing


async def test_a_stream_that_fails_leaves_nothing(storage: Any) -> None:
    pipe = Pipe()
    await pipe.write(b"begin")
    pipe.error(DOMException("aborted", "AbortError"))
    with pytest.raises(DOMException):
        await store_body(storage, KEY, Body(pipe))
    assert (await storage.run(estimate, KEY)).usage == 0


async def test_a_full_quota_stops_the_stream(storage: Any) -> None:
    storage.index.quota.set_limit(KEY, 1000)
    stream = BytesStream(b"x" * 900, b"y" * 900)
    with pytest.raises(QuotaExceeded):
        await store_body(storage, KEY, Body(stream))
    assert stream.cancelled
