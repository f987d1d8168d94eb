"""How long workers may run and how many at once: what the specification leaves to the user agent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ServiceWorkerSettings:
    """Ours. Times are seconds; those of workers are of the user agent's clock."""

    idle_timeout: float = 30.0
    """A worker without an event to handle is stopped after this time."""
    event_timeout: float = 300.0
    """https://w3c.github.io/ServiceWorker/#extendableevent-timed-out-flag: an event may last so long."""
    task_time: float = 30.0
    """One task of a worker's script may take so long (real time), unless the user agent's limits say otherwise."""
    user_activation_time: float = 5.0
    """How long after an event that the user caused a worker may open or focus a window."""
    maximum_running: int = 64
    """So many workers run at once; when another one has to start an idle one is stopped, or it waits for one."""
    maximum_starting: int = 4
    """So many workers start at once; others wait their turn."""
