"""https://wicg.github.io/background-fetch/#background-fetch-manager: its members, from the step at which they leave the
realm"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
from engine.background_fetch.icons import process_image_resources
from engine.background_fetch.lifetimes import begin
from engine.background_fetch.persistence import stored_form
from engine.cache.stored_bodies import store_body
from engine.event_loop import Semaphore, run_to_its_end, together
from engine.http.body import Body
from engine.storage import (
    StorageError,
    StoredBody,
    create_background_fetch,
    finish_background_fetch,
)
from engine.storage.errors_for_scripts import storage_errors_for_scripts
from engine.url import origin_to_record
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.background_fetch.downloads import Downloads
    from engine.background_fetch.options import BackgroundFetchOptions
    from engine.http.request import Request
    from engine.realms import Environment
    from engine.service_worker.concepts import Registration

_BODIES_AT_ONCE: Final = 16
_LARGEST_TOTAL: Final = 1 << 62
"""What the profile can count to; far beyond any quota."""


async def fetch(
    downloads: Downloads,
    environment: Environment,
    registration: Registration | None,
    id: str,
    requests: Sequence[Request],
    options: BackgroundFetchOptions,
) -> BackgroundFetch:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-fetch, from its step 8

    `requests` are the script's, their client is `environment`. Returns a background fetch that is stored and under way.
    Raises DOMException NotAllowedError, QuotaExceededError; JSTypeError.
    """
    # NB: WICG/background-fetch#180 wants it so.
    if environment.global_kind == "ServiceWorker" and not downloads.allow_fetch_in_service_workers:
        raise JSTypeError("a service worker may not begin a background fetch")
    if registration is None or registration.is_unregistered:
        # AD-HOC: what is unregistered would be gone at once.
        raise JSTypeError("the service worker registration has been unregistered")
    assert registration.storage_key == environment.storage_key
    state = downloads.registration_state(registration)
    # 8. On the active background fetches edit queue:
    async with state.edit_queue:
        # 8.1–8.2. The permission state of "background-fetch".
        permission = downloads.permission_state(environment)
        if permission == "denied":
            raise DOMException("background fetches are not allowed here", "NotAllowedError")
        # 8.4. The registration needs an active worker. (8.3. `state.active`.)
        if registration.active is None:
            raise JSTypeError("the service worker registration has no active worker")
        # 8.5. The id may not be that of an active background fetch.
        if id in state.active or id in state.beginning:
            raise JSTypeError(f'there is an active background fetch with the id "{id}" already')
        # AD-HOC: its name is taken from now on, and the queue is free: a script's stream may take as long as it likes.
        state.beginning.add(id)
    try:
        # 8.6–8.11. All request bodies are stored before it begins.
        bodies = await _store_request_bodies(downloads, environment, requests)
        # 8.12. The background fetch.
        bg_fetch = BackgroundFetch(
            id=id,
            registration=registration,
            records=[
                BackgroundFetchRecord(position, _without_client(request, environment), body)
                for position, (request, body) in enumerate(zip(requests, bodies, strict=True))
            ],
            storage_key=registration.storage_key,
            creator={
                "origin": origin_to_record(environment.origin),
                "policy_container": environment.policy_container.to_record(),
            },
            title=options.get("title", ""),
            icons=process_image_resources(options.get("icons", []), environment.api_base_url),
            download_total=max(0, min(int(options.get("downloadTotal", 0)), _LARGEST_TOTAL)),
            upload_total=sum(body.length for body in bodies if body is not None),
            paused=permission == "prompt",
            unique_id=str(uuid.uuid4()),
            created=downloads.clock.wall_time(),
            record_count=len(requests),
        )
        async with state.edit_queue:
            # NB: much may have happened while bodies were stored.
            with storage_errors_for_scripts():
                await downloads.stored()
            if registration.is_unregistered or registration.active is None:
                raise JSTypeError("the service worker registration has been unregistered")
            # 8.9. NB: and it is in the profile, with room reserved for what it says it will download.
            storing = downloads.storage.run(create_background_fetch, stored_form(bg_fetch))
            with storage_errors_for_scripts():
                bg_fetch.number = await run_to_its_end(storing)
            # 8.13. It enters the active background fetches.
            state.active[id] = bg_fetch
    finally:
        state.beginning.discard(id)
    # 8.15–8.16. Display it, and perform a background fetch. (8.14. The promise is the op's.)
    begin(downloads, bg_fetch)
    return bg_fetch


def _without_client(request: Request, environment: Environment) -> Request:
    """Step 6.3: a request without its client

    NB: what it would have asked of it later is settled now: the referrer; origin and policies are kept once for all.
    """
    if request.referrer == "client":
        request.referrer = "no-referrer" if environment.origin.is_opaque else environment.creation_url
    request.client = None
    request.origin = "client"
    request.policy_container = "client"
    request.body = None
    return request


async def _store_request_bodies(
    downloads: Downloads, environment: Environment, requests: Sequence[Request]
) -> list[StoredBody | None]:
    """Steps 8.6 to 8.11: all or none"""
    bodies: list[StoredBody | None] = [None] * len(requests)
    room = Semaphore(_BODIES_AT_ONCE)
    storage, storage_key = downloads.storage, environment.storage_key

    async def store(position: int, body: Body) -> None:
        # 8.8.3.1. Read the request's body and store it.
        async with room:
            bodies[position] = await store_body(storage, storage_key, body)

    given = [
        (position, Body(request.body) if isinstance(request.body, bytes) else request.body)
        for position, request in enumerate(requests)
        if request.body is not None
    ]
    try:
        # 8.10. Wait until every request body is stored.
        await together(store(position, body) for position, body in given)
    except BaseException as error:
        # 8.8.3.2. If one cannot be read, the others need not be. SPEC-BUG: the text errors their streams; cancelling is
        # what their sources understand (WICG/background-fetch#170).
        for _, body in given:
            body.cancel()
        # 8.9. The quota is exceeded.
        if isinstance(error, StorageError):
            with storage_errors_for_scripts():
                raise
        # 8.11. A body could not be read.
        if isinstance(error, ScriptException):
            raise JSTypeError(f"the body of a request cannot be read: {error.message}") from error
        raise
    return bodies


def get(downloads: Downloads, registration: Registration, id: str) -> BackgroundFetch | None:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-get, its steps 1 to 3

    NB: nothing is missed between this and the instance in the realm: see `add_instance` in update_instances.py.
    """
    return downloads.registration_state(registration).active.get(id)


def get_ids(downloads: Downloads, registration: Registration) -> list[str]:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-getids"""
    # 1–2. The ids of the registration's active background fetches.
    return list(downloads.registration_state(registration).active)


async def abort(downloads: Downloads, bg_fetch: BackgroundFetch) -> bool:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-abort, its parallel steps

    NB: also what the user does. Raises StorageError when the profile cannot be told: then it goes on, as it would in the next run.
    """
    # 1–3. On the active background fetches edit queue:
    async with downloads.edit_queue(bg_fetch.registration):
        # 3.1–3.3. It is active no more (NB: false, also in the event that says so),
        if get(downloads, bg_fetch.registration, bg_fetch.id) is not bg_fetch:
            return False
        # 3.4–3.5. or it is removed from the active background fetches. NB: once the profile knows it, so that its id is
        # free and no later run goes on with it.
        storing = downloads.storage.run(finish_background_fetch, bg_fetch.number, "failure", "aborted")
        await run_to_its_end(storing)
        downloads.deactivate(bg_fetch)
        # 3.6. Set its abort all flag.
        bg_fetch.set_abort_all()
        return True
