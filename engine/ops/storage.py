"""https://storage.spec.whatwg.org/#api"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.ops.registry import async_op
from engine.storage import estimate

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.realms import Environment
    from engine.security.permissions import Permissions


@async_op(task_source="storage task source")
async def op_storage_estimate(environment: Environment) -> Record:
    """https://storage.spec.whatwg.org/#dom-storagemanager-estimate"""
    found = await environment.user_agent.storage.run(estimate, environment.storage_key)
    return {"usage": found.usage, "quota": found.quota}


@async_op(task_source="storage task source")
async def op_storage_persisted(environment: Environment) -> bool:
    """https://storage.spec.whatwg.org/#dom-storagemanager-persisted. NB: nothing is ever evicted, so only the permission counts."""
    permissions: Permissions = environment.user_agent.permissions
    return permissions.state("persistent-storage", environment.origin, environment.is_secure_context) == "granted"


@async_op(task_source="storage task source")
async def op_storage_persist(environment: Environment) -> bool:
    """https://storage.spec.whatwg.org/#dom-storagemanager-persist"""
    permissions: Permissions = environment.user_agent.permissions
    answer = permissions.request_permission_to_use("persistent-storage", environment.origin, environment.is_secure_context)
    return answer == "granted"
