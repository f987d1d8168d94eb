"""https://html.spec.whatwg.org/multipage/workers.html#run-a-worker"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import in_parallel
from engine.js import Agent, AgentClosed, JSError, ScriptInterrupted, use_page_modules
from engine.messaging import messaging_of
from engine.realms import ConsoleMessage, Environment, Reports, run_a_classic_script, run_a_module_script
from engine.url import OpaqueOrigin
from engine.webidl.exceptions import ScriptException
from engine.workers.concepts import Worker
from engine.workers.worker_modules import WorkerModules
from engine.workers.worker_scripts import FetchedScript, fetch_a_worker_script

if TYPE_CHECKING:
    from engine.url import URL
    from engine.workers.concepts import WorkerObject, WorkerOptions
    from engine.workers.manager import Workers


def run_a_worker(
    workers: Workers, object: WorkerObject, url: URL, options: WorkerOptions, *, is_shared: bool
) -> Worker:
    """https://html.spec.whatwg.org/multipage/workers.html#run-a-worker

    Returns at once; the worker starts in parallel.
    """
    # 1–3. The outside settings, which are the owner's; whether the worker is shared is given.
    outside_settings = object.environment
    # 4–7. The agent and the worker environment settings object. NB: the realm is made by the task that runs the script.
    environment, agent = _set_up(workers, outside_settings, url, is_shared)
    # 8, 10. The worker global scope's name; for a shared worker also its constructor's URL, type and credentials.
    worker = Worker(workers, url, options, environment, agent, [object], [])
    environment.global_scope = worker
    thread = workers.user_agent.browser_thread
    agent.on_end = lambda: thread.post(worker.end)
    # 9. The owner set has the owner of the worker object.
    workers.remember(worker, object)
    workers.user_agent.environments[environment.client_id] = environment
    # 11–12. Obtain the script in parallel, and run it when it is there.
    in_parallel(_run(worker, object), f"start of {agent.name}")
    return worker


def _set_up(workers: Workers, outside_settings: Environment, url: URL, is_shared: bool) -> tuple[Environment, Agent]:
    """https://html.spec.whatwg.org/multipage/workers.html#set-up-a-worker-environment-settings-object"""
    user_agent = workers.user_agent
    reports = Reports(user_agent, on_lost=lambda why: _worker_of(environment).fail())
    agent = Agent(
        f"{'shared worker' if is_shared else 'worker'} {url.serialized[:200]}",
        clock=user_agent.clock,
        browser_thread=user_agent.browser_thread,
        host=reports,
        limits=user_agent.limits,
    )
    # 1–2. A data: URL gives the worker an opaque origin of its own, any other the outside settings' origin.
    origin = OpaqueOrigin() if url.scheme == "data" else outside_settings.origin
    # 3–4. The environment settings object, with a copy of the outside policy container for the time being.
    environment = Environment(
        user_agent,
        agent,
        "SharedWorkerGlobalScope" if is_shared else "DedicatedWorkerGlobalScope",
        creation_url=url,
        origin=origin,
        policy_container=outside_settings.policy_container.clone(),
        # 5. The top-level origin is that of the outside settings.
        top_level_origin=outside_settings.top_level_origin,
        # https://html.spec.whatwg.org/multipage/webappapis.html#secure-context, its step for workers
        is_secure_context=outside_settings.is_secure_context,
    )
    reports.environment = environment
    environment.has_cross_site_ancestor = outside_settings.has_cross_site_ancestor
    # https://w3c.github.io/ServiceWorker/#control-and-use-worker-client: what a blob: URL names is controlled like its maker.
    if url.scheme == "blob":
        environment.active_service_worker = outside_settings.active_service_worker
    environment.execution_ready = False
    # 6. The settings object.
    return environment, agent


def _worker_of(environment: Environment) -> Worker:
    worker: Worker = environment.global_scope
    return worker


async def _run(worker: Worker, object: WorkerObject) -> None:
    if worker.ended:
        return
    try:
        await _get_and_run_the_script(worker, object)
    except (AgentClosed, ScriptInterrupted):
        # It was terminated meanwhile.
        worker.end()


async def _get_and_run_the_script(worker: Worker, object: WorkerObject) -> None:
    """Step 12 of run a worker, with what it does once the script is there."""
    user_agent = worker.workers.user_agent
    outside_settings = object.environment
    environment = worker.environment
    try:
        script = await fetch_a_worker_script(worker, outside_settings)
    except ScriptException as failure:
        # 12.1. The script could not be fetched: an error event at the worker object.
        if not worker.ended:
            _explain(worker, outside_settings, failure.message)
            worker.fail()
        return
    if worker.ended:
        return
    # NB: nothing needs a thread before.
    await worker.agent.start()
    # 12.2–12.8. Set up the worker global scope.
    await worker.agent.run(_set_up_the_global_object, worker, object, script)
    if worker.ended:
        return
    # 12.9. The environment is execution-ready.
    environment.execution_ready = True
    if user_agent.service_workers is not None:
        user_agent.service_workers.client_created(environment)
    # 12.10–12.11. AD-HOC: what the worker says is heard while its script still runs, as in all browsers; so it may run on and on.
    ports = messaging_of(user_agent).ports
    if not worker.is_shared:
        ports.start(object.outside_port)
    try:
        error = await worker.agent.run(_evaluate, worker, script)
    except ScriptInterrupted as interruption:
        if worker.ended:
            return
        # NB: it ran into a limit; it lives on, like a page.
        error = None
        message = ConsoleMessage("error", str(interruption), worker.agent.name, uncaught=True)
        user_agent.embedder.console(environment, message)
    if error is not None:
        # 12.1. The script could not be parsed: the same. NB: or it has filled the heap, so that not even its error could be reported.
        _explain(worker, outside_settings, "it has run out of memory" if error.is_out_of_memory else error.message, error)
        worker.fail()
        return
    if worker.ended:
        return
    worker.script_has_run = True
    if not worker.is_shared:
        # 12.12. Enable the inside port's message queue of a dedicated worker.
        ports.start(object.inside_port)
    else:
        # 12.13. A shared worker's connect events.
        for waiting in worker.objects:
            fire_connect(worker, waiting)
    # 12.14. Enable the client message queue of the ServiceWorkerContainer. NB: there is none outside secure contexts.
    if environment.is_secure_context:
        bindings = environment.bindings
        environment.queue_a_global_task(
            "DOM manipulation task source", lambda: bindings.upcall("up_service_worker_enable_client_messages")
        )


def _set_up_the_global_object(worker: Worker, object: WorkerObject, script: FetchedScript) -> None:
    """Steps 12.2 to 12.8 of run a worker, on the worker's thread."""
    environment = worker.environment
    runtime = environment.create_realm().runtime
    runtime.page_modules = WorkerModules(worker, script)
    use_page_modules(runtime)
    # 12.2–12.5. NB: a shared worker gets a port for each connection.
    if worker.is_shared:
        environment.bindings.upcall("up_worker_begin", worker.options.name, None, None)
    else:
        messaging = messaging_of(worker.workers.user_agent)
        messaging.keep_for(environment)
        messaging.ports.receive(object.inside_port, environment)
        environment.bindings.upcall("up_worker_begin", worker.options.name, object.inside_port, object.outside_port)
    # 12.6–12.8. NB: the location is made when it is asked for; an orphan is ended at once, and nothing is suspended.


def _evaluate(worker: Worker, script: FetchedScript) -> JSError | None:
    """Step 12.10 of run a worker, on the worker's thread. The error of a script that cannot be parsed or linked, or reported."""
    environment = worker.environment
    realm = environment.realm
    try:
        if worker.options.type == "classic":
            run_a_classic_script(environment, realm.parse_script(script.source, script.url), script.url)
        else:
            modules = realm.runtime.page_modules
            assert isinstance(modules, WorkerModules)
            run_a_module_script(
                environment, script.source, script.url, report=True, when_linked=modules.graph_is_loaded
            )
    except JSError as error:
        return error
    return None


def fire_connect(worker: Worker, object: WorkerObject) -> None:
    """https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker, its connect event, in a task

    NB: the port outside is started by those who hold it.
    """
    if object.environment.destroyed:
        return
    environment = worker.environment
    messaging = messaging_of(worker.workers.user_agent)

    def steps() -> None:
        messaging.keep_for(environment)
        messaging.ports.receive(object.inside_port, environment)
        environment.bindings.upcall("up_shared_worker_connect", object.inside_port, object.outside_port)
        object.tell("up_shared_worker_is_connected")

    environment.queue_a_global_task("DOM manipulation task source", steps)


def _explain(worker: Worker, outside_settings: Environment, why: str, error: JSError | None = None) -> None:
    """Tell the developer; scripts learn no more than that it failed."""
    text = f"The worker {worker.url.serialized[:200]} cannot run: {why}"
    place, stack = (None, None) if error is None else (error.place, error.stack)
    message = ConsoleMessage("error", text, "worker", place=place, stack=stack)
    worker.workers.user_agent.embedder.console(outside_settings, message)
