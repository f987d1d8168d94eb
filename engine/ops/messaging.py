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


@sync_op
def op_messaging_port_post(environment: Environment, number: int, text: str, *buffers: bytes) -> None:
    """Raises DOMException "DataCloneError" when too many messages wait."""
    ports = _messaging(environment).ports
    message = (text, buffers)
    ports.post(number, message, pay_for_a_message(message, environment, ports.receiver(number)))


@sync_op
def op_messaging_port_start(environment: Environment, number: int) -> None:
    _messaging(environment).ports.start(number)


@sync_op
def op_messaging_port_ship(environment: Environment, number: int) -> None:
    _messaging(environment).ports.ship(number)


@sync_op
def op_messaging_port_receive(environment: Environment, number: int) -> None:
    messaging = _messaging(environment)
    messaging.keep_for(environment)
    messaging.ports.receive(number, environment)


@sync_op
def op_messaging_port_close(environment: Environment, number: int) -> None:
    _messaging(environment).ports.close(number)


@sync_op
def op_messaging_broadcast_open(environment: Environment, name: str) -> int:
    """The number of a new channel."""
    messaging = _messaging(environment)
    messaging.keep_for(environment)
    return messaging.broadcast_channels.open(environment, environment.storage_key, name, environment.origin.serialize())


@sync_op
def op_messaging_broadcast_post(environment: Environment, number: int, text: str, *buffers: bytes) -> None:
    """Raises DOMException "DataCloneError" when too many messages wait."""
    # https://html.spec.whatwg.org/multipage/web-messaging.html#eligible-for-messaging: a worker that closes itself is silent.
    if isinstance(environment.global_scope, Worker) and environment.global_scope.closing:
        return
    channels = _messaging(environment).broadcast_channels
    message = (text, buffers)
    if listeners := channels.listeners(number):
        channels.post(number, message, pay_for_a_message(message, environment, copies=listeners))


@sync_op
def op_messaging_broadcast_close(environment: Environment, number: int) -> None:
    _messaging(environment).broadcast_channels.close(number)
