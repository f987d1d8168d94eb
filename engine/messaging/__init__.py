"""Messages between agents: ports and broadcast channels.

https://html.spec.whatwg.org/multipage/web-messaging.html, as of 2026-07. The serialized messages are opaque here: a text and buffers
that js_bindings/html/structured_clone wrote and will read.

NB: unlike the rest of the browser these tables are used from the agents' own threads, each entry under a lock: a message to a
port takes one thread hop and not two. What they call (`queue_a_task`) may be called from any thread.
"""

from __future__ import annotations

from engine.messaging.broadcast import BroadcastChannels
from engine.messaging.ports import Message, PortTable, Receiver

__all__ = ["BroadcastChannels", "Message", "PortTable", "Receiver"]
