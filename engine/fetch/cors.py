"""https://fetch.spec.whatwg.org/#http-cors-protocol: the checks and headers of CORS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.header_values import extract_tokens
from engine.infra import FAILURE
from engine.url import TupleOrigin, origin_of, same_origin

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response


def cors_check(request: Request, response: Response) -> str:
    """https://fetch.spec.whatwg.org/#concept-cors-check

    Empty for success, else the reason of the failure.
    """
    # 1–2. Without Access-Control-Allow-Origin the check fails.
    origin = response.header_list.get(b"Access-Control-Allow-Origin")
    if origin is None:
        return "CORS: the response has no Access-Control-Allow-Origin"
    # 3. "*" passes a request without credentials.
    if request.credentials_mode != "include" and origin == b"*":
        return ""
    # 4. Otherwise the header must be the request's serialized origin.
    serialized_origin = request.serialize_origin()
    if serialized_origin.encode("latin-1") != origin:
        return f"CORS: Access-Control-Allow-Origin is {origin.decode('latin-1')!r}, not {serialized_origin!r}"
    # 5. Without credentials that passes.
    if request.credentials_mode != "include":
        return ""
    # 6–8. With credentials Access-Control-Allow-Credentials must be "true".
    if response.header_list.get(b"Access-Control-Allow-Credentials") == b"true":
        return ""
    return "CORS: credentials were sent and Access-Control-Allow-Credentials is not true"


def cors_exposed_header_names(request: Request, response: Response) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Its step 14.1: the response's CORS-exposed header-name list.
    """
    # 14.1.1. The names in Access-Control-Expose-Headers.
    names = extract_tokens(b"Access-Control-Expose-Headers", response.header_list)
    if names is None or names is FAILURE:
        # 14.1.3. SPEC-BUG: read literally, a header that does not parse would become the list. It exposes nothing.
        return []
    # 14.1.2. Without credentials "*" exposes every header name.
    if request.credentials_mode != "include" and b"*" in names:
        return list(dict.fromkeys(response.header_list.names()))
    return names


def append_a_request_origin_header(request: Request) -> None:
    """https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    # 1. The request's origin is settled by now.
    origin = request.origin
    assert origin != "client"
    # 3. A CORS, WebSocket or WebTransport request always carries its Origin.
    if request.response_tainting == "cors" or request.mode in ("websocket", "webtransport"):
        request.header_list.append(b"Origin", request.serialize_origin().encode("latin-1"))
    # 4. Otherwise only a method other than GET and HEAD does,
    elif request.method not in ("GET", "HEAD"):
        # 2. The serialized origin.
        serialized_origin = request.serialize_origin()
        # 4.1. and outside CORS it is null where the referrer policy says so.
        if request.mode != "cors":
            url = request.current_url
            match request.referrer_policy:
                case "no-referrer":
                    serialized_origin = "null"
                case "no-referrer-when-downgrade" | "strict-origin" | "strict-origin-when-cross-origin":
                    if isinstance(origin, TupleOrigin) and origin.scheme == "https" and url.scheme != "https":
                        serialized_origin = "null"
                case "same-origin":
                    if not same_origin(origin, origin_of(url)):
                        serialized_origin = "null"
        # 4.2. Append the Origin header.
        request.header_list.append(b"Origin", serialized_origin.encode("latin-1"))


def tao_check(request: Request, response: Response) -> bool:
    """https://fetch.spec.whatwg.org/#concept-tao-check

    True for success.
    """
    # 1–2. Once the timing allow failed flag is set, every further check fails.
    assert request.origin != "client"
    if request.timing_allow_failed:
        return False
    # OPTIMIZATION: a response with basic tainting passes in any case, unless it is a navigation's.
    if request.response_tainting == "basic" and request.mode != "navigate":
        return True
    # 3–5. Timing-Allow-Origin names everybody, or this request's origin.
    values = response.header_list.get_decode_and_split(b"Timing-Allow-Origin") or []
    if "*" in values or request.serialize_origin() in values:
        return True
    # 6. A navigation to another origin than the request's fails.
    if request.mode == "navigate" and not same_origin(origin_of(request.current_url), request.origin):
        return False
    # 7–8. Without the header only basic response tainting passes.
    return request.response_tainting == "basic"
