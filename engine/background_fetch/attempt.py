"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm: one fetch, and what becomes of its answer"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.background_fetch.concepts import BackgroundFetchResponse, why_bytes_end
from engine.background_fetch.partial_responses import (
    extract_content_range_values,
    is_coded,
    says_that_nothing_is_left,
    strong_validator,
    validate_a_partial_response,
)
from engine.background_fetch.retry import is_transient_failure, is_transient_status, is_unreachable, retry_after
from engine.event_loop import Cancelled, run_to_its_end
from engine.fetch import fetch
from engine.http.body import Body, BodyFailure
from engine.http.policy_container import PolicyContainer
from engine.http.response import is_an_ok_status
from engine.storage import BodyLost, BodyWriter, QuotaExceeded, StorageError, StorageFull
from engine.url import Origin, origin_from_record, origin_of, same_origin
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.storage import StoredBody

HowToGoOn: TypeAlias = Literal["at once", "later"]
"""What to do with a record that has no result after an attempt."""

CHUNK_SIZE: Final = 1 << 20
MOST_RESTARTS: Final = 5
"""So often may a record throw away what it has (in one run of the browser)."""
_KINDS_OF_BROKEN_NETWORK = frozenset({"offline", "reset", "timed out", "truncated", "stalled"})


class Attempt:
    """Steps 4 to 11: ours, for the variables they share. `run` it once, and then, however that ended, `conclude` it."""

    def __init__(self, fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        self._fetches = fetches
        self._bg_fetch = bg_fetch
        self._record = record
        # 1. What there is so far.
        self._data = record.response_data
        # 2. The most there may be.
        self._download_total = bg_fetch.download_total or float("inf")
        self._writer: BodyWriter | None = None
        self._is_complete = False
        self._sent = 0

    async def run(self) -> HowToGoOn:
        """The answer says how to go on where the record has no result yet."""
        record = self._record
        # AD-HOC: only HTTP(S) (WICG/background-fetch#44); data: and blob: would work elsewhere.
        if not record.request.url.is_http:
            return self._fail(f"{record.request.url.scheme}: URLs cannot be fetched in the background")
        # 7. Where to go on: behind what is safely on the disk.
        await self._go_back_to_what_is_stored()
        if self._data.result != "":
            return "at once"
        if not record.is_get and (failure := await self._note_that_it_is_sent()) is not None:
            return self._cannot_be_stored(failure)
        # 11. Fetch, and
        controller = fetch(
            self._request(),
            self._fetches.user_agent,
            process_request_body_chunk_length=None if record.request_body is None else self._process_request_body,
        )
        try:
            return await self._process_response(await controller.response())
        finally:
            # 13.4. However it ends, nothing is left running.
            controller.terminate()

    async def conclude(self) -> None:
        """Bring what has come to the disk, which needs no turn; only then a record has succeeded."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._fetches.ledger.forget_writer(self._bg_fetch, self._record)
        if self._is_complete:
            await self._finish(writer)
        elif self._bg_fetch.abort_all:
            writer.fail(why_bytes_end("aborted"), aborted=True)
        elif self._data.result != "":
            writer.fail(why_bytes_end(self._data.result))
        else:
            try:
                await writer.pause()
            except StorageError:
                # NB: the next attempt goes back to what is on the disk, and fails if there is no room for more.
                return

    async def _note_that_it_is_sent(self) -> StorageError | None:
        """A request that must not be repeated is noted in the profile before it is sent; returns why it cannot be. Ours."""
        record = self._record
        record.attempts += 1
        self._fetches.record_changed(self._bg_fetch, record)
        try:
            await self._fetches.ledger.write()
        except Cancelled:
            # It is not sent now.
            record.attempts -= 1
            self._fetches.record_changed(self._bg_fetch, record)
            raise
        return self._fetches.ledger.failure

    # The request ---------------------------------------------------------------------------------------------------

    def _request(self) -> Request:
        record, creator = self._record, self._bg_fetch.creator
        # 4. A copy. NB: its client is gone, so the policies of whoever asked travel with it
        # (WICG/background-fetch#164).
        # NB: and so, after a pause, do the cookies of the time at which it goes on, not those of the first request.
        request = record.request.clone()
        request.origin = origin_from_record(creator["origin"])
        request.policy_container = PolicyContainer.from_record(creator["policy_container"])
        request.traversable_for_user_prompts = "no-traversable"
        request.initiator_type = None
        if record.request_body is not None:
            request.body = Body(record.request_body)
        # 5–6. It outlives pages, and no service worker sees it.
        request.keepalive = True
        request.service_workers_mode = "none"
        # 8. Go on where we stopped. NB: a range of the script's own was for the first part.
        if self._data.length != 0:
            request.header_list.delete(b"Range")
            request.add_a_range_header(self._data.length)
            # NB: `If-Range` lets the server say that it is another thing now. To another origin it would make the
            # request one that needs a preflight; there the validators are compared afterwards only.
            had = self._data.response
            validator = strong_validator(had) if had is not None else None
            if had is not None and validator is not None and self._came_from(request.origin, had):
                request.header_list.append(b"If-Range", validator)
        return request

    def _came_from(self, origin: Origin, had: Response) -> bool:
        """Whether neither the request nor the redirects it met left `origin`."""
        urls = [*self._record.request.url_list, *had.unsafe_response().url_list]
        return all(same_origin(origin, origin_of(url)) for url in urls)

    def _process_request_body(self, length: int) -> None:
        """Step 11, "process request body": count what has gone up, and tell"""
        record, bg_fetch = self._record, self._bg_fetch
        assert record.request_body is not None
        # 1–3. NB: a body that is sent again, for a redirect, counts once.
        self._sent += length
        transmitted = min(self._sent, record.request_body.length)
        if transmitted > record.transmitted:
            bg_fetch.uploaded += transmitted - record.transmitted
            record.transmitted = transmitted
            # 4.
            self._fetches.bytes_departed(bg_fetch)

    # The response --------------------------------------------------------------------------------------------------

    async def _process_response(self, response: Response) -> HowToGoOn:
        """Step 11, "process response" """
        record, data = self._record, self._data
        # 1. There is no answer.
        if response.is_network_error:
            # 1.1. Perhaps later? Sending a body twice may do harm, so only for GET.
            if record.is_get and response.failure_kind == "offline":
                return self._when_online()
            if record.is_get and is_transient_failure(response):
                return self._later(response.reason or response.failure_kind, unreachable=is_unreachable(response))
            # 1.2–1.3. No. NB: also for ports and policies that forbid it: the record fails, not the call of fetch().
            if response.aborted:
                data.settle("aborted")
                return "at once"
            return self._fail(response.reason)
        # NB: 502, 503, 504, and 429 with a time, are "temporarily unavailable" too.
        if record.is_get and is_transient_status(response):
            wait = retry_after(response, self._fetches.user_agent.clock.wall_time())
            return self._later(f"the server answered {response.status}", wait)
        if response.status == 416 and data.length != 0:
            return self._nothing_is_left(response)
        # 2. Does it continue what we have?
        if response.status == 206:
            if is_coded(response) or not validate_a_partial_response(data.length, response, data.response):
                if data.length == 0:
                    return self._fail("the server's part is not the one that was asked for")
                # AD-HOC: what differs may only be the entity tag of another coding; the whole is asked for again.
                self._start_over()
                return "at once"
        # 3. Or is it something new? SPEC-BUG: the text replaces the response data even if they are still empty, so that
        # a record object made before the first answer would never get one.
        elif data.response is not None:
            self._start_over()
            data = self._data
            if data.result != "":
                return "at once"
        # 4–5. Its head. AD-HOC: that of a bad answer is shown, its bytes are not (as browsers and the tests have it).
        is_bad = not is_an_ok_status(response.status)
        if data.length == 0:
            body = response.body
            if body is not None and not is_bad and self._writer is None:
                self._begin_body()
            data.response = _without_body(response)
            data.has_changed()
            self._fetches.record_changed(self._bg_fetch, record)
        # 7.2. NB: without having read it.
        if is_bad:
            data.settle("bad-status", f"the server answered {response.status}")
            return "at once"
        if response.body is None:
            data.settle("success")
            return "at once"
        # 6–8. Its bytes.
        return await self._receive(response, response.body)

    def _nothing_is_left(self, response: Response) -> HowToGoOn:
        """AD-HOC: what 416 says to a request for the rest: that there is none, or that it is another thing now."""
        had = self._data.response
        if had is not None and says_that_nothing_is_left(self._data.length, response, had):
            self._is_complete = True
        else:
            self._start_over()
        return "at once"

    async def _receive(self, response: Response, body: Body) -> HowToGoOn:
        """Step 11, "process response", from 6 on: the bytes as they come"""
        fetches, bg_fetch, record, writer = self._fetches, self._bg_fetch, self._record, self._writer
        assert writer is not None
        length_before = writer.body.length
        try:
            # 6. Each piece:
            while chunk := await body.read(fetches.rate_limits.piece(CHUNK_SIZE)):
                size = len(chunk)
                # 6.1. Too much? Exactly the total is not. NB: bytes as they are stored, without content codings.
                if bg_fetch.stored_body_bytes_total + size > self._download_total:
                    body.cancel()
                    self._data.settle("download-total-exceeded", "there is more than downloadTotal says")
                    return "at once"
                if bg_fetch.storage_key in fetches.ledger.over_quota:
                    self._data.settle("quota-exceeded", "its site may not store as much")
                    return "at once"
                # 6.2–6.3. Store it. NB: counted beforehand, as other records do the same meanwhile.
                bg_fetch.stored_body_bytes_total += size
                try:
                    await writer.append(chunk)
                except BaseException:
                    bg_fetch.stored_body_bytes_total -= size
                    raise
                if record.is_get:
                    record.attempts, record.waited = 0, 0.0
                # 6.4. Tell.
                fetches.bytes_arrived(bg_fetch, record, writer, size)
                # NB: not faster than it may.
                if (has_had_its_time := fetches.rate_limits.arrived(bg_fetch, record, size)) is not None:
                    await has_had_its_time
        except StorageError as error:
            self._cannot_be_stored(error)
        except BodyFailure as failure:
            # 8. It broke off: for now,
            if record.is_get and failure.kind in _KINDS_OF_BROKEN_NETWORK:
                return self._when_online() if failure.kind == "offline" else self._later(failure.message)
            # or for good.
            self._fail(failure.message)
        except ScriptException as error:
            self._fail(error.message)
        else:
            # 7. It has come to its end.
            self._all_received(response, writer.body.length - length_before)
        return "at once"

    def _all_received(self, response: Response, received: int) -> None:
        # 7.1. A part is all only if it reaches the end.
        if response.status == 206:
            values = extract_content_range_values(response)
            assert values is not None
            # AD-HOC: a part that is not as long as it says fits nothing.
            if received != values.last - values.first + 1:
                self._start_over()
            else:
                self._is_complete = values.complete_length == self._data.length
            return
        # 7.3–7.4.
        self._is_complete = True

    # What comes of it ----------------------------------------------------------------------------------------------

    def _fail(self, reason: str) -> HowToGoOn:
        self._data.settle("fetch-error", reason)
        return "at once"

    def _cannot_be_stored(self, error: StorageError) -> HowToGoOn:
        is_full = isinstance(error, (QuotaExceeded, StorageFull))
        self._data.settle("quota-exceeded" if is_full else "fetch-error", error.what)
        return "at once"

    def _when_online(self) -> HowToGoOn:
        self._record.waiting_until, self._record.waiting_reason = None, "offline"
        return "later"

    def _later(self, reason: str, wait: float | None = None, *, unreachable: bool = False) -> HowToGoOn:
        fetches, record = self._fetches, self._record
        record.attempts += 1
        delay = fetches.retry_policy.delay(record, fetches.chance, retry_after=wait, unreachable=unreachable)
        if delay is None:
            return self._fail(reason)
        fetches.record_changed(self._bg_fetch, record)
        record.waited += delay
        record.waiting_until, record.waiting_reason = fetches.user_agent.clock.now() + delay, reason
        return "later"

    def _start_over(self) -> None:
        """Steps 3.1 to 3.4: what there was is redundant; those who hold it learn so, and `downloaded` goes down."""
        # NB: their bodies end with a TypeError; match() gives the new one (WICG/background-fetch#130).
        old = self._data
        if self._writer is not None:
            self._fetches.ledger.forget_writer(self._bg_fetch, self._record)
            self._writer.fail(why_bytes_end("redundant"))
            self._writer = None
        self._record.restarts += 1 if old.length else 0
        self._bg_fetch.stored_body_bytes_total -= old.length
        old.settle("redundant")
        self._data = self._record.response_data = BackgroundFetchResponse()
        if self._record.restarts > MOST_RESTARTS:
            # NB: whoever changes that often will never come to an end.
            self._fail("the server gave something else too often")
        self._fetches.record_changed(self._bg_fetch, self._record)
        self._fetches.progressed(self._bg_fetch)

    # The stored bytes ----------------------------------------------------------------------------------------------

    @property
    def _is_reserved(self) -> bool:
        return self._bg_fetch.download_total > 0

    def _begin_body(self) -> None:
        storage = self._fetches.user_agent.storage
        self._writer = storage.new_body(self._bg_fetch.storage_key, reserved=self._is_reserved)
        self._data.body = self._writer.body

    async def _go_back_to_what_is_stored(self) -> None:
        data, record = self._data, self._record
        if data.body is None:
            return
        had = data.length
        try:
            await run_to_its_end(self._resume(data.body))
        except BodyLost:
            # NB: somebody has been at the profile.
            self._start_over()
            return
        except StorageError as error:
            self._fail(error.what)
            return
        self._bg_fetch.stored_body_bytes_total -= had - data.length
        # NB: only the whole of it can be checked.
        if data.length and record.request.integrity_metadata:
            self._start_over()

    async def _resume(self, body: StoredBody) -> None:
        self._writer = await self._fetches.user_agent.storage.resume_body(body, reserved=self._is_reserved)

    async def _finish(self, writer: BodyWriter) -> None:
        try:
            await writer.finish()
        except StorageError as error:
            self._cannot_be_stored(error)
            writer.fail(error.what)
        else:
            # NB: also if it was stopped just then.
            self._data.settle("success")


def _without_body(response: Response) -> Response:
    """A copy of a response's head; what a filter hides stays hidden."""
    inner = response.unsafe_response()
    bodies = response.body, inner.body
    response.body = inner.body = None
    try:
        return response.clone()
    finally:
        response.body, inner.body = bodies
