"""The nouns of the Fetch Standard, as of 2026-09. https://fetch.spec.whatwg.org/

Requests, responses, header lists, bodies, cookies, policy containers, and what Fetch needs to know of an environment.
"""

from __future__ import annotations

from engine.http.body import Body, BodyFailure, ByteStream, Pipe, StoredBytes, get_bytes_as_a_body
from engine.http.environment import EnvironmentSettings
from engine.http.headers import HeaderList
from engine.http.policy_container import ContentSecurityPolicy, EmbedderPolicy, PolicyContainer
from engine.http.records import (
    request_from_record,
    request_to_record,
    response_from_record,
    response_from_stored_record,
    response_to_record,
    response_to_stored_record,
)
from engine.http.request import Request
from engine.http.response import (
    Response,
    aborted_network_error,
    basic_filtered_response,
    cors_filtered_response,
    filtered_response,
    network_error,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)

__all__ = [
    "Body",
    "BodyFailure",
    "ByteStream",
    "ContentSecurityPolicy",
    "EmbedderPolicy",
    "EnvironmentSettings",
    "HeaderList",
    "Pipe",
    "PolicyContainer",
    "Request",
    "Response",
    "StoredBytes",
    "aborted_network_error",
    "basic_filtered_response",
    "cors_filtered_response",
    "filtered_response",
    "get_bytes_as_a_body",
    "network_error",
    "opaque_filtered_response",
    "opaque_redirect_filtered_response",
    "request_from_record",
    "request_to_record",
    "response_from_record",
    "response_from_stored_record",
    "response_to_record",
    "response_to_stored_record",
]
