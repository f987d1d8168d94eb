"""https://html.spec.whatwg.org/multipage/browsing-the-web.html#create-navigation-params-by-fetching: from an address to what a document
is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.fetch import FetchController, fetch
from engine.http import PolicyContainer, Response
from engine.http.body import get_bytes_as_a_body
from engine.http.dates import parse_a_date
from engine.http.header_values import extract_a_mime_type
from engine.http.request import Request
from engine.infra import FAILURE
from engine.security.hsts import upgraded_by_hsts
from engine.security.policy_containers import create_a_policy_container_from_a_fetch_response
from engine.service_worker.client_concepts import ReservedClient
from engine.url import OpaqueOrigin, is_origin_potentially_trustworthy, origin_of, same_origin, same_site
from engine.window.document_streams import DocumentStream
from engine.window.documents import DocumentSource
from engine.window.embedding import why_it_is_not_embedded, why_it_may_not_be_loaded
from engine.window.errors import NavigationFailed
from engine.window.file_downloads import is_a_download
from engine.window.frames import Frame, about_document
from engine.window.sandboxing import Sandbox, both, put_into, sandbox_of_policies

if TYPE_CHECKING:
    from engine.http.body import Body
    from engine.http.policy_container import ReferrerPolicy
    from engine.infra.mime_types import MimeType
    from engine.realms import Environment, UserAgent
    from engine.url import URL, Origin
    from engine.window.navigables import Navigable, OngoingNavigation

_MOST_REDIRECTS = 20
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SHOWN_AS_TEXT = frozenset({"application/json", "application/xml", "application/javascript"})


THE_USER: Final = "the user"
Initiator: TypeAlias = "Environment | Literal['the user']"
"""Who began something: the environment whose script did, or whoever runs the browser, as if an address had been typed."""


@dataclass(frozen=True, slots=True)
class NavigationRequest:
    """What of a navigation is said by whoever asks for it, beside where to. Ours."""

    body: Body | None = None
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#post-resource, with its type"""
    content_type: str = ""
    referrer_policy: ReferrerPolicy = ""
    """What the link, form or element says; empty: that of the initiator."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """What is wanted. Ours."""

    navigable: Navigable
    url: URL
    initiator: Initiator
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#source-snapshot-params are taken from it."""
    reload: bool = False
    request: NavigationRequest = field(default_factory=NavigationRequest)
    sandbox: Sandbox = field(init=False)
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#target-snapshot-params-sandbox"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sandbox", self.navigable.sandbox)

    @property
    def source_environment(self) -> Environment | None:
        """None: the user's."""
        return None if isinstance(self.initiator, str) else self.initiator

    @property
    def frame(self) -> Frame | None:
        """The frame that is navigated; None: a page."""
        return self.navigable if isinstance(self.navigable, Frame) else None


async def fetch_a_document(navigation: Navigation, ongoing: OngoingNavigation) -> DocumentSource | None:
    """What the document is made of; None when the answer is that the page stays. Raises NavigationFailed.

    `ongoing` gets the client that is reserved for it.
    """
    url = navigation.url
    if url.scheme == "about":
        return _about_document(navigation)
    if url.scheme == "javascript":
        raise NavigationFailed(url.serialized, "it is a script and no address")
    user_agent = navigation.navigable.windows.user_agent
    request = _request(navigation, user_agent)
    response, reserved_client, controller = await _fetch(navigation, request, ongoing, user_agent)
    return _document_of(navigation, request, response, reserved_client, controller, user_agent)


def _about_document(navigation: Navigation) -> DocumentSource:
    """https://html.spec.whatwg.org/multipage/urls-and-fetching.html#about:blank"""
    url, source = navigation.url, navigation.source_environment
    if url.serialized_without_fragment.partition("?")[0] != "about:blank":
        raise NavigationFailed(url.serialized, "there is nothing there")
    return DocumentSource(url, OpaqueOrigin(), PolicyContainer()) if source is None else about_document(url, source)


def _request(navigation: Navigation, user_agent: UserAgent) -> Request:
    source = navigation.source_environment
    # 1–9. The navigation request.
    current_url = upgraded_by_hsts(navigation.url, user_agent.known_hosts)
    request = Request(
        [current_url],
        client=source,
        destination="document" if navigation.frame is None else "iframe",
        mode="navigate",
        credentials_mode="include",
        use_url_credentials=True,
        redirect_mode="manual",
        cache_mode="no-cache" if navigation.reload else "default",
        reload_navigation=navigation.reload,
        user_activation=source is None,
        referrer_policy=navigation.request.referrer_policy,
    )
    if navigation.sandbox is not None and "allow-same-origin" not in navigation.sandbox:
        request.service_workers_mode = "none"
    if navigation.request.body is not None:
        request.method = "POST"
        request.body = navigation.request.body
        request.header_list.append(b"Content-Type", navigation.request.content_type.encode("latin-1"))
    if source is None:
        request.origin = origin_of(current_url)
        request.policy_container = PolicyContainer()
        request.referrer = "no-referrer"
    else:
        request.origin = source.origin
        if navigation.frame is None:
            request.top_level_navigation_initiator_origin = source.origin
        shown = navigation.navigable.document_or_none
        if shown is not None and not shown.is_initial_about_blank:
            request.replaces_client_id = shown.environment.client_id
    return request


async def _fetch(
    navigation: Navigation, request: Request, ongoing: OngoingNavigation, user_agent: UserAgent
) -> tuple[Response, ReservedClient, FetchController]:
    """Steps 10 to 20, whose last URL is the response's: `creation_url` of the client."""
    current_url = request.url
    reserved_client: ReservedClient | None = None
    controller: FetchController | None = None
    # 10–20. For each redirect:
    for step in range(_MOST_REDIRECTS + 1):
        # 20.1–20.3. The reserved environment; a redirect to another origin needs a new one.
        if reserved_client is not None and not same_origin(reserved_client.origin, origin_of(current_url)):
            reserved_client = None
        if reserved_client is None:
            origin = origin_of(current_url)
            is_secure = is_origin_potentially_trustworthy(origin, user_agent.trusted_origins)
            reserved_client = ReservedClient(current_url, is_secure)
            if navigation.frame is not None:
                # NB: a window that goes on from its first about:blank stays the same client.
                first = navigation.frame.document
                if step == 0 and first.is_initial_about_blank and same_origin(first.environment.origin, origin):
                    reserved_client.client_id = first.environment.client_id
                parent = navigation.frame.parent_document.environment
                reserved_client.is_secure_context = is_secure and parent.is_secure_context
                reserved_client.top_level_origin = parent.top_level_origin
                reserved_client.has_cross_site_ancestor = parent.has_cross_site_ancestor or not same_site(parent.origin, origin)
            request.reserved_client = reserved_client
            ongoing.reserve(reserved_client)
        reserved_client.creation_url = current_url
        # NB: who controls it is decided anew at each step of the way.
        reserved_client.active_service_worker = None
        # 20.4–20.8. Fetch, or process the next manual redirect.
        if controller is None:
            controller = fetch(request, user_agent)
            answer = controller.response()
        else:
            answer = controller.process_the_next_manual_redirect()
        try:
            response = await answer
        except BaseException:
            # NB: whoever waits for it is stopped; so is what it asks for, and a service worker is told.
            controller.abort()
            raise
        refusal = None if navigation.frame is None else why_it_may_not_be_loaded(navigation.frame, response)
        if refusal is not None:
            _give_up(response)
            raise NavigationFailed(navigation.url.serialized, refusal)
        # 20.9–20.15. The location URL, which must have an HTTP(S) scheme.
        # NB: a worker may answer with a redirect it was not allowed to look into.
        redirect = response.unsafe_response()
        location = None if response.is_network_error else redirect.location_url(current_url.fragment)
        if location is None:
            return response, reserved_client, controller
        if location is FAILURE or not location.is_http:
            raise NavigationFailed(navigation.url.serialized, "it redirects to an address that cannot be followed")
        current_url = upgraded_by_hsts(location, user_agent.known_hosts)
    raise NavigationFailed(navigation.url.serialized, f"it redirects more than {_MOST_REDIRECTS} times")


def _document_of(
    navigation: Navigation,
    request: Request,
    response: Response,
    reserved_client: ReservedClient,
    controller: FetchController,
    user_agent: UserAgent,
) -> DocumentSource | None:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#loading-a-document"""
    wanted, url = navigation.url.serialized, reserved_client.creation_url
    # 1. A network error fails the navigation.
    if response.is_network_error:
        raise NavigationFailed(wanted, response.reason or "the network failed")
    internal = response.unsafe_response()
    if internal.status in (204, 205):
        _give_up(response)
        return None
    # 2. The response's MIME type. FIXME: MIME type sniffing.
    mime_type = extract_a_mime_type(internal.header_list)
    kind = "text/html" if mime_type is FAILURE else mime_type.essence
    is_file = is_a_download(internal, kind, _can_be_shown(kind))
    if is_file and (navigation.source_environment is not None or navigation.frame is not None):
        # The document stays.
        user_agent.windows.file_downloads.begin(internal, url)
        return None
    # NB: who runs the browser has asked for a page.
    if is_file or not _can_be_shown(kind):
        _give_up(response)
        raise NavigationFailed(
            wanted, "it is a download and no page" if _can_be_shown(kind) else f"it is of type {kind}, which is no page"
        )
    # NB: a worker may answer with a response from elsewhere; the document is still where it was asked for.
    origin = origin_of(url) if url.scheme not in ("data", "blob") else _origin_of_local(url)
    policies = _policy_container(navigation, response, url, user_agent)
    if navigation.frame is not None:
        refusal = why_it_is_not_embedded(navigation.frame, internal, origin, policies)
        if refusal is not None:
            _give_up(response)
            raise NavigationFailed(wanted, refusal)
    # 3–7. The document is parsed from the body while it comes.
    charset = None if mime_type is FAILURE else mime_type.parameters.get("charset")
    is_html = kind in _HTML
    stream = DocumentStream(internal.body or get_bytes_as_a_body(b""), charset, not is_html, controller)
    source = DocumentSource(
        url,
        origin,
        policies,
        stream=stream,
        content_type=kind if is_html else _text_type(mime_type),
        referrer="" if isinstance(request.referrer, str) else request.referrer.serialized,
        last_modified=_last_modified(internal),
        refresh=None if (refresh := internal.header_list.get(b"Refresh")) is None else refresh.decode("latin-1"),
        reserved_client=reserved_client,
    )
    return put_into(both(navigation.sandbox, sandbox_of_policies(policies)), source)


def _can_be_shown(kind: str) -> bool:
    return kind in _HTML or kind in _SHOWN_AS_TEXT or kind.startswith("text/") or kind.endswith(("+json", "+xml"))


def _origin_of_local(url: URL) -> Origin:
    return OpaqueOrigin() if url.scheme == "data" else origin_of(url)


def _give_up(response: Response) -> None:
    body = response.unsafe_response().body
    if body is not None:
        body.cancel()


def _policy_container(navigation: Navigation, response: Response, url: URL, user_agent: UserAgent) -> PolicyContainer:
    """https://html.spec.whatwg.org/multipage/browsers.html#determining-navigation-params-policy-container"""
    # What has no server is under the policies of whoever made it, or led to it.
    if url.is_local:
        maker = getattr(url.blob_url_entry, "environment", None) or navigation.source_environment
        return PolicyContainer() if maker is None else maker.policy_container.clone()
    if response.unsafe_response().url is None:
        return PolicyContainer()
    return create_a_policy_container_from_a_fetch_response(response, trusted_origins=user_agent.trusted_origins)


def _text_type(mime_type: MimeType | object) -> str:
    essence = getattr(mime_type, "essence", "text/plain")
    return str(essence)


def _last_modified(response: Response) -> float | None:
    value = response.header_list.get(b"Last-Modified")
    moment = None if value is None else parse_a_date(value)
    return None if moment is None else moment * 1000
