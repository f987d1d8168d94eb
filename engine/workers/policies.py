"""Which policies a worker is under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.security.policy_containers import create_a_policy_container_from_a_fetch_response

if TYPE_CHECKING:
    from engine.http.policy_container import PolicyContainer
    from engine.http.response import Response
    from engine.realms import Environment
    from engine.workers.concepts import Worker


def initialize_worker_global_scopes_policy_container(worker: Worker, owner: Environment, response: Response) -> None:
    """https://html.spec.whatwg.org/multipage/browsers.html#initialize-worker-policy-container"""
    environment = worker.environment
    url = response.unsafe_response().url or worker.url
    # 1. A local URL other than blob: has a clone of the owner's policy container,
    if url.is_local and url.scheme != "blob":
        environment.policy_container = owner.policy_container.clone()
        return
    # 2. a blob: URL one of its maker's.
    # https://html.spec.whatwg.org/multipage/browsers.html#creating-a-policy-container-from-a-fetch-response
    if url.scheme == "blob":
        environment.policy_container = _policies_of_the_maker(worker, owner).clone()
        return
    environment.policy_container = create_a_policy_container_from_a_fetch_response(
        response, environment.is_secure_context, worker.workers.user_agent.trusted_origins
    )


def _policies_of_the_maker(worker: Worker, owner: Environment) -> PolicyContainer:
    entry = worker.url.blob_url_entry
    maker = getattr(entry, "environment", None)
    policies: PolicyContainer = owner.policy_container if maker is None else maker.policy_container
    return policies


def check_a_global_objects_embedder_policy(environment: Environment, owner: Environment) -> bool:
    """https://html.spec.whatwg.org/multipage/browsers.html#check-a-global-object's-embedder-policy

    True for allowed.
    """
    # 1. Only a dedicated worker is checked against its owner.
    if environment.global_interface != "DedicatedWorkerGlobalScope":
        return True
    # 2–3. The worker's embedder policy and its owner's.
    policy = environment.policy_container.embedder_policy
    owner_policy = owner.policy_container.embedder_policy
    # 4. FIXME: report what would violate the owner's report-only policy.
    # 5. https://html.spec.whatwg.org/multipage/browsers.html#compatible-with-cross-origin-isolation
    return owner_policy.value == "unsafe-none" or policy.value != "unsafe-none"
    # 6. FIXME: report the violation.
