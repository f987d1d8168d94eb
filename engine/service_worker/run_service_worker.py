"""https://w3c.github.io/ServiceWorker/#run-service-worker-algorithm"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from engine.infra import utf8_decode
from engine.js import Agent, AgentClosed, JSError, ScriptInterrupted, set_import_meta, use_page_modules
from engine.realms import Environment, Reports, run_a_classic_script
from engine.service_worker.running import RunningWorker, terminate_service_worker
from engine.service_worker.script_errors import report_worker
from engine.service_worker.worker_modules import WorkerModules
from engine.url import origin_of
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.js import Limits
    from engine.service_worker.concepts import ServiceWorker
    from engine.service_worker.registration_map import RegistrationMap


_MOST_STARTS: Final = 5
"""How often a worker is started for those who wait, when somebody stops it each time."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the first run of a script shows of it."""

    event_types: list[str] = field(default_factory=list)
    fetch_listeners_are_empty: bool = False


async def run_service_worker(worker: ServiceWorker, force_bypass_cache: bool = False) -> RunningWorker | None:
    """https://w3c.github.io/ServiceWorker/#run-service-worker-algorithm

    Returns what runs, with its start status; None for failure.
    """
    # 1. A running worker's start status.
    running = worker.running
    if running is not None and running.started:
        return running
    # 2. A redundant worker does not run. NB: nor does any while the browser is closed.
    if worker.state == "redundant" or worker.registration.service_workers.closing:
        return None
    # NB: several events share one start.
    start = worker.registration.service_workers.user_agent.browser_thread.new_future()
    if worker.awaiting_start is not None:
        worker.awaiting_start.append(start)
    else:
        worker.awaiting_start = [start]
        if not worker.registration.service_workers.in_parallel(_start(worker, force_bypass_cache), f"start of {worker!r}"):
            worker.awaiting_start = None
            return None
    started: RunningWorker | None = await start
    return started


async def _start(worker: ServiceWorker, force_bypass_cache: bool) -> None:
    running: RunningWorker | None = None
    user_agent = worker.registration.service_workers.user_agent
    try:
        async with worker.registration.service_workers.room.for_a_start(worker):
            for _ in range(_MOST_STARTS):
                if worker.state == "redundant":
                    break
                running, was_stopped = await _run(worker, force_bypass_cache)
                if not was_stopped:
                    break
                # NB: whoever stopped it did not mean those who wait for it.
    except BaseException as error:
        terminate_service_worker(worker)
        if not isinstance(error, Exception):
            raise
        user_agent.embedder.engine_bug(error)
    finally:
        waiting, worker.awaiting_start = worker.awaiting_start or [], None
        for start in waiting:
            if not start.done():
                start.set_result(running)
        if running is not None:
            # NB: after all of them have gone on; none waits for anything before its event is queued.
            user_agent.browser_thread.post(running.starters_have_gone_on)


async def _run(worker: ServiceWorker, force_bypass_cache: bool) -> tuple[RunningWorker | None, bool]:
    """What runs, or None; and whether that is because somebody stopped it."""
    service_workers = worker.registration.service_workers
    # 3–5. The script resource, kept as the bytes of its response.
    resource = next(iter(worker.script_resource_map.values()))
    try:
        source = utf8_decode(await resource.data())
    except ScriptException as error:
        report_worker(worker, f"cannot run: its script is lost: {error.message}")
        return None, False
    # NB: its site's data may have been cleared while the script was read.
    if worker.state == "redundant":
        return None, False
    # 6–8. Setup ServiceWorkerGlobalScope, in an agent of its own.
    running = await _set_up(worker)
    # 9.1. The force bypass cache for import scripts flag.
    running.force_bypass_cache = force_bypass_cache
    # 9.2. NB: whoever has an event for it queues that when it runs.
    # 9.3–9.5. Run the classic or the module script.
    first = not worker.has_ever_been_evaluated
    try:
        running.start_error, facts = await running.agent.run(_evaluate, running, source, first)
    except (ScriptInterrupted, AgentClosed) as interruption:
        # 9.6. The script was aborted: failure.
        if isinstance(interruption, ScriptInterrupted):
            report_worker(worker, f"cannot run: its script did not end: {interruption}")
        was_stopped = running.ended and not running.was_given_up
        if not running.ended:
            terminate_service_worker(worker)
        return None, was_stopped
    if running.ended:
        return None, not running.was_given_up
    # 9.8. The first evaluation:
    if first:
        # 9.8.1–9.8.2. The set of event types to handle; the script has been evaluated.
        worker.event_types = set(facts.event_types)
        worker.has_ever_been_evaluated = True
        # 9.8.3–9.8.4. The all fetch listeners are empty flag.
        worker.all_fetch_listeners_are_empty = facts.fetch_listeners_are_empty
    # 7, 9.9–9.11. It is running, and its event loop runs.
    running.started = True
    running.last_activity = service_workers.user_agent.clock.now()
    running.watch()
    return running, False


async def _set_up(worker: ServiceWorker) -> RunningWorker:
    """https://w3c.github.io/ServiceWorker/#setup-serviceworkerglobalscope-algorithm

    NB: the realm itself is made by the task that runs the script.
    """
    service_workers = worker.registration.service_workers
    user_agent = service_workers.user_agent
    thread = user_agent.browser_thread

    def script_was_interrupted() -> None:
        # A script that does not end: the worker ends, and is started again for the next event.
        thread.post(_end, running)

    # 8. Obtain a service worker agent.
    reports = Reports(user_agent, script_was_interrupted, lambda why: _terminate(running))
    agent = Agent(
        f"service worker {worker.script_url.serialized}",
        clock=user_agent.clock,
        browser_thread=thread,
        host=reports,
        limits=_limits(service_workers),
    )
    # 8.1–8.7. The environment settings object. FIXME: the registering client's "has cross-site ancestor".
    environment = Environment(
        user_agent,
        agent,
        "ServiceWorkerGlobalScope",
        creation_url=worker.script_url,
        origin=origin_of(worker.script_url),
        policy_container=worker.policy_container.clone(),
    )
    reports.environment = environment
    running = RunningWorker(worker, agent, environment)
    environment.global_scope = running
    worker.running = running
    service_workers.room.entered(running)
    user_agent.environments[environment.client_id] = environment
    await agent.start()
    # 8.8. FIXME: run CSP initialization for a global object.
    return running


def _terminate(running: RunningWorker) -> None:
    """Its agent is no more. NB: it is started again for the next event."""
    running.was_given_up = True
    if running.worker.running is running:
        terminate_service_worker(running.worker)


def _end(running: RunningWorker) -> None:
    if running.worker.running is running and running.started:
        terminate_service_worker(running.worker)


def _limits(service_workers: RegistrationMap) -> Limits:
    limits = service_workers.user_agent.limits
    return limits if limits.task_time is not None else replace(limits, task_time=service_workers.settings.task_time)


def _evaluate(running: RunningWorker, source: str, first: bool) -> tuple[JSError | None, _Facts]:
    """Steps 9.4, 9.5 and 9.8.1 of Run Service Worker, on the worker's thread."""
    worker, environment = running.worker, running.environment
    environment.create_realm()
    url = worker.script_url.serialized
    error: JSError | None = None
    try:
        if worker.type == "classic":
            run_a_classic_script(environment, source, url, rethrow=True)
        else:
            error = _run_module(running, source, url)
    except JSError as thrown:
        error = thrown
    if error is not None:
        error.message = environment.realm.in_full(error.message, error.stack)
        environment.bindings.upcall("up_report_an_exception", error.value, False)
    facts = environment.bindings.upcall("up_service_worker_evaluated", first)
    return error, _Facts(**facts) if first else _Facts()


def _run_module(running: RunningWorker, source: str, url: str) -> JSError | None:
    """https://html.spec.whatwg.org/#run-a-module-script, without its microtask checkpoint: what is not done by then waits."""
    environment = running.environment
    realm = environment.realm
    modules = WorkerModules(running)
    realm.runtime.page_modules = modules
    use_page_modules(realm.runtime)
    module = realm.compile_module(source, url)
    set_import_meta(realm, module, url)
    promise = realm.evaluate_module(module)
    modules.graph_is_loaded = True
    state = realm.promise_state(promise)
    if state == "fulfilled":
        return None
    if state == "pending":
        # https://w3c.github.io/ServiceWorker/#is-async-module-algorithm. NB: noticed when it runs, not when it is fetched.
        message = "a service worker's modules cannot use await at their top level"
        return JSError(message, None, environment.bindings.make_error(message, "TypeError"))
    reason = realm.promise_result(promise)
    stack = reason.get("stack") if hasattr(reason, "get") else None
    text = str(reason.get("message")) if hasattr(reason, "get") else str(reason)
    return JSError(text, stack if isinstance(stack, str) else None, reason)
