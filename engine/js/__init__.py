"""The JavaScript engine: agents, realms, values. Door 3: nothing else imports the engine's binding.

What was measured and what must be watched is told where it matters: handles freed late (`runtime`), functions bound to
their own realm (`host_functions`), bytecode bound to the engine's build (`library`, `bindings`).
"""

from engine.js.agent import Agent, AgentHost, Rejection
from engine.js.bindings import Bindings
from engine.js.bindings_modules import exposed_interfaces
from engine.js.byte_budget import BudgetExceeded, ByteBudget, Holding
from engine.js.errors import AgentClosed, JSError, Place, ScriptInterrupted, place_of
from engine.js.injected_clock import follow_a_clock
from engine.js.page_modules import PageModules, set_import_meta, use_page_modules
from engine.js.realm import Realm
from engine.js.runtime import Limits, Runtime
from engine.js.string_compilation import ask_before_strings_are_compiled
from engine.js.values import Handle

__all__ = [
    "Agent",
    "AgentClosed",
    "AgentHost",
    "Bindings",
    "BudgetExceeded",
    "ByteBudget",
    "Handle",
    "Holding",
    "JSError",
    "Limits",
    "PageModules",
    "Place",
    "Realm",
    "Rejection",
    "Runtime",
    "ScriptInterrupted",
    "ask_before_strings_are_compiled",
    "exposed_interfaces",
    "follow_a_clock",
    "place_of",
    "set_import_meta",
    "use_page_modules",
]
