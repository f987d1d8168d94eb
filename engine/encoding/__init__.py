"""https://encoding.spec.whatwg.org/ (snapshot 2025-11): labels and decoders. Encoders other than UTF-8's are not
here yet.

NB: an encoding is known by its name in ASCII lowercase, which is what scripts see of it too.
"""

from __future__ import annotations

from engine.encoding.decode import bom_sniff, decode, decode_chunk
from engine.encoding.labels import get_an_encoding

__all__ = ["bom_sniff", "decode", "decode_chunk", "get_an_encoding"]
