"""What a realm may know of its environment."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from engine.network import ConditionedTransport
from engine.ops.registry import sync_op

if TYPE_CHECKING:
    from engine.realms import Environment


@sync_op
def op_environment_facts(environment: Environment) -> dict[str, object]:
    """Facts that do not change while the realm lives."""
    user_agent = environment.user_agent
    return {
        "id": environment.client_id,
        "url": environment.creation_url.serialize(),
        "api_base_url": environment.api_base_url.serialize(),
        "origin": environment.origin.serialize(),
        "ancestor_origins": environment.ancestor_origins,
        "is_secure_context": environment.is_secure_context,
        "cross_origin_isolated": environment.cross_origin_isolated,
        "user_agent": user_agent.user_agent_string,
        "languages": [tag.split(";")[0].strip() for tag in user_agent.accept_language.split(",")],
        "platform": f"{platform.system()} {platform.machine()}",
        "hardware_concurrency": os.cpu_count() or 1,
    }


@sync_op
def op_environment_is_online(environment: Environment) -> bool:
    """https://html.spec.whatwg.org/#dom-navigator-online"""
    transport = environment.user_agent.transport
    return not (isinstance(transport, ConditionedTransport) and transport.is_offline)
