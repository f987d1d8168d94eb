"""Which headers scripts and policies may use. https://fetch.spec.whatwg.org/#terminology-headers"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.http.headers import Header, convert_header_names_to_a_sorted_lowercase_set, get_decode_and_split
from engine.http.methods import is_a_forbidden_method
from engine.http.ranges import parse_a_single_range_header_value
from engine.infra import FAILURE, parse_mime_type

FORBIDDEN_REQUEST_HEADER_NAMES = frozenset(
    {
        b"accept-charset",
        b"accept-encoding",
        b"access-control-request-headers",
        b"access-control-request-method",
        b"connection",
        b"content-length",
        b"cookie",
        b"cookie2",
        b"date",
        b"dnt",
        b"expect",
        b"host",
        b"keep-alive",
        b"origin",
        b"referer",
        b"set-cookie",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"via",
    }
)
FORBIDDEN_RESPONSE_HEADER_NAMES = frozenset({b"set-cookie", b"set-cookie2"})
REQUEST_BODY_HEADER_NAMES = frozenset({b"content-encoding", b"content-language", b"content-location", b"content-type"})
CORS_SAFELISTED_RESPONSE_HEADER_NAMES = frozenset(
    {
        b"cache-control",
        b"content-language",
        b"content-length",
        b"content-type",
        b"expires",
        b"last-modified",
        b"pragma",
    }
)
NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES = frozenset(
    {b"accept", b"accept-language", b"content-language", b"content-type"}
)
_METHOD_OVERRIDES = frozenset({b"x-http-method", b"x-http-method-override", b"x-method-override"})
_CORS_UNSAFE_BYTES = frozenset(set(range(0x20)) - {0x09} | set(b'"():<>?@[\\]{}\x7f'))
_LANGUAGE_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;=")
_SIMPLE_CONTENT_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def has_a_cors_unsafe_request_header_byte(value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte"""
    return not _CORS_UNSAFE_BYTES.isdisjoint(value)


def is_a_cors_safelisted_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    # 1. A value of more than 128 bytes is not safelisted.
    if len(value) > 128:
        return False
    # 2. By the header's name:
    match name.lower():
        case b"accept":
            return not has_a_cors_unsafe_request_header_byte(value)
        case b"accept-language" | b"content-language":
            return _LANGUAGE_BYTES.issuperset(value)
        case b"content-type":
            # 2.content-type.1–4. No unsafe byte, and the essence of one of the three types that an HTML form can send.
            if has_a_cors_unsafe_request_header_byte(value):
                return False
            mime_type = parse_mime_type(value.decode("latin-1"))
            return mime_type is not FAILURE and mime_type.essence in _SIMPLE_CONTENT_TYPES
        case b"range":
            # 2.range.1–3. A single range that has a range start.
            range_value = parse_a_single_range_header_value(value, False)
            return range_value is not FAILURE and range_value[0] is not None
        case _:
            return False
    # 3. The cases above answer.


def cors_unsafe_request_header_names(headers: Iterable[Header]) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""
    # 1–3. The unsafe names, the potentially unsafe names, and the safelist value size.
    unsafe_names: list[bytes] = []
    potentially_unsafe_names: list[bytes] = []
    safelist_value_size = 0
    # 4. A header that is not CORS-safelisted goes to the unsafe names, any other to the potentially unsafe ones.
    for name, value in headers:
        if not is_a_cors_safelisted_request_header(name, value):
            unsafe_names.append(name)
        else:
            potentially_unsafe_names.append(name)
            safelist_value_size += len(value)
    # 5. A safelist value size over 1024 makes the potentially unsafe names unsafe too.
    if safelist_value_size > 1024:
        unsafe_names.extend(potentially_unsafe_names)
    # 6. The names as a sorted lowercase set.
    return convert_header_names_to_a_sorted_lowercase_set(unsafe_names) if unsafe_names else unsafe_names


def is_a_cors_non_wildcard_request_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""
    return name.lower() == b"authorization"


def is_a_privileged_no_cors_request_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#privileged-no-cors-request-header-name"""
    return name.lower() == b"range"


def is_a_cors_safelisted_response_header_name(name: bytes, exposed: Collection[bytes]) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name

    `exposed` has its names in lowercase.
    """
    name = name.lower()
    if name in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
        return True
    return name not in FORBIDDEN_RESPONSE_HEADER_NAMES and name in exposed


def is_a_no_cors_safelisted_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header"""
    # 1. The name must be a no-CORS-safelisted request-header name,
    if name.lower() not in NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES:
        return False
    # 2. and the header CORS-safelisted.
    return is_a_cors_safelisted_request_header(name, value)


def is_a_forbidden_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-request-header"""
    name = name.lower()
    # 1. The forbidden names.
    if name in FORBIDDEN_REQUEST_HEADER_NAMES:
        return True
    # 2. The prefixes "proxy-" and "sec-".
    if name.startswith((b"proxy-", b"sec-")):
        return True
    # 3. A header that overrides the method, with a forbidden method.
    if name in _METHOD_OVERRIDES:
        return any(is_a_forbidden_method(method) for method in get_decode_and_split(value))
    # 4. Any other header is allowed.
    return False


def is_a_forbidden_response_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-response-header-name"""
    return name.lower() in FORBIDDEN_RESPONSE_HEADER_NAMES


def is_a_request_body_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#request-body-header-name"""
    return name.lower() in REQUEST_BODY_HEADER_NAMES
