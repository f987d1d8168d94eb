"""https://w3c.github.io/webcrypto/#crypto-interface: randomness."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from engine.ops.registry import sync_op
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.realms import Environment


@sync_op
def op_crypto_random_bytes(environment: Environment, length: int) -> bytes:
    """`length`: as many as https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues allows."""
    if not 0 <= length <= 65536:
        raise JSTypeError(f"{length} random bytes are not what one asks for")
    return secrets.token_bytes(length)


@sync_op
def op_crypto_random_uuid(environment: Environment) -> str:
    return str(uuid.uuid4())
