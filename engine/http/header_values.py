"""Values read out of header lists. https://fetch.spec.whatwg.org/#extract-header-list-values"""

from __future__ import annotations

from engine.http.headers import HeaderList, is_a_token
from engine.infra import FAILURE, Failure, MimeType, parse_mime_type, parse_non_negative_integer


def extract_tokens(name: bytes, headers: HeaderList) -> list[bytes] | Failure | None:
    """https://fetch.spec.whatwg.org/#extract-header-list-values

    For headers whose grammar is a list of tokens (`Access-Control-Allow-Headers`, `…-Methods`, `…-Expose-Headers`,
    `Vary`). None when absent.
    """
    # 1. Null when the header is absent.
    values = headers.get_all(name)
    if not values:
        return None
    # 2. (The ABNF of these headers allows any number of them.)
    # 3–4. The tokens of every header; a value that does not match the ABNF is a failure. Empty list items are allowed
    # and skipped.
    extracted: list[bytes] = []
    for value in values:
        for item in value.split(b","):
            item = item.strip(b"\t ")
            if not item:
                continue
            if not is_a_token(item):
                return FAILURE
            extracted.append(item)
    # 5. The extracted values.
    return extracted


def extract_delta_seconds(name: bytes, headers: HeaderList) -> int | Failure | None:
    """https://fetch.spec.whatwg.org/#extract-header-list-values

    For `Access-Control-Max-Age` and `Age`: one header of digits.
    """
    values = headers.get_all(name)
    if not values:
        return None
    seconds = parse_non_negative_integer(values[0])
    return FAILURE if len(values) > 1 or seconds is None else seconds


def extract_a_length(headers: HeaderList) -> int | Failure | None:
    """https://fetch.spec.whatwg.org/#content-length-extract"""
    # 1–2. Null when the header is absent.
    values = headers.get_decode_and_split(b"Content-Length")
    if values is None:
        return None
    # 3–4. All values must be the same.
    candidate_value = values[0]
    if any(value != candidate_value for value in values):
        return FAILURE
    # 5–6. A value that is no number is null.
    return parse_non_negative_integer(candidate_value)


def extract_a_mime_type(headers: HeaderList) -> MimeType | Failure:
    """https://fetch.spec.whatwg.org/#concept-header-extract-mime-type"""
    # 1–3. No charset, essence or MIME type yet.
    charset: str | None = None
    essence: str | None = None
    mime_type: MimeType | None = None
    # 4–5. Failure without a Content-Type.
    values = headers.get_decode_and_split(b"Content-Type")
    if values is None:
        return FAILURE
    # 6. The last value that parses wins; a charset is inherited while the essence stays the same.
    for value in values:
        temporary_mime_type = parse_mime_type(value)
        if temporary_mime_type is FAILURE or temporary_mime_type.essence == "*/*":
            continue
        mime_type = temporary_mime_type
        if mime_type.essence != essence:
            charset = mime_type.parameters.get("charset")
            essence = mime_type.essence
        elif "charset" not in mime_type.parameters and charset is not None:
            mime_type.parameters["charset"] = charset
    # 7–8. The MIME type, or failure without one.
    return FAILURE if mime_type is None else mime_type
