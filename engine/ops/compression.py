"""Compressing and decompressing for CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.compression import Codec, CompressionFormat, compressor, decompressor
from engine.ops.registry import sync_op

if TYPE_CHECKING:
    from engine.realms import Environment


@dataclass(slots=True)
class _Context:
    """What a handle stands for."""

    codec: Codec


@sync_op
def op_compression_start(environment: Environment, format: CompressionFormat, decompress: bool) -> int:
    """A handle for a new context, which `op_compression_finish` or `op_compression_release` ends."""
    return environment.handles.add(_Context((decompressor if decompress else compressor)(format)))


@sync_op
def op_compression_transform(environment: Environment, handle: int, data: bytes) -> bytes:
    """A piece of the output; empty when it takes more input. Raises JSTypeError."""
    return environment.handles.get(handle, _Context).codec.transform(data)


@sync_op
def op_compression_finish(environment: Environment, handle: int) -> bytes:
    """The last of the output; the handle ends. Raises JSTypeError."""
    return environment.handles.take(handle, _Context).codec.finish()


@sync_op
def op_compression_release(environment: Environment, handle: int) -> None:
    """Nobody wants the output any more."""
    environment.handles.release(handle)
