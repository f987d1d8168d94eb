"""Compressing and decompressing for CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.compression import Codec, CompressionFormat, compressor, decompressor
from engine.ops.registry import sync_op

if TYPE_CHECKING:
    from engine.js import Holding
    from engine.realms import Environment


@dataclass(slots=True)
class _Context:
    """What a handle stands for."""

    codec: Codec
    holding: Holding


@sync_op
def op_compression_start(environment: Environment, format: CompressionFormat, decompress: bool) -> int:
    """A handle for a new context, which `op_compression_finish` or `op_compression_release` ends. Raises BudgetExceeded."""
    codec = (decompressor if decompress else compressor)(format)
    holding = environment.byte_budget.hold(codec.memory, "Compression streams")
    return environment.handles.add(_Context(codec, holding))


@sync_op
def op_compression_transform(environment: Environment, handle: int, data: bytes) -> bytes:
    """A piece of the output; empty when it takes more input. Raises JSTypeError."""
    context = environment.handles.get(handle, _Context)
    output = context.codec.transform(data)
    context.holding.resize(context.codec.memory)
    return output


@sync_op
def op_compression_finish(environment: Environment, handle: int) -> bytes:
    """The last of the output; the handle ends. Raises JSTypeError."""
    return environment.handles.take(handle, _Context).codec.finish()


@sync_op
def op_compression_release(environment: Environment, handle: int) -> None:
    """Nobody wants the output any more."""
    environment.handles.release(handle, _Context)
