"""Environments: what a realm knows of where it came from and what it may do, and the user agent they all belong to.

Specification: https://html.spec.whatwg.org/#environments, as of November 2025.
"""

from engine.realms.agent_host import Reports
from engine.realms.blame import blamed, is_of_the_world, is_too_late
from engine.realms.environment import Environment, GlobalInterface, obtain_a_storage_key
from engine.realms.handles import Handles
from engine.realms.scripts import run_a_classic_script, run_a_module_script
from engine.realms.user_agent import ConsoleMessage, Embedder, UserAgent

__all__ = [
    "ConsoleMessage",
    "Embedder",
    "Environment",
    "GlobalInterface",
    "Handles",
    "Reports",
    "UserAgent",
    "blamed",
    "is_of_the_world",
    "is_too_late",
    "obtain_a_storage_key",
    "run_a_classic_script",
    "run_a_module_script",
]
