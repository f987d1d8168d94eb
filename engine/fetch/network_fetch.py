"""https://fetch.spec.whatwg.org/#http-network-fetch"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from engine.event_loop import Interrupted, Interruption
from engine.fetch.clear_site_data import clear_site_data_for_response
from engine.fetch.cookie_headers import parse_and_store_response_set_cookie_headers
from engine.fetch.network_stream import NetworkStream
from engine.fetch.partition import determine_the_network_partition_key
from engine.http.body import DEFAULT_READ_SIZE, Body
from engine.http.content_codings import codings_of, decoder_for
from engine.http.header_values import extract_a_length
from engine.http.headers import Header, HeaderList
from engine.http.response import Response, network_error
from engine.infra import FAILURE
from engine.network import NetworkFailure, WireRequest
from engine.webidl.exceptions import DOMException, ScriptException

if TYPE_CHECKING:
    from engine.fetch.fetch_params import FetchParams
    from engine.network import WireResponse

_SMALL_BODY = 64 * 1024


async def http_network_fetch(
    fetch_params: FetchParams, include_credentials: bool = False, force_new_connection: bool = False
) -> Response:
    """https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    # 1–4. The request and its timing info. (A client that is offline is a failure of the transport.)
    request = fetch_params.request
    timing_info = fetch_params.timing_info
    # 5. Determine the network partition key.
    network_partition_key = determine_the_network_partition_key(request)
    # 6–7. Obtain a connection. NB: the transport keeps them; a key nobody else has forces a new one.
    pool_key = (network_partition_key, include_credentials, object() if force_new_connection else None)
    # 7. FIXME: WebSocket and WebTransport connections.
    if request.mode in ("websocket", "webtransport"):
        return network_error(f"{request.mode} connections cannot be made")
    # 8. Make the HTTP request, unless the fetch is cancelled.
    # 8.3. A body without a source cannot be sent over HTTP/1.x, where it may have to be sent again.
    body = request.body
    if isinstance(body, Body) and not body.replayable:
        return network_error("a stream cannot be uploaded over HTTP/1.x")
    # 8.4. The final network-request start time.
    timing_info.final_network_request_start_time = fetch_params.now()
    wire_request = WireRequest(
        request.method.encode("latin-1"), request.current_url, _combined(request.header_list), pool_key=pool_key
    )
    _attach_body(fetch_params, wire_request)
    if fetch_params.process_early_hints_response is not None:
        wire_request.on_early_hint = lambda status, headers: _early_hint(fetch_params, status, HeaderList(headers))
    # 8.5. Send the request and wait for the response's headers.
    result = await _send(fetch_params, wire_request)
    # 9. Aborted, or failed otherwise.
    if isinstance(result, Response):
        return result
    timing_info.final_network_response_start_time = fetch_params.now()
    # 10–15. The response's body is a stream that pulls from the connection when it is read itself.
    response = Response(
        status=result.status, status_message=result.status_message, header_list=HeaderList(result.headers)
    )
    codings = codings_of(response.header_list)
    decoder = decoder_for(codings)
    response.body_info.content_encoding = b"".join(codings).decode("latin-1") if len(codings) < 2 else "multiple"
    budget = None if request.client is None else request.client.byte_budget
    stream = NetworkStream(result.body, decoder, fetch_params.controller, response.body_info, budget)
    length = None if decoder is not None else extract_a_length(response.header_list)
    response.body = Body(stream, None if length is FAILURE else length)
    # 16. FIXME: WebDriver BiDi.
    # 17. With credentials, parse and store the response's Set-Cookie headers.
    if include_credentials:
        parse_and_store_response_set_cookie_headers(request, response, fetch_params.user_agent)
        # NB: and after them https://w3c.github.io/webappsec-clear-site-data/#fetch-integration
        await clear_site_data_for_response(request.current_url, response, fetch_params.user_agent)
    # https://www.rfc-editor.org/rfc/rfc6797#section-8.1: the first such header counts.
    known_hosts = fetch_params.user_agent.known_hosts
    if known_hosts is not None and request.current_url.scheme == "https":
        for policy in response.header_list.get_all(b"Strict-Transport-Security")[:1]:
            known_hosts.note(request.current_url, policy)
    # 18. (The stream takes the bytes from the connection when it is read.)
    # 19. The response.
    return response


async def _send(fetch_params: FetchParams, wire_request: WireRequest) -> WireResponse | Response:
    """The response's head, or a network error; ends early when the fetch is cancelled."""
    controller = fetch_params.controller
    if controller.cancelled:
        return controller.appropriate_network_error()
    interruption = Interruption()
    controller.when_cancelled(interruption)
    try:
        return await interruption.over(fetch_params.user_agent.transport.send(wire_request))
    except Interrupted:
        return controller.appropriate_network_error()
    except NetworkFailure as failure:
        if controller.cancelled:
            return controller.appropriate_network_error()
        return network_error(failure.message, failure.kind)
    except ScriptException as error:
        # https://fetch.spec.whatwg.org/#concept-http-network-fetch, "processBodyError": the request's body failed.
        if isinstance(error, DOMException) and error.name == "AbortError":
            controller.abort()
        else:
            controller.terminate()
        return controller.appropriate_network_error()
    finally:
        controller.forget(interruption)


def _combined(header_list: HeaderList) -> list[Header]:
    """Ours: several values of a name travel in one field line, as every browser sends them, under the name as it was first written."""
    combined: dict[bytes, Header] = {}
    for name, value in header_list:
        key = name.lower()
        first = combined.get(key)
        combined[key] = (name, value) if first is None else (first[0], first[1] + b", " + value)
    return list(combined.values())


def _attach_body(fetch_params: FetchParams, wire_request: WireRequest) -> None:
    """https://fetch.spec.whatwg.org/#concept-http-network-fetch

    "to transmit request's body".
    """
    body = fetch_params.request.body
    if not isinstance(body, Body):
        # Without a body it is at its end at once.
        if fetch_params.process_request_end_of_body is not None:
            fetch_params.process_request_end_of_body()
        return
    wire_request.body_length = body.length
    # OPTIMIZATION: small bodies that nobody watches go out with the head.
    unwatched = (
        fetch_params.process_request_body_chunk_length is None and fetch_params.process_request_end_of_body is None
    )
    if (
        unwatched
        and isinstance(body.source, bytes)
        and len(body.source) <= _SMALL_BODY
        and body.length == len(body.source)
    ):
        wire_request.body = body.source
    else:
        wire_request.body = _transmit(fetch_params, body)


async def _transmit(fetch_params: FetchParams, body: Body) -> AsyncIterator[bytes]:
    """The body's chunks, as fast as they are taken; whoever watches is told of each one that was."""
    while chunk := await body.read(min(DEFAULT_READ_SIZE, _SMALL_BODY)):
        if fetch_params.cancelled:
            return
        yield chunk
        if fetch_params.process_request_body_chunk_length is not None:
            fetch_params.process_request_body_chunk_length(len(chunk))
    if fetch_params.process_request_end_of_body is not None and not fetch_params.cancelled:
        fetch_params.process_request_end_of_body()


def _early_hint(fetch_params: FetchParams, status: int, headers: HeaderList) -> None:
    if fetch_params.timing_info.first_interim_network_response_start_time == 0:
        fetch_params.timing_info.first_interim_network_response_start_time = fetch_params.now()
    if status == 103 and fetch_params.process_early_hints_response is not None:
        fetch_params.process_early_hints_response(headers)
