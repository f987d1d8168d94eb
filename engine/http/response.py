"""https://fetch.spec.whatwg.org/#responses: responses, network errors, filtered responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.http.body import Body
from engine.http.header_names import FORBIDDEN_RESPONSE_HEADER_NAMES, is_a_cors_safelisted_response_header_name
from engine.http.headers import HeaderList
from engine.infra import FAILURE, Failure
from engine.url import parse_url

if TYPE_CHECKING:
    from engine.http.request import RedirectTaint
    from engine.url import URL

ResponseType: TypeAlias = Literal["basic", "cors", "default", "error", "opaque", "opaqueredirect"]

NULL_BODY_STATUSES = frozenset({101, 103, 204, 205, 304})
"""https://fetch.spec.whatwg.org/#null-body-status"""
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""
RANGE_STATUSES = frozenset({206, 416})
"""https://fetch.spec.whatwg.org/#range-status"""


def is_an_ok_status(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#ok-status"""
    return 200 <= status <= 299


@dataclass(slots=True)
class ResponseBodyInfo:
    """https://fetch.spec.whatwg.org/#response-body-info"""

    encoded_size: int = 0
    decoded_size: int = 0
    content_type: str = ""
    content_encoding: str = ""


@dataclass(slots=True, eq=False)
class Response:
    """https://fetch.spec.whatwg.org/#concept-response

    A filtered response has an `internal_response`; what it does not hide it shares with that one (the same body
    object).
    `reason` is ours: why a network error is one, for people; scripts never see it.
    """

    type: ResponseType = "default"
    url_list: list[URL] = field(default_factory=list)
    status: int = 200
    status_message: bytes = b""
    header_list: HeaderList = field(default_factory=HeaderList)
    body: Body | None = None
    aborted: bool = False
    cache_state: Literal["", "local", "validated"] = ""
    cors_exposed_header_name_list: list[bytes] = field(default_factory=list)
    range_requested: bool = False
    request_includes_credentials: bool = True
    timing_allow_passed: bool = False
    navigation_timing_allow_values_list: list[list[str]] = field(default_factory=list)
    body_info: ResponseBodyInfo = field(default_factory=ResponseBodyInfo)
    service_worker_timing_info: object | None = None
    redirect_taint: RedirectTaint = "same-origin"
    internal_response: Response | None = None
    reason: str = ""
    # NB: when the network itself failed, engine.network's word for how; empty when a policy or a script said no.
    failure_kind: str = ""
    # NB: what the op border calls the body, once it has been handed out; engine.ops keeps the table.
    body_handle: int | None = None

    @property
    def url(self) -> URL | None:
        """https://fetch.spec.whatwg.org/#concept-response-url"""
        return self.url_list[-1] if self.url_list else None

    @property
    def is_network_error(self) -> bool:
        """https://fetch.spec.whatwg.org/#concept-network-error"""
        return self.type == "error"

    @property
    def ok(self) -> bool:
        return 200 <= self.status <= 299

    @property
    def is_filtered(self) -> bool:
        """https://fetch.spec.whatwg.org/#concept-filtered-response"""
        return self.internal_response is not None

    def unsafe_response(self) -> Response:
        """https://html.spec.whatwg.org/#unsafe-response

        The internal response of a filtered one, else itself.
        """
        return self if self.internal_response is None else self.internal_response

    def clone(self) -> Response:
        """https://fetch.spec.whatwg.org/#concept-response-clone"""
        # 1. A filtered response is a clone of its internal response, filtered again.
        if self.internal_response is not None:
            return filtered_response(self.type, self.internal_response.clone())
        # 2. A copy without the body, with lists of its own.
        copy = Response(
            type=self.type,
            url_list=list(self.url_list),
            status=self.status,
            status_message=self.status_message,
            header_list=self.header_list.copy(),
            aborted=self.aborted,
            cache_state=self.cache_state,
            cors_exposed_header_name_list=list(self.cors_exposed_header_name_list),
            range_requested=self.range_requested,
            request_includes_credentials=self.request_includes_credentials,
            timing_allow_passed=self.timing_allow_passed,
            navigation_timing_allow_values_list=list(self.navigation_timing_allow_values_list),
            body_info=self.body_info,
            service_worker_timing_info=self.service_worker_timing_info,
            redirect_taint=self.redirect_taint,
            reason=self.reason,
        )
        # 3. The body is cloned.
        if self.body is not None:
            copy.body = self.body.clone()
        # 4. The new response.
        return copy

    def location_url(self, request_fragment: str | None) -> URL | Failure | None:
        """https://fetch.spec.whatwg.org/#concept-response-location-url"""
        # 1. Only a redirect status has a location URL.
        if self.status not in REDIRECT_STATUSES:
            return None
        # 2. The value of the one Location header.
        values = self.header_list.get_all(b"Location")
        if not values:
            return None
        if len(values) > 1:
            return FAILURE
        # 3. Parse the Location with the response's URL. Bytes beyond ASCII are taken as UTF-8, or as bytes, as all
        # browsers do.
        location = parse_url(_decode_location(values[0]), self.url)
        # 4. A location URL without a fragment gets the request's fragment.
        if location is not FAILURE and location.fragment is None and request_fragment is not None:
            location = location.with_parts(fragment=request_fragment)
        # 5. The location URL.
        return location


def _decode_location(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)


def network_error(reason: str = "", failure_kind: str = "") -> Response:
    """https://fetch.spec.whatwg.org/#concept-network-error

    With a reason for people.
    """
    return Response(type="error", status=0, reason=reason, failure_kind=failure_kind)


def aborted_network_error() -> Response:
    """https://fetch.spec.whatwg.org/#concept-aborted-network-error"""
    return Response(type="error", status=0, aborted=True, reason="aborted")


def basic_filtered_response(response: Response) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-basic"""
    headers = [
        header for header in response.header_list.headers if header[0].lower() not in FORBIDDEN_RESPONSE_HEADER_NAMES
    ]
    return _view(response, "basic", HeaderList(headers))


def cors_filtered_response(response: Response) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-cors"""
    exposed = frozenset(name.lower() for name in response.cors_exposed_header_name_list)
    headers = [
        header
        for header in response.header_list.headers
        if is_a_cors_safelisted_response_header_name(header[0], exposed)
    ]
    return _view(response, "cors", HeaderList(headers))


def opaque_filtered_response(response: Response) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-opaque"""
    return Response(type="opaque", status=0, internal_response=response, redirect_taint=response.redirect_taint)


def opaque_redirect_filtered_response(response: Response) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect"""
    return Response(
        type="opaqueredirect",
        url_list=response.url_list,
        status=0,
        internal_response=response,
        redirect_taint=response.redirect_taint,
    )


def filtered_response(type: ResponseType, response: Response) -> Response:
    """The filtered response of the given type over `response`. Ours."""
    return _FILTERS[type](response)


_FILTERS = {
    "basic": basic_filtered_response,
    "cors": cors_filtered_response,
    "opaque": opaque_filtered_response,
    "opaqueredirect": opaque_redirect_filtered_response,
}


def _view(response: Response, type: ResponseType, header_list: HeaderList) -> Response:
    assert response.internal_response is None and not response.is_network_error
    return Response(
        type=type,
        url_list=response.url_list,
        status=response.status,
        status_message=response.status_message,
        header_list=header_list,
        body=response.body,
        cache_state=response.cache_state,
        cors_exposed_header_name_list=response.cors_exposed_header_name_list,
        range_requested=response.range_requested,
        request_includes_credentials=response.request_includes_credentials,
        timing_allow_passed=response.timing_allow_passed,
        navigation_timing_allow_values_list=response.navigation_timing_allow_values_list,
        body_info=response.body_info,
        service_worker_timing_info=response.service_worker_timing_info,
        redirect_taint=response.redirect_taint,
        internal_response=response,
    )


def is_a_status_message(value: bytes) -> bool:
    """https://httpwg.org/specs/rfc9112.html#status.line

    Reason-phrase.
    """
    return all(byte == 0x09 or 0x20 <= byte != 0x7F for byte in value)
