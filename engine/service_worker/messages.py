"""Messages to workers and to their clients. The serialized messages are opaque here: a text and buffers.

https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options and #client-postmessage-options
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.clients import client_record
from engine.service_worker.records import worker_record
from engine.service_worker.run_service_worker import run_service_worker
from engine.service_worker.running import EventOutcome, RunningWorker
from engine.url import origin_of

if TYPE_CHECKING:
    from engine.event_loop import Future
    from engine.infra.sentinels import Record
    from engine.messaging import Message, Payment
    from engine.realms import Environment
    from engine.service_worker.concepts import ServiceWorker
    from engine.service_worker.registration_map import RegistrationMap


async def post_message_to_worker(
    worker: ServiceWorker, sender: Environment, message: Message, payment: Payment
) -> None:
    """https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options, its steps 5 and 6

    `payment`: kept as long as the message is.
    """
    # 5. NB: no message is skipped, as in browsers: workers do set `onmessage` late, while they are installed.
    outcome: EventOutcome = "not begun"
    # NB: a message whose worker ended before its task ran is kept for the next one that runs.
    while outcome == "not begun" and worker.state != "redundant":
        async with worker.message_order:
            # 6.1. Run service worker.
            running = await run_service_worker(worker)
            if running is None:
                return
            if running.ended:
                continue
            # 6.2. The message event, in a task:
            over = _queue_message_event(running, sender, message)
        outcome = await over


def _queue_message_event(running: RunningWorker, sender: Environment, message: Message) -> Future[EventOutcome]:
    """https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options, its step 6.2"""
    # 6.2.1. The source: a client, or a service worker.
    source: Record | None
    if isinstance(sender.global_scope, RunningWorker):
        source = {"worker": worker_record(sender.global_scope.worker, running.environment)}
    else:
        client = client_record(running.worker.registration.service_workers, sender)
        source = None if client is None else {"client": client}
    # 6.2.2–6.2.7. Deserialize the message and dispatch the event.
    text, buffers = message
    over: Future[EventOutcome] = running.agent.browser_thread.new_future()
    event = running.begin_event("message", over=over)
    running.queue_event(
        event,
        "DOM manipulation task source",
        "up_service_worker_fire_message_event",
        sender.origin.serialize(),
        source,
        text,
        *buffers,
    )
    return over


def post_message_to_client(
    service_workers: RegistrationMap, sender: ServiceWorker, client_id: str, message: Message, payment: Payment
) -> None:
    """https://w3c.github.io/ServiceWorker/#client-postmessage-options, its step 4"""
    # 4.1–4.3. The destination client, if it is still there. NB: a client of another origin never was, for this worker.
    client = service_workers.user_agent.environments.get(client_id)
    if client is None or client.destroyed or not client.execution_ready:
        return
    if client.storage_key != sender.registration.storage_key:
        return
    # 4.4–4.5. The message event, added to the client message queue, which the client's realm keeps.
    origin = origin_of(sender.script_url).serialize()
    source = worker_record(sender, client)
    bindings = client.bindings
    text, buffers = message

    def steps(payment: Payment = payment) -> None:
        bindings.upcall("up_service_worker_client_message", origin, source, text, *buffers)

    client.queue_a_global_task("client message queue", steps)
