"""Message ports, their queues and journeys: https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports"""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field

from engine.js import Holding
from engine.messaging.payment import Message, Payment
from engine.realms import Environment
from engine.url import same_origin

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
    ticket: str | None = None  # while it travels: who has it may receive the port


class PortTable:
    """All ports of the browser, by number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._ports: dict[int, _Port] = {}
        self._travelling: dict[str, _Port] = {}

    def belongs_to(self, number: int, environment: Environment) -> bool:
        """Whether it is a port of `environment`, or of a realm that can hand it objects: one of its agent and origin."""
        port = self._ports.get(number)
        owner = None if port is None else port.owner
        if owner is None or owner is environment:
            return owner is environment
        return owner.agent is environment.agent and same_origin(owner.origin, environment.origin)

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

    def ship(self, number: int) -> str:
        """It leaves its realm, and belongs to nobody until it is received. Returns its ticket, which travels with it and
        cannot be guessed: a number alone would let any realm receive it.

        https://html.spec.whatwg.org/multipage/web-messaging.html#transfer-steps-for-messageport
        """
        ticket = secrets.token_hex(16)
        with self._lock:
            port = self._ports.get(number)
            if port is not None:
                port.owner = None
                port.enabled = False
                port.ticket = ticket
                self._travelling[ticket] = port
        return ticket

    def receive_by_ticket(self, ticket: str, owner: Environment) -> int | None:
        """The journey of the port that `ship` gave this ticket ends in `owner`. Its number; None if it has been closed."""
        with self._lock:
            port = self._travelling.get(ticket)
        if port is None:
            return None
        self.receive(port.number, owner)
        return port.number

    def receive(self, number: int, owner: Environment) -> None:
        """Its journey ends in `owner`. What was posted meanwhile waits for `start`."""
        with self._lock:
            port = self._ports.get(number)
            if port is not None:
                self._travelling.pop(port.ticket or "", None)
                port.ticket = None
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
        self._travelling.pop(port.ticket or "", None)
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
