"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.background_fetch.concepts import BackgroundFetchResponse
from engine.background_fetch.partial_responses import extract_content_range_values, strong_validator, validate_a_partial_response
from engine.background_fetch.retry import is_transient_failure, is_transient_status, retry_after
from engine.event_loop import Cancelled, in_parallel
from engine.fetch import fetch
from engine.http.body import Body, BodyFailure
from engine.http.policy_container import PolicyContainer
from engine.http.ranges import extract_content_range
from engine.http.response import is_an_ok_status
from engine.storage import BodyWriter, QuotaExceeded, StorageError, StorageFull
from engine.url import origin_from_record
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.http.request import Request
    from engine.http.response import Response

_CHUNK = 1 << 20
_MOST_ROUNDS_WITHOUT_PROGRESS = 3
_NETWORK_FAILURE_KINDS = frozenset({"offline", "reset", "timed out", "truncated", "stalled"})


async def complete_a_record(fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
    """https://wicg.github.io/background-fetch/#complete-a-record-algorithm

    Returns when the record has its result, and always with one. NB: where the specification calls itself again, this is a loop.
    """
    rounds_without_progress = 0
    while record.response_data.result == "":
        before = record.response_data.length
        # 3. Nothing happens while it is paused. NB: nor before it is this fetch's turn.
        await bg_fetch.may_go_on()
        if bg_fetch.abort_all:
            record.response_data.settle("aborted")
            break
        async with fetches.turns.take(bg_fetch.storage_key):
            # 12. One attempt, which the paused flag and the abort all flag cut short.
            attempt = in_parallel(_Attempt(fetches, bg_fetch, record).run(), "an attempt at a record")
            forget = bg_fetch.when_stopped(attempt.cancel)
            bg_fetch.running.add(record)
            try:
                again = await attempt
            except Cancelled:
                # 13. It was aborted.
                attempt.cancel()
                if not bg_fetch.stopped:
                    raise
                # 13.1-13.2. The result is set before the ongoing fetch is terminated, which may come to another one.
                if bg_fetch.abort_all:
                    record.response_data.settle("aborted")
                again = "at once"
            finally:
                bg_fetch.running.discard(record)
                forget()
        # 14. Without a result, once more: at once, after a while, or when there is a network.
        if record.response_data.result != "":
            break
        if again == "later":
            await _wait(fetches, bg_fetch, record)
        elif not bg_fetch.stopped:
            # NB: a server that answers ranges and never gets on would keep us busy for ever.
            rounds_without_progress = 0 if record.response_data.length > before else rounds_without_progress + 1
            if rounds_without_progress >= _MOST_ROUNDS_WITHOUT_PROGRESS:
                record.response_data.settle("fetch-error")
    fetches.record_changed(bg_fetch, record)


async def _wait(fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
    """https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable: until it may be available again."""
    clock = fetches.user_agent.clock
    fetches.display_changed(bg_fetch)
    waiting = in_parallel(
        fetches.wait_until_online() if record.waiting_until is None else clock.sleep(record.waiting_until - clock.now()),
        "waiting to try a record again",
    )
    forget = bg_fetch.when_stopped(waiting.cancel)
    try:
        await waiting
    except Cancelled:
        waiting.cancel()
        if not bg_fetch.stopped:
            raise
    finally:
        forget()
        record.waiting_until, record.waiting_reason = None, ""
    fetches.display_changed(bg_fetch)


class _Attempt:
    """Steps 4 to 11: one request, and what becomes of its answer. Ours, for their shared variables."""

    def __init__(self, fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        self._fetches = fetches
        self._bg_fetch = bg_fetch
        self._record = record
        # 1. What there is so far.
        self._data = record.response_data
        # 2. The most there may be.
        self._download_total = bg_fetch.download_total or float("inf")
        # 7. Where to go on.
        self._range_start = self._data.length
        self._is_get = record.request.method == "GET"

    async def run(self) -> Literal["at once", "later"]:
        """The answer says how to go on where the record has no result yet."""
        # 11. Fetch, and
        last_transmitted_size = self._bg_fetch.uploaded

        def process_request_body(transmitted: int) -> None:
            # 11, "process request body", 1-4. Count what has gone up, and tell.
            self._bg_fetch.uploaded = min(last_transmitted_size + transmitted, self._bg_fetch.upload_total)
            self._fetches.progressed(self._bg_fetch)

        sent = 0

        def count(length: int) -> None:
            nonlocal sent
            sent += length
            process_request_body(sent)

        controller = fetch(self._request(), self._fetches.user_agent, process_request_body_chunk_length=count)
        try:
            return await self._process_response(await controller.response())
        finally:
            # 13.3. However it ends, nothing is left running.
            controller.terminate()

    def _request(self) -> Request:
        record, creator = self._record, self._bg_fetch.creator
        # 4. A copy. NB: its client is gone, so the policies of whoever asked travel with it (WICG/background-fetch#164).
        request = record.request.clone()
        request.origin = origin_from_record(creator["origin"])
        request.policy_container = PolicyContainer.from_record(creator["policy_container"])
        if record.request_body is not None:
            request.body = Body(record.request_body)
        # 5-6. It outlives pages, and no service worker sees it.
        request.keepalive = True
        request.service_workers_mode = "none"
        request.initiator_type = None
        # 8. Go on where we stopped. NB: `If-Range` lets the server say that it is another thing now.
        if self._range_start != 0:
            request.add_a_range_header(self._range_start)
            had = self._data.response
            validator = strong_validator(had.header_list) if had is not None else None
            if validator is not None:
                request.header_list.append(b"If-Range", validator)
        return request

    async def _process_response(self, response: Response) -> Literal["at once", "later"]:
        """Step 11, "process response"."""
        record, data = self._record, self._data
        # 1. There is no answer.
        if response.is_network_error:
            # 1.1. Perhaps later? Sending a body twice may do harm, so only for GET.
            if self._is_get and response.failure_kind == "offline":
                record.waiting_reason = "offline"
                return "later"
            if self._is_get and is_transient_failure(response):
                return self._try_again_later(response.reason or response.failure_kind, None)
            # 1.2-1.3. No. NB: also for schemes, ports and policies that forbid it: the record fails, not the call.
            data.settle("aborted" if response.aborted else "fetch-error")
            return "at once"
        if self._is_get and is_transient_status(response):
            # NB: 502, 503, 504 and 429 are "temporarily unavailable" too.
            wait = retry_after(response, self._fetches.user_agent.clock.wall_time())
            return self._try_again_later(f"the server answered {response.status}", wait)
        if self._range_start != 0 and response.status == 416:
            # AD-HOC: a server that did not tell the complete length, and now says that nothing is left, has told it.
            values = extract_content_range(response.header_list)
            if values and values.complete_length == self._range_start:
                await self._finish(await self._writer())
                return "at once"
        # 2-3. Does it continue what we have, or is it something new?
        if response.status == 206:
            if not validate_a_partial_response(self._range_start, response, data.response):
                if self._range_start == 0:
                    data.settle("fetch-error")
                else:
                    # AD-HOC: what differs may be the coding's own entity tag; the whole thing is asked for again, once.
                    self._start_over()
                return "at once"
        elif data.response is not None:
            # 3.1-3.4. SPEC-BUG: the text replaces the response data even if it is still empty, so that a record object
            # made before the first answer would never get one.
            data = self._start_over()
        # 4. Its head.
        if self._range_start == 0 or response.status != 206:
            head = response.clone() if response.body is None else _without_body(response)
            data.response = head
            self._fetches.record_changed(self._bg_fetch, record)
            data.tell_followers()
        if response.status != 206 and not is_an_ok_status(response.status):
            # AD-HOC: the head of a bad answer is shown, its bytes are not (as browsers and the tests have it).
            if response.body is not None:
                response.body.cancel()
            data.settle("bad-status")
            return "at once"
        # 5-8. Its bytes.
        return await self._receive(response)

    def _start_over(self) -> BackgroundFetchResponse:
        """Steps 3.1 to 3.4: what there was is redundant; those who hold it learn so."""
        old = self._data
        self._bg_fetch.stored_body_bytes_total -= old.length
        old.settle("redundant")
        self._data = self._record.response_data = BackgroundFetchResponse()
        self._range_start = 0
        self._fetches.record_changed(self._bg_fetch, self._record)
        self._fetches.progressed(self._bg_fetch)
        return self._data

    def _try_again_later(self, reason: str, wait: float | None) -> Literal["at once", "later"]:
        fetches, record = self._fetches, self._record
        record.attempts += 1
        delay = fetches.retry_policy.delay(record.attempts, wait, fetches.chance)
        if delay is None:
            self._data.settle("fetch-error")
            return "at once"
        record.waiting_until = fetches.user_agent.clock.now() + delay
        record.waiting_reason = reason
        return "later"

    async def _writer(self) -> BodyWriter:
        storage, data = self._fetches.user_agent.storage, self._data
        reserved = self._bg_fetch.download_total > 0
        if data.body is None:
            writer = storage.new_body(self._bg_fetch.storage_key, reserved=reserved)
            data.body = writer.body
            self._fetches.record_changed(self._bg_fetch, self._record)
            return writer
        return await storage.resume_body(data.body, reserved=reserved)

    async def _receive(self, response: Response) -> Literal["at once", "later"]:
        """Step 11, "process response", from 5 on: the bytes as they come."""
        bg_fetch, record, data, body = self._bg_fetch, self._record, self._data, response.body
        try:
            writer = await self._writer()
        except StorageError:
            data.settle("quota-exceeded")
            return "at once"
        received = 0
        try:
            # 6. Each piece:
            while body is not None and (chunk := await body.read(_CHUNK)):
                # 6.1. Too much? Exactly the total is not.
                if bg_fetch.stored_body_bytes_total + len(chunk) > self._download_total:
                    body.cancel()
                    data.settle("download-total-exceeded")
                    break
                # 6.2-6.3. Store it.
                await writer.append(chunk)
                received += len(chunk)
                record.attempts = 0
                bg_fetch.stored_body_bytes_total += len(chunk)
                # 6.4. Tell.
                self._fetches.bytes_arrived(bg_fetch, record, writer)
            else:
                # 7. All of it has come.
                return await self._all_received(response, writer)
        except (QuotaExceeded, StorageFull):
            data.settle("quota-exceeded")
        except StorageError:
            data.settle("fetch-error")
        except BodyFailure as failure:
            # 8. It broke off.
            return await self._broke_off(writer, failure)
        except ScriptException:
            data.settle("fetch-error")
        except BaseException:
            # Paused, aborted, closed: what has come is kept.
            await self._keep(writer)
            raise
        self._give_up(writer)
        return "at once"

    async def _all_received(self, response: Response, writer: BodyWriter) -> Literal["at once", "later"]:
        # 7.1. A part is the end only if it reaches the end.
        if response.status == 206:
            values = extract_content_range_values(response)
            if values is None or values.complete_length != writer.body.length:
                await self._keep(writer)
                return "at once"
        # 7.2-7.4. (A bad status has been seen to before.)
        await self._finish(writer)
        return "at once"

    async def _broke_off(self, writer: BodyWriter, failure: BodyFailure) -> Literal["at once", "later"]:
        if not self._is_get or failure.kind not in _NETWORK_FAILURE_KINDS:
            # 8.2. For good.
            self._data.settle("fetch-error")
            self._give_up(writer)
            return "at once"
        # 8.1. For now.
        await self._keep(writer)
        if failure.kind == "offline":
            self._record.waiting_reason = "offline"
            return "later"
        return self._try_again_later(str(failure), None)

    async def _finish(self, writer: BodyWriter) -> None:
        self._fetches.ledger.forget_writer(self._record)
        try:
            await writer.finish()
        except StorageError:
            self._data.settle("quota-exceeded")
            return
        self._data.settle("success")

    async def _keep(self, writer: BodyWriter) -> None:
        self._fetches.ledger.forget_writer(self._record)
        await writer.pause()

    def _give_up(self, writer: BodyWriter) -> None:
        self._fetches.ledger.forget_writer(self._record)
        writer.fail(f"the download ended: {self._data.result}")


def _without_body(response: Response) -> Response:
    """A copy of a response's head; what a filter hides stays hidden."""
    body, response.body = response.body, None
    inner = response.internal_response
    inner_body = inner.body if inner is not None else None
    if inner is not None:
        inner.body = None
    try:
        return response.clone()
    finally:
        response.body = body
        if inner is not None:
            inner.body = inner_body
