"""https://fetch.spec.whatwg.org/#data-urls"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.infra import (
    FAILURE,
    Failure,
    MimeType,
    forgiving_base64_decode,
    isomorphic_decode,
    parse_mime_type,
    strip_leading_and_trailing_ascii_whitespace,
)
from engine.url.percent_encoding import percent_decode_string
from engine.url.url import URL

_ENDS_WITH_BASE64 = re.compile(r"; *base64\Z", re.ASCII | re.IGNORECASE)


class DataURLStruct(NamedTuple):
    """https://fetch.spec.whatwg.org/#data-url-struct"""

    mime_type: MimeType
    body: bytes


def process_a_data_url(data_url: URL) -> DataURLStruct | Failure:
    """https://fetch.spec.whatwg.org/#data-url-processor"""
    # 1–3. The data: URL, serialized without its fragment and its scheme.
    assert data_url.scheme == "data"
    input_ = data_url.serialized_without_fragment.removeprefix("data:")
    # 4–7. The MIME type stands before the first comma; without a comma the URL is a failure.
    mime_type_text, comma, encoded_body = input_.partition(",")
    if not comma:
        return FAILURE
    mime_type_text = strip_leading_and_trailing_ascii_whitespace(mime_type_text)
    # 8–10. The body: the rest, percent-decoded.
    body = percent_decode_string(encoded_body)
    # 11. A MIME type that ends with "; base64" makes the body base64.
    base64 = _ENDS_WITH_BASE64.search(mime_type_text)
    if base64 is not None:
        decoded = forgiving_base64_decode(isomorphic_decode(body))
        if decoded is FAILURE:
            return FAILURE
        body = decoded
        mime_type_text = mime_type_text[: base64.start()]
    # 12. A MIME type of parameters alone is one of text/plain.
    if mime_type_text.startswith(";"):
        mime_type_text = "text/plain" + mime_type_text
    # 13–14. The MIME type record; what cannot be parsed is text/plain;charset=US-ASCII.
    mime_type = parse_mime_type(mime_type_text)
    if mime_type is FAILURE:
        mime_type = MimeType("text", "plain", {"charset": "US-ASCII"})
    # 15. The data: URL struct.
    return DataURLStruct(mime_type, body)
