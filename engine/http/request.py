"""https://fetch.spec.whatwg.org/#requests: the request record, every slot with its default."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.http.body import Body
from engine.http.headers import HeaderList
from engine.http.ranges import add_a_range_header
from engine.url import origin_of, same_origin, same_site

if TYPE_CHECKING:
    from engine.http.environment import EnvironmentSettings
    from engine.http.policy_container import PolicyContainer, ReferrerPolicy
    from engine.url import URL, Origin

RequestMode: TypeAlias = Literal["same-origin", "cors", "no-cors", "navigate", "websocket", "webtransport"]
CredentialsMode: TypeAlias = Literal["omit", "same-origin", "include"]
CacheMode: TypeAlias = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]
RedirectMode: TypeAlias = Literal["follow", "error", "manual"]
ResponseTainting: TypeAlias = Literal["basic", "cors", "opaque"]
RedirectTaint: TypeAlias = Literal["same-origin", "same-site", "cross-site"]
Priority: TypeAlias = Literal["high", "low", "auto"]
Destination: TypeAlias = Literal[
    "",
    "audio",
    "audioworklet",
    "document",
    "embed",
    "font",
    "frame",
    "iframe",
    "image",
    "json",
    "manifest",
    "object",
    "paintworklet",
    "report",
    "script",
    "serviceworker",
    "sharedworker",
    "style",
    "text",
    "track",
    "video",
    "webidentity",
    "worker",
    "xslt",
]
Initiator: TypeAlias = Literal["", "download", "imageset", "manifest", "prefetch", "prerender", "xslt"]

SCRIPT_LIKE_DESTINATIONS = frozenset(
    {"audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"}
)
NAVIGATION_DESTINATIONS = frozenset({"document", "embed", "frame", "iframe", "object"})
NON_SUBRESOURCE_DESTINATIONS = NAVIGATION_DESTINATIONS | {"report", "serviceworker", "sharedworker", "worker"}

_request_ids = itertools.count(1)


@dataclass(slots=True, eq=False)
class Request:
    """https://fetch.spec.whatwg.org/#concept-request

    `url` is the URL it was made with; `current_url` follows redirects. Methods are strings (isomorphically decoded).
    A request whose `client` is None must say its `origin` and `policy_container` itself (background fetch).
    """

    url_list: list[URL]
    method: str = "GET"
    local_urls_only: bool = False
    header_list: HeaderList = field(default_factory=HeaderList)
    unsafe_request: bool = False
    body: bytes | Body | None = None
    client: EnvironmentSettings | None = None
    reserved_client: EnvironmentSettings | None = None
    replaces_client_id: str = ""
    traversable_for_user_prompts: Literal["no-traversable", "client"] | object = "client"
    keepalive: bool = False
    initiator_type: str | None = None
    service_workers_mode: Literal["all", "none"] = "all"
    initiator: Initiator = ""
    destination: Destination = ""
    priority: Priority = "auto"
    internal_priority: object | None = None
    origin: Literal["client"] | Origin = "client"
    top_level_navigation_initiator_origin: Origin | None = None
    policy_container: Literal["client"] | PolicyContainer = "client"
    referrer: Literal["no-referrer", "client"] | URL = "client"
    referrer_policy: ReferrerPolicy = ""
    mode: RequestMode = "no-cors"
    use_cors_preflight: bool = False
    credentials_mode: CredentialsMode = "same-origin"
    use_url_credentials: bool = False
    cache_mode: CacheMode = "default"
    redirect_mode: RedirectMode = "follow"
    integrity_metadata: str = ""
    cryptographic_nonce_metadata: str = ""
    parser_metadata: Literal["", "parser-inserted", "not-parser-inserted"] = ""
    reload_navigation: bool = False
    history_navigation: bool = False
    user_activation: bool = False
    webdriver_navigation_id: str | None = None
    render_blocking: bool = False
    redirect_count: int = 0
    response_tainting: ResponseTainting = "basic"
    prevent_no_cache_cache_control_header_modification: bool = False
    done: bool = False
    timing_allow_failed: bool = False
    navigation_timing_allow_values_list: list[list[str]] = field(default_factory=list)
    # NB: stands for the WebDriver id: unique in this process.
    request_id: int = field(default_factory=_request_ids.__next__)
    # FIXME: WebTransport-hash list; there is no WebTransport here.

    @property
    def url(self) -> URL:
        """https://fetch.spec.whatwg.org/#concept-request-url"""
        return self.url_list[0]

    @property
    def current_url(self) -> URL:
        """https://fetch.spec.whatwg.org/#concept-request-current-url"""
        return self.url_list[-1]

    @property
    def is_script_like(self) -> bool:
        """https://fetch.spec.whatwg.org/#request-destination-script-like"""
        return self.destination in SCRIPT_LIKE_DESTINATIONS

    @property
    def is_subresource_request(self) -> bool:
        """https://fetch.spec.whatwg.org/#subresource-request"""
        return self.destination not in NON_SUBRESOURCE_DESTINATIONS

    @property
    def is_non_subresource_request(self) -> bool:
        """https://fetch.spec.whatwg.org/#non-subresource-request"""
        return self.destination in NON_SUBRESOURCE_DESTINATIONS

    @property
    def is_navigation_request(self) -> bool:
        """https://fetch.spec.whatwg.org/#navigation-request"""
        return self.destination in NAVIGATION_DESTINATIONS

    def redirect_taint(self) -> RedirectTaint:
        """https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
        # 1. The request's origin is settled by now.
        origin = self.origin
        assert origin != "client"
        # OPTIMIZATION: one URL cannot taint.
        if len(self.url_list) == 1:
            return "same-origin"
        # 2–3. No last URL yet; the taint is "same-origin".
        last_url = None
        taint: RedirectTaint = "same-origin"
        # 4. For each URL of the URL list:
        for url in self.url_list:
            # 4.1. The first URL has no last URL before it.
            if last_url is not None:
                # 4.2. From a site that is not the request's to another site: "cross-site".
                if not same_site(origin_of(url), origin_of(last_url)) and not same_site(origin, origin_of(last_url)):
                    return "cross-site"
                # 4.3. From an origin that is not the request's to another origin: "same-site".
                if not same_origin(origin_of(url), origin_of(last_url)) and not same_origin(
                    origin, origin_of(last_url)
                ):
                    taint = "same-site"
            # 4.4. This is the last URL now.
            last_url = url
        # 5. The taint.
        return taint

    def serialize_origin(self) -> str:
        """https://fetch.spec.whatwg.org/#serializing-a-request-origin"""
        # 1. The request's origin is settled by now.
        assert self.origin != "client"
        # 2. A redirect-taint other than "same-origin" hides the origin.
        if self.redirect_taint() != "same-origin":
            return "null"
        # 3. The origin, serialized.
        return self.origin.serialize()

    def clone(self) -> Request:
        """https://fetch.spec.whatwg.org/#concept-request-clone"""
        # 1–2. A copy without the body, with an id and lists of its own.
        copy = shallow_copy(self)
        # 3. The body is cloned.
        if isinstance(self.body, Body):
            copy.body = self.body.clone()
        # 4. The new request.
        return copy

    def add_a_range_header(self, first: int, last: int | None = None) -> None:
        """https://fetch.spec.whatwg.org/#concept-request-add-range-header"""
        add_a_range_header(self.header_list, first, last)


_NAMES = tuple(name for name in Request.__dataclass_fields__ if name != "request_id")
_get_slots = attrgetter(*_NAMES)


def shallow_copy(request: Request) -> Request:
    """A copy that shares the body with its original; lists are its own.

    Ours: what several algorithms mean by "a copy of request".
    """
    # OPTIMIZATION: by position; the id comes last and is made anew.
    copy = Request(*_get_slots(request))
    copy.url_list = list(request.url_list)
    copy.header_list = request.header_list.copy()
    copy.navigation_timing_allow_values_list = list(request.navigation_timing_allow_values_list)
    return copy
