"""Responses whose type does not suit their use. https://fetch.spec.whatwg.org/#x-content-type-options-header"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.header_values import extract_a_mime_type
from engine.infra import FAILURE, is_a_javascript_mime_type

if TYPE_CHECKING:
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.http.response import Response


def determine_nosniff(headers: HeaderList) -> bool:
    """https://fetch.spec.whatwg.org/#determine-nosniff"""
    # 1–2. False without X-Content-Type-Options.
    values = headers.get_decode_and_split(b"X-Content-Type-Options")
    if values is None:
        return False
    # 3–4. Only the first value counts.
    return values[0].lower() == "nosniff"


def should_response_to_request_be_blocked_due_to_nosniff(request: Request, response: Response) -> bool:
    """https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?

    True for blocked.
    """
    # OPTIMIZATION: other destinations are never blocked.
    if not request.is_script_like and request.destination != "style":
        return False
    # 1. Only when X-Content-Type-Options says nosniff.
    if not determine_nosniff(response.header_list):
        return False
    # 2–3. The response's MIME type and the request's destination.
    mime_type = extract_a_mime_type(response.header_list)
    # 4. A script-like destination needs a JavaScript MIME type,
    if request.is_script_like:
        return mime_type is FAILURE or not is_a_javascript_mime_type(mime_type)
    # 5. "style" needs text/css.
    return mime_type is FAILURE or mime_type.essence != "text/css"
    # 6. The cases above answer.


def should_response_to_request_be_blocked_due_to_its_mime_type(request: Request, response: Response) -> bool:
    """https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?

    True for blocked.
    """
    # OPTIMIZATION: only scripts can be blocked.
    if not request.is_script_like:
        return False
    # 1–3. The MIME type; without one the response is allowed.
    mime_type = extract_a_mime_type(response.header_list)
    if mime_type is FAILURE:
        return False
    # 4–5. A script-like destination may be no audio, image, video or text/csv.
    return mime_type.type in ("audio", "image", "video") or mime_type.essence == "text/csv"
