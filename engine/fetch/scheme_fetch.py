"""https://fetch.spec.whatwg.org/#scheme-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch.http_fetch import http_fetch
from engine.http.body import Body
from engine.http.headers import HeaderList
from engine.http.ranges import build_a_content_range, parse_a_single_range_header_value
from engine.http.response import Response, network_error
from engine.infra import FAILURE, serialize_mime_type_to_bytes
from engine.url import process_a_data_url

if TYPE_CHECKING:
    from engine.fetch.controller import Outcome
    from engine.fetch.fetch_params import FetchParams
    from engine.http.environment import EnvironmentSettings
    from engine.http.request import Request


async def scheme_fetch(fetch_params: FetchParams) -> Outcome:
    """https://fetch.spec.whatwg.org/#concept-scheme-fetch"""
    # 1. A cancelled fetch ends here.
    if fetch_params.cancelled:
        return fetch_params.appropriate_network_error()
    # 2–3. By the scheme of the current URL:
    url = fetch_params.request.current_url
    match url.scheme:
        case "http" | "https":
            return await http_fetch(fetch_params)
        case "about" if url.path == "blank":
            return _made_here(b"text/html;charset=utf-8", Body(b""))
        case "blob":
            return await _blob_fetch(fetch_params)
        case "data":
            struct = process_a_data_url(url)
            if struct is FAILURE:
                return network_error("a data: URL without data")
            return _made_here(serialize_mime_type_to_bytes(struct.mime_type), Body(struct.body))
        # "file": left to us; nothing is read from the disk that way.
    # 4. Any other scheme is a network error.
    return network_error(f"{url.scheme}: URLs cannot be fetched")


def _made_here(content_type: bytes, body: Body) -> Response:
    return Response(status_message=b"OK", header_list=HeaderList([(b"Content-Type", content_type)]), body=body)


async def _blob_fetch(fetch_params: FetchParams) -> Response:
    """https://fetch.spec.whatwg.org/#concept-scheme-fetch

    Its case "blob".
    """
    request = fetch_params.request
    # 1–2. NB: the blob URL's entry is looked up by its store.
    blob_urls = fetch_params.user_agent.blob_urls
    if request.method != "GET" or blob_urls is None:
        return network_error("a blob: URL can only be read")
    # 3–7. Obtain the blob object for the environment. NB: whether it is a top-level self-fetch is the store's question
    # too.
    blob = await blob_urls.obtain_a_blob_object(request.current_url, determine_the_environment(request))
    # 8. Without a blob a network error.
    if blob is None:
        return network_error("there is no such blob")
    # 9–12. The blob's full length and type.
    full_length = blob.size
    type = blob.type.encode("latin-1")
    range_header = request.header_list.get(b"Range")
    # 13. Without a Range header the whole blob,
    if range_header is None:
        return Response(
            status_message=b"OK",
            header_list=HeaderList([(b"Content-Length", b"%d" % full_length), (b"Content-Type", type)]),
            body=blob.body(0, full_length),
        )
    # 14. otherwise a range of it.
    # 14.1–14.5. Parse the single range header value.
    range_value = parse_a_single_range_header_value(range_header, True)
    if range_value is FAILURE:
        return network_error("the Range header makes no sense")
    range_start, range_end = range_value
    # 14.6. Without a range start: the last so many bytes. NB: no more than there are.
    if range_start is None:
        assert range_end is not None
        range_start = max(0, full_length - range_end)
        range_end = full_length - 1
    # 14.7. A range start, with or without an end within the blob.
    else:
        if range_start >= full_length:
            return network_error("the range begins after the blob's end")
        if range_end is None or range_end >= full_length:
            range_end = full_length - 1
    # 14.8–14.14. Slice the blob; Content-Length and Content-Range say which part.
    headers = HeaderList(
        [
            (b"Content-Length", b"%d" % (range_end + 1 - range_start)),
            (b"Content-Type", type),
            (b"Content-Range", build_a_content_range(range_start, range_end, full_length)),
        ]
    )
    # 15. The response.
    return Response(
        status=206,
        status_message=b"Partial Content",
        header_list=headers,
        body=blob.body(range_start, range_end + 1),
        range_requested=True,
    )


def determine_the_environment(request: Request) -> EnvironmentSettings | None:
    """https://fetch.spec.whatwg.org/#request-determine-the-environment"""
    # 1–3. The reserved client, else the client, else none.
    return request.reserved_client or request.client
