"""A browser's network, as whoever runs the browser can make it worse. Ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from engine.infra.arguments import check_type
from engine.network.conditions import ConditionedTransport, Conditions, Fault

if TYPE_CHECKING:
    from types import TracebackType


class Network:
    """`browser.network`: how it is, and what goes wrong in it."""

    __slots__ = ("_transport",)

    def __repr__(self) -> str:
        return f"<Network {self.current}, {len(self.faults)} faults>"

    def __init__(self, transport: ConditionedTransport) -> None:
        self._transport = transport

    def conditions(
        self,
        *,
        offline: bool = False,
        latency: float = 0.0,
        rate: float | None = None,
        upload_rate: float | None = None,
        faults: Iterable[Fault] = (),
        stall_timeout: float | None = None,
    ) -> ConditionsForAWhile:
        """From now on the network is so, and as good as it can be in everything that is not given.

        `offline`: there is none; what is under way ends. `latency`: seconds added to every answer. `rate`: bytes a
        second for all exchanges together, `upload_rate` where it is another one for what goes up; None: as fast as it
        goes. `faults`: what goes wrong, the first that fits a request. `stall_timeout`: seconds after which an exchange
        that stalls fails.

        In a `with` statement it is so only for its body. Faults that come back then count their requests anew.

        Raises TypeError and ValueError for what cannot be, and changes nothing then.
        """
        conditions = Conditions(offline, latency, rate, rate if upload_rate is None else upload_rate, stall_timeout)
        faults = _checked(faults)
        before = self._transport.conditions, self.faults
        self._set(conditions, faults)
        return ConditionsForAWhile(self, *before)

    def set_conditions(self, conditions: Conditions) -> None:
        """The same with a value; faults stay as they are. Raises TypeError for what is no Conditions."""
        self._transport.set_conditions(conditions)

    @property
    def current(self) -> Conditions:
        """How it is now."""
        return self._transport.conditions

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong in it now."""
        return self._transport.faults

    def add_fault(self, fault: Fault) -> None:
        """Let something more go wrong. Raises TypeError for what is no Fault."""
        self._transport.add_fault(fault)

    def _set(self, conditions: Conditions, faults: Iterable[Fault]) -> None:
        self._transport.clear_faults()
        for fault in faults:
            self._transport.add_fault(fault)
        self._transport.set_conditions(conditions)


class ConditionsForAWhile:
    """What `Network.conditions` returns: at the end of a `with` statement the network is as it was before."""

    __slots__ = ("_conditions", "_faults", "_network")

    def __init__(self, network: Network, conditions: Conditions, faults: tuple[Fault, ...]) -> None:
        self._network = network
        self._conditions = conditions
        self._faults = faults

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._network._set(self._conditions, self._faults)


def _checked(faults: object) -> tuple[Fault, ...]:
    if isinstance(faults, Fault) or not isinstance(faults, Iterable):
        raise TypeError(f"faults cannot be {faults!r}: they are a list of Fault")
    faults = tuple(faults)
    for fault in faults:
        check_type("a fault", fault, Fault, "a Fault")
    return faults
