"""Messages between agents: ports and broadcast channels.

https://html.spec.whatwg.org/multipage/web-messaging.html, as of November 2025. The serialized messages are opaque here:
a text and buffers that js_bindings/html/structured_clone wrote and will read.

NB: unlike the rest of the browser these tables are used from the agents' own threads, under a lock of their own: so a
message takes one thread hop and not two. What they call meanwhile (`queue_a_global_task`) is safe on any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakSet

from engine.messaging.broadcast import BroadcastChannels
from engine.messaging.payment import Message, Payment, pay_for_a_message
from engine.messaging.ports import PortTable
from engine.realms import Environment, UserAgent

__all__ = ["BroadcastChannels", "Message", "Messaging", "Payment", "PortTable", "messaging_of", "pay_for_a_message"]

_lock = threading.Lock()


@dataclass(slots=True)
class Messaging:
    """What a user agent keeps in its slot `messaging`."""

    ports: PortTable = field(default_factory=PortTable)
    broadcast_channels: BroadcastChannels = field(default_factory=BroadcastChannels)
    _known: WeakSet[Environment] = field(default_factory=WeakSet)

    def keep_for(self, environment: Environment) -> None:
        """Before `environment` gets its first port or channel: what it has will end with it. From any thread."""
        with _lock:
            if environment in self._known:
                return
            self._known.add(environment)
        environment.agent.browser_thread.post(environment.when_destroyed, lambda: self.forget(environment))

    def forget(self, environment: Environment) -> None:
        """Close all ports and channels of a realm that ends."""
        self.ports.forget_owner(environment)
        self.broadcast_channels.forget_owner(environment)


def messaging_of(user_agent: UserAgent) -> Messaging:
    """The user agent's, made when it is first asked for. From any thread."""
    with _lock:
        if user_agent.messaging is None:
            user_agent.messaging = Messaging()
        messaging: Messaging = user_agent.messaging
        return messaging
