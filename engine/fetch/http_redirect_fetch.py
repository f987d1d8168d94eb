"""https://fetch.spec.whatwg.org/#http-redirect-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.body import Body
from engine.http.header_names import REQUEST_BODY_HEADER_NAMES
from engine.http.response import Response, network_error
from engine.infra import FAILURE
from engine.security.referrer_policy import set_requests_referrer_policy_on_redirect
from engine.url import origin_of, same_origin

if TYPE_CHECKING:
    from engine.fetch.controller import Outcome
    from engine.fetch.fetch_params import FetchParams

MAXIMUM_REDIRECTS = 20


def http_redirect_fetch(fetch_params: FetchParams, response: Response) -> Outcome:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    # 1–2. The request and the internal response.
    request = fetch_params.request
    internal_response = response.unsafe_response()
    # 3. The location URL.
    location_url = internal_response.location_url(request.current_url.fragment)
    # 4. Without a location URL the response stands as it is.
    if location_url is None:
        return response
    # NB: nobody reads the body of a redirect; its connection can serve again.
    if internal_response.body is not None:
        internal_response.body.cancel()
    # 5–6. The location URL must be a URL with an HTTP(S) scheme.
    if location_url is FAILURE:
        return network_error("the redirect's Location is not a URL")
    if not location_url.is_http:
        return network_error(f"a redirect to a {location_url.scheme}: URL")
    # 7–8. The redirect count has a limit.
    if request.redirect_count == MAXIMUM_REDIRECTS:
        return network_error(f"more than {MAXIMUM_REDIRECTS} redirects")
    request.redirect_count += 1
    # 9–10. A location URL that includes credentials is refused for CORS requests across origins.
    assert request.origin != "client"
    if location_url.includes_credentials:
        if request.mode == "cors" and not same_origin(request.origin, origin_of(location_url)):
            return network_error("a redirect to another origin with credentials in the URL")
        if request.response_tainting == "cors":
            return network_error("a cross-origin redirect with credentials in the URL")
    # 11. A body without a source cannot be sent again, unless the status is 303.
    status = internal_response.status
    if status != 303 and isinstance(request.body, Body) and not request.body.replayable:
        return network_error("a redirect of a request whose body was a stream")
    # 12. After 301 and 302 a POST, and after 303 any method but GET and HEAD, becomes a GET without a body.
    if (status in (301, 302) and request.method == "POST") or (status == 303 and request.method not in ("GET", "HEAD")):
        request.method = "GET"
        request.body = None
        for name in REQUEST_BODY_HEADER_NAMES:
            request.header_list.delete(name)
    # 13. CORS non-wildcard request-headers are removed when the origin changes.
    if not same_origin(origin_of(request.current_url), origin_of(location_url)):
        request.header_list.delete(b"Authorization")
    # 14. The body, extracted again from its source.
    if isinstance(request.body, Body):
        request.body = request.body.rewound()
    # 15–17. Timing info: redirect start, redirect end and post-redirect start time.
    timing_info = fetch_params.timing_info
    timing_info.redirect_end_time = timing_info.post_redirect_start_time = fetch_params.now()
    if timing_info.redirect_start_time == 0:
        timing_info.redirect_start_time = timing_info.start_time
    # 18. Append the location URL to the URL list.
    request.url_list.append(location_url)
    # 19. Set the request's referrer policy on redirect.
    set_requests_referrer_policy_on_redirect(request, internal_response)
    # 20–22. Main fetch again. NB: whoever asked goes on with it: main fetch itself, where the specification has it recursive; the
    # fetch controller where the redirect mode is "manual", which only navigations have.
    assert request.redirect_mode != "manual" or request.mode == "navigate"
    return "go on"
