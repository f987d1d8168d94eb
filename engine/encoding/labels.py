"""https://encoding.spec.whatwg.org/#names-and-labels"""

from __future__ import annotations

from typing import Final

from webencodings.labels import LABELS

from engine.infra import ASCII_WHITESPACE, ascii_lowercase

_NAMES: Final[dict[str, str]] = LABELS


def get_an_encoding(label: str) -> str | None:
    """https://encoding.spec.whatwg.org/#concept-encoding-get

    Returns the encoding's name in ASCII lowercase, or `None` for failure.
    """
    # 1–2. The table is keyed by lowercase labels.
    return _NAMES.get(ascii_lowercase(label.strip(ASCII_WHITESPACE)))
