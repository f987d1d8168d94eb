"""https://w3c.github.io/permissions/#permissions-interface"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from engine.ops.registry import async_op
from engine.security.permissions import PERMISSION_NAMES, Permissions, PermissionState
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.realms import Environment

_followed: WeakKeyDictionary[Environment, set[str]] = WeakKeyDictionary()
"""The permissions that an environment has asked for, and is told about."""


@async_op(task_source="permission task source")
async def op_permissions_query(environment: Environment, name: str) -> PermissionState:
    """https://w3c.github.io/permissions/#dom-permissions-query, its parallel steps. Raises JSTypeError for a name nobody knows."""
    if name not in PERMISSION_NAMES:
        raise JSTypeError(f'"{name}" is no permission')
    permissions: Permissions = environment.user_agent.permissions
    _follow(environment, permissions, name)
    return permissions.state(name, environment.origin, environment.is_secure_context)


def _follow(environment: Environment, permissions: Permissions, name: str) -> None:
    names = _followed.get(environment)
    if names is not None:
        names.add(name)
        return
    names = _followed[environment] = {name}

    def tell(origin: str, changed: str, state: PermissionState) -> None:
        if changed in names and origin in ("*", environment.storage_key):
            now = permissions.state(changed, environment.origin, environment.is_secure_context)
            environment.queue_a_global_task(
                "permission task source", lambda: environment.bindings.upcall("up_permission_changed", changed, now)
            )

    environment.when_destroyed(permissions.when_changed(tell))
