"""What is done with jobs and their queues. https://w3c.github.io/ServiceWorker/#dfn-job"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.event_loop import Cancelled
from engine.infra import EngineBug
from engine.service_worker.concepts import Registration
from engine.service_worker.job import Job, JobSettings, JobType
from engine.service_worker.records import registration_record
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.service_worker.job import JobQueue
    from engine.service_worker.registration_map import RegistrationMap
    from engine.url import URL

def create_job(
    service_workers: RegistrationMap,
    type: JobType,
    storage_key: str,
    scope_url: URL,
    script_url: URL | None,
    promise: int | None,
    client: Environment | None,
) -> Job:
    """https://w3c.github.io/ServiceWorker/#create-job-algorithm"""
    # 1–7. The job.
    job = Job(service_workers, type, storage_key, scope_url, script_url, promise, client)
    # 8. The job's referrer: the client's creation URL.
    if client is not None:
        job.settings = JobSettings.of(client)
        job.referrer = client.creation_url
    # 9. The job is returned.
    return job


def schedule_job(job: Job) -> None:
    """https://w3c.github.io/ServiceWorker/#schedule-job-algorithm"""
    # 1–4. The job queue of the scope. NB: of the storage key too; scopes of two keys that are the same need not wait
    # for each other.
    queue = job.service_workers.job_queues.setdefault((job.storage_key, job.scope_url.serialized), deque())
    if not queue:
        # 5. A job in an empty queue is run at once.
        job.queue = queue
        queue.append(job)
        run_job(queue)
        return
    # 6.1. A job that is equivalent to the last one joins its list of equivalent jobs.
    last_job = queue[-1]
    if job.is_equivalent_to(last_job) and not last_job.settled:
        last_job.equivalent_jobs.append(job)
    else:
        # 6.3. Any other is enqueued.
        job.queue = queue
        queue.append(job)


def run_job(queue: JobQueue) -> None:
    """https://w3c.github.io/ServiceWorker/#run-job-algorithm"""
    # 1. The job queue is not empty.
    assert queue
    # 2. NB: not delayed until the document that asks has been parsed, which the specification's note would allow.
    queue[0].service_workers.in_parallel(_run(queue[0]), f"{queue[0].type} job")


async def _run(job: Job) -> None:
    # 2.2–2.4. Register, update or unregister, by the job type.
    try:
        await job.service_workers.job_steps[job.type](job)
    except Exception as error:
        job.service_workers.user_agent.embedder.engine_bug(error)
        _give_up(job, JSTypeError(f"internal error: {error}"))
    except Cancelled:
        _give_up(job, DOMException("it was given up", "AbortError"))
        raise


def _give_up(job: Job, error: ScriptException) -> None:
    """Neither a fault of ours nor being cancelled may hold up the queue, or leave something half done in it. Ours."""
    reject_job_promise(job, error)
    assert job.queue is not None
    if job.queue and job.queue[0] is job:
        job.service_workers.forget_what_is_not_installed(job)
        finish_job(job)


def finish_job(job: Job) -> None:
    """https://w3c.github.io/ServiceWorker/#finish-job-algorithm"""
    # 1–2. The job queue's first item is this job.
    queue = job.queue
    if queue is None or not queue or queue[0] is not job:
        raise EngineBug(f"a {job.type} job finishes that was not running")
    # 3. Dequeue.
    queue.popleft()
    if queue:
        # 4. Run the next job.
        run_job(queue)
    else:
        # NB: an empty queue need not be kept.
        job.service_workers.job_queues.pop((job.storage_key, job.scope_url.serialized), None)


def resolve_job_promise(job: Job, value: Registration | bool) -> None:
    """https://w3c.github.io/ServiceWorker/#resolve-job-promise-algorithm"""

    # 1–2. Resolve the job promise, and those of equivalent jobs, in a task of each client.
    def answer(client: Environment) -> object:
        return registration_record(value, client) if isinstance(value, Registration) else value

    _settle(job, lambda client: (None, answer(client)))


def reject_job_promise(job: Job, error: ScriptException) -> None:
    """https://w3c.github.io/ServiceWorker/#reject-job-promise-algorithm

    Does nothing when the promise has been settled before.
    """
    # 1–2. Reject the job promise, and those of equivalent jobs, in a task of each client.
    record = [error.message, error.name, isinstance(error, DOMException)]
    _settle(job, lambda client: (record, None))


def _settle(job: Job, answer_for: Callable[[Environment], tuple[object, object]]) -> None:
    for waiting in (job, *job.equivalent_jobs):
        if waiting.settled:
            continue
        waiting.settled = True
        client, promise = waiting.client, waiting.promise
        if client is None or promise is None or client.destroyed:
            continue
        error, value = answer_for(client)
        _queue_settling(client, promise, error, value)


def _queue_settling(client: Environment, number: int, error: object, value: object) -> None:
    client.queue_a_global_task(
        "DOM manipulation task source",
        lambda: client.bindings.upcall("up_service_worker_settle_job", number, error, value),
    )
