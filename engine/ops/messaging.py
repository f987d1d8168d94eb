"""https://html.spec.whatwg.org/multipage/web-messaging.html: messages as they leave and enter a realm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.messaging import Messaging, messaging_of, pay_for_a_message
from engine.ops.registry import sync_op
from engine.workers import Worker

if TYPE_CHECKING:
    from engine.realms import Environment


def _messaging(environment: Environment) -> Messaging:
    return messaging_of(environment.user_agent)


@sync_op
def op_messaging_channel_create(environment: Environment) -> list[int]:
    """The numbers of two entangled ports of this realm."""
    messaging = _messaging(environment)
    messaging.keep_for(environment)
    return list(messaging.ports.create_channel(environment))


# NB: a number that is none of the realm's ports is like one of a port that was closed: nothing happens.


@sync_op
def op_messaging_port_post(environment: Environment, number: int, text: str, *buffers: bytes) -> None:
    """Raises DOMException "DataCloneError" when too many messages wait."""
    ports = _messaging(environment).ports
    message = (text, buffers)
    if ports.belongs_to(number, environment):
        ports.post(number, message, pay_for_a_message(message, environment, ports.receiver(number)))


@sync_op
def op_messaging_port_start(environment: Environment, number: int) -> None:
    ports = _messaging(environment).ports
    if ports.belongs_to(number, environment):
        ports.start(number)


@sync_op
def op_messaging_port_ship(environment: Environment, number: int) -> str:
    """The ticket by which whoever gets the message that it travels in receives it."""
    ports = _messaging(environment).ports
    return ports.ship(number) if ports.belongs_to(number, environment) else ""


@sync_op
def op_messaging_port_receive(environment: Environment, ticket: str) -> int | None:
    """The number of the port; null if it has been closed meanwhile."""
    messaging = _messaging(environment)
    messaging.keep_for(environment)
    return messaging.ports.receive_by_ticket(ticket, environment)


@sync_op
def op_messaging_port_close(environment: Environment, number: int) -> None:
    ports = _messaging(environment).ports
    if ports.belongs_to(number, environment):
        ports.close(number)


@sync_op
def op_messaging_broadcast_open(environment: Environment, name: str) -> int:
    """The number of a new channel."""
    messaging = _messaging(environment)
    messaging.keep_for(environment)
    # https://storage.spec.whatwg.org/#obtain-a-storage-key-for-non-storage-purposes: opaque origins are not all one.
    origin = environment.origin
    return messaging.broadcast_channels.open(environment, origin, name, origin.serialize())


@sync_op
def op_messaging_broadcast_post(environment: Environment, number: int, text: str, *buffers: bytes) -> None:
    """Raises DOMException "DataCloneError" when too many messages wait."""
    # https://html.spec.whatwg.org/multipage/web-messaging.html#eligible-for-messaging: a worker that closes itself is silent.
    if isinstance(environment.global_scope, Worker) and environment.global_scope.closing:
        return
    channels = _messaging(environment).broadcast_channels
    message = (text, buffers)
    if channels.belongs_to(number, environment) and (listeners := channels.listeners(number)):
        channels.post(number, message, pay_for_a_message(message, environment, copies=listeners))


@sync_op
def op_messaging_broadcast_close(environment: Environment, number: int) -> None:
    channels = _messaging(environment).broadcast_channels
    if channels.belongs_to(number, environment):
        channels.close(number)
