"""https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts: who hears whom."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Hashable
from dataclasses import dataclass

from engine.messaging.payment import Message, Payment
from engine.realms import Environment
from engine.url import same_origin


@dataclass(frozen=True, slots=True, eq=False)
class _Channel:
    number: int
    owner: Environment
    key: tuple[Hashable, str]
    origin: str


class BroadcastChannels:
    """All open broadcast channels of the browser, by storage key and name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._channels: dict[int, _Channel] = {}  # in the order they were opened
        self._by_key: dict[tuple[Hashable, str], dict[int, _Channel]] = {}

    def open(self, owner: Environment, storage_key: Hashable, name: str, origin: str) -> int:
        """`origin`: the serialized origin that receivers are told. Returns the channel's number."""
        with self._lock:
            channel = _Channel(next(self._numbers), owner, (storage_key, name), origin)
            self._channels[channel.number] = channel
            self._by_key.setdefault(channel.key, {})[channel.number] = channel
            return channel.number

    def listeners(self, number: int) -> int:
        """How many channels would hear what is posted to this one."""
        with self._lock:
            channel = self._channels.get(number)
            return 0 if channel is None else len(self._by_key[channel.key]) - 1

    def belongs_to(self, number: int, environment: Environment) -> bool:
        """Whether it is a channel of `environment`, or of a realm that can hand it objects: one of its agent and origin."""
        channel = self._channels.get(number)
        if channel is None or channel.owner is environment:
            return channel is not None
        owner = channel.owner
        return owner.agent is environment.agent and same_origin(owner.origin, environment.origin)

    def post(self, number: int, message: Message, payment: Payment = ()) -> None:
        """https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-postmessage"""
        with self._lock:
            source = self._channels.get(number)
            if source is None:
                return
            # 4–5. The destinations: all other BroadcastChannel objects of the name and storage key.
            destinations = [channel for channel in self._by_key[source.key].values() if channel is not source]
        # 6. Sorted by creation. NB: between agents too.
        # 7–9. Queue a task for each destination.
        for destination in destinations:
            self._queue(destination, source.origin, message, payment)

    def _queue(self, destination: _Channel, origin: str, message: Message, payment: Payment) -> None:
        # NB: `payment` is given back when the last of the tasks has gone that have the message.
        text, buffers = message

        def steps(payment: Payment = payment) -> None:
            # 9.1. A closed destination gets none.
            if destination.number in self._channels:
                bindings = destination.owner.bindings
                bindings.upcall("up_messaging_broadcast_message", destination.number, origin, text, *buffers)

        destination.owner.queue_a_global_task("DOM manipulation task source", steps)

    def close(self, number: int) -> None:
        """https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-close"""
        with self._lock:
            self._close(number)

    def forget_owner(self, owner: Environment) -> None:
        """Close all channels of a realm that ends."""
        with self._lock:
            for number in [channel.number for channel in self._channels.values() if channel.owner is owner]:
                self._close(number)

    def _close(self, number: int) -> None:
        channel = self._channels.pop(number, None)
        if channel is not None:
            channels = self._by_key[channel.key]
            del channels[number]
            if not channels:
                del self._by_key[channel.key]

    def __len__(self) -> int:
        return len(self._channels)
