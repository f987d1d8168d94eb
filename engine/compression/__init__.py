"""Compressed bytes, undone and made. Whatever comes out comes in pieces of bounded size, at the pace of whoever wants it."""

from engine.compression.decoder import Chain, CompressionError, Decoder
from engine.compression.frames import BrotliFrame, Frame, ZlibFrame, ZstandardFrame
from engine.compression.streams import Codec, CompressionFormat, compressor, decompressor

__all__ = [
    "BrotliFrame",
    "Chain",
    "Codec",
    "CompressionError",
    "CompressionFormat",
    "Decoder",
    "Frame",
    "ZlibFrame",
    "ZstandardFrame",
    "compressor",
    "decompressor",
]
