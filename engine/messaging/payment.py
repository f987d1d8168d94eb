"""What pays for messages on their way. Ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

from engine.js import BudgetExceeded
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.js import Holding
    from engine.realms import Environment

Message: TypeAlias = tuple[str, tuple[bytes, ...]]
"""A serialized value: its text and its buffers."""

Payment: TypeAlias = "tuple[Holding, ...]"
"""Kept with a message until it has been delivered."""

_MESSAGE_SIZE = 512


def pay_for_a_message(
    message: Message, sender: Environment, receiver: Environment | None = None, *, copies: int = 0
) -> Payment:
    """Both pay for it as long as it waits: the one who is heard by nobody must stop some day, and the one who does not listen
    must not be filled by others that come and go. `copies`: how many more tasks there are for it.

    Raises DOMException "DataCloneError", as browsers do when they cannot hold a message.
    """
    text, buffers = message
    size = _MESSAGE_SIZE * (1 + copies) + sys.getsizeof(text) + sum(map(len, buffers))
    try:
        payment = sender.byte_budget.hold(size, "Messages that nobody has received")
        if receiver is None or receiver.byte_budget is sender.byte_budget:
            return (payment,)
        return payment, receiver.byte_budget.hold(size, "Messages that have not been received")
    except BudgetExceeded as error:
        raise DOMException(f"The message could not be cloned: out of memory. {error.message}", "DataCloneError") from None
