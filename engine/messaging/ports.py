"""Message ports, their queues and journeys: https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field

from engine.js import Holding
from engine.messaging.payment import Message, Payment
from engine.realms import Environment

_PORT_SIZE = 1500


@dataclass(slots=True, eq=False)
class _Port:
    number: int
    owner: Environment | None = None  # None while it travels
    other: _Port | None = None  # https://html.spec.whatwg.org/multipage/web-messaging.html#entangle
    # https://html.spec.whatwg.org/multipage/web-messaging.html#port-message-queue
    queue: deque[tuple[Message, Payment]] = field(default_factory=deque)
    enabled: bool = False
    closed_by_other: bool = False  # and its realm has not been told
    holding: Holding | None = None


class PortTable:
    """All ports of the browser, by number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._ports: dict[int, _Port] = {}

    def create_channel(self, owner: Environment | None, other_owner: Environment | None = None) -> tuple[int, int]:
        """Two entangled ports; the second belongs to `other_owner` (or, without one, to `owner` too). Raises BudgetExceeded."""
        holding = None if owner is None else owner.byte_budget.hold(2 * _PORT_SIZE, "Message ports")
        with self._lock:
            first, second = _Port(next(self._numbers), owner), _Port(next(self._numbers), other_owner or owner)
            first.other, second.other = second, first
            first.holding = second.holding = holding
            self._ports[first.number] = first
            self._ports[second.number] = second
            return first.number, second.number

    def receiver(self, number: int) -> Environment | None:
        """Whose port it is that `number` is entangled with; None while it travels, or if there is none."""
        port = self._ports.get(number)
        other = None if port is None else port.other
        return None if other is None else other.owner

    def post(self, number: int, message: Message, payment: Payment = ()) -> None:
        """Append a message to the queue of the port that `number` is entangled with."""
        with self._lock:
            port = self._ports.get(number)
            target = port.other if port is not None else None
            if target is None:
                return
            target.queue.append((message, payment))
            self._schedule(target, 1)

    def start(self, number: int) -> None:
        """Enable a port's queue: what waits in it is delivered."""
        with self._lock:
            port = self._ports.get(number)
            if port is None or port.enabled:
                return
            port.enabled = True
            self._schedule(port, len(port.queue))
            if port.closed_by_other:
                self._announce_close(port)

    def ship(self, number: int) -> None:
        """It leaves its realm, and belongs to nobody until it is received.

        https://html.spec.whatwg.org/multipage/web-messaging.html#transfer-steps-for-messageport
        """
        with self._lock:
            port = self._ports.get(number)
            if port is not None:
                port.owner = None
                port.enabled = False

    def receive(self, number: int, owner: Environment) -> None:
        """Its journey ends in `owner`. What was posted meanwhile waits for `start`."""
        with self._lock:
            port = self._ports.get(number)
            if port is not None:
                port.owner = owner
                if port.closed_by_other:
                    self._announce_close(port)

    def close(self, number: int) -> None:
        """https://html.spec.whatwg.org/multipage/web-messaging.html#disentangle"""
        with self._lock:
            self._disentangle(number)

    def forget_owner(self, owner: Environment) -> None:
        """Close all ports of a realm that ends."""
        with self._lock:
            for port in [port for port in self._ports.values() if port.owner is owner]:
                self._disentangle(port.number)

    def __len__(self) -> int:
        return len(self._ports)

    # With the lock held ----------------------------------------------------------------------------------------------

    def _disentangle(self, number: int) -> None:
        port = self._ports.pop(number, None)
        if port is None:
            return
        other, port.other, port.owner = port.other, None, None
        port.queue.clear()
        if other is not None:
            other.other = None
            other.closed_by_other = True
            self._announce_close(other)

    def _announce_close(self, port: _Port) -> None:
        """A task tells its realm; what was sent before the close is heard before it, or waits on for `start`."""
        owner = port.owner
        if owner is None:
            return

        def steps() -> None:
            with self._lock:
                if port.owner is not owner or not port.closed_by_other:
                    return
                port.closed_by_other = False
                messages_wait = bool(port.queue)
                if not messages_wait:
                    self._ports.pop(port.number, None)
            owner.bindings.upcall("up_messaging_port_closed", port.number, messages_wait)

        owner.queue_a_global_task("posted message task source", steps)

    def _schedule(self, port: _Port, messages: int) -> None:
        """One task for each message: it takes whatever is first in the queue when its turn has come."""
        owner = port.owner
        if owner is None or not port.enabled:
            return
        for _ in range(messages):
            owner.queue_a_global_task("posted message task source", lambda: self._deliver(port, owner))

    def _deliver(self, port: _Port, owner: Environment) -> None:
        with self._lock:
            if port.owner is not owner or not port.enabled or not port.queue:
                return
            (text, buffers), payment = port.queue.popleft()
        try:
            owner.bindings.upcall("up_messaging_port_message", port.number, text, *buffers)
        finally:
            for holding in payment:
                holding.release()
