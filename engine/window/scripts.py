"""https://html.spec.whatwg.org/multipage/webappapis.html#fetching-scripts, for documents"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Required, TypedDict

from engine.encoding import decode, get_an_encoding
from engine.fetch import fetch
from engine.http.header_values import extract_a_mime_type
from engine.http.module_types import fetch_destination_from_module_type, why_it_is_no_module
from engine.http.policy_container import ReferrerPolicy
from engine.http.request import Request
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE, utf8_decode
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.http.request import CredentialsMode, Destination, RequestMode
    from engine.http.response import Response
    from engine.realms import Environment
    from engine.url import URL


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """https://html.spec.whatwg.org/multipage/webappapis.html#script-fetch-options, with the CORS settings attribute's state"""

    nonce: str = ""
    integrity: str = ""
    parser_inserted: bool = False
    referrer_policy: ReferrerPolicy = ""
    cross_origin: str | None = None
    charset: str = "UTF-8"

    @property
    def module_credentials_mode(self) -> CredentialsMode:
        """https://html.spec.whatwg.org/multipage/urls-and-fetching.html#cors-settings-attribute-credentials-mode"""
        return "include" if self.cross_origin == "use-credentials" else "same-origin"


class ScriptOptionsRecord(TypedDict, total=False):
    """The members of `ScriptOptions` as the bindings hand them over."""

    nonce: str
    integrity: str
    parser_inserted: bool
    referrer_policy: ReferrerPolicy
    cross_origin: str | None
    charset: str


class ResourceOptions(TypedDict, total=False):
    """How the bindings want something fetched that nothing is done with."""

    destination: Required[Literal["image", "style"]]
    cross_origin: str | None
    integrity: str
    referrer_policy: ReferrerPolicy
    nonce: str
    initiator_type: Literal["img", "input", "link", "css", "other"]


def script_options(record: ScriptOptionsRecord) -> ScriptOptions:
    return ScriptOptions(**record)


@dataclass(slots=True)
class ClassicScript:
    """https://html.spec.whatwg.org/multipage/webappapis.html#classic-script, not parsed yet"""

    source: str
    url: str
    muted_errors: bool


def create_a_potential_cors_request(url: URL, destination: Destination, cross_origin: str | None, environment: Environment) -> Request:
    """https://html.spec.whatwg.org/multipage/urls-and-fetching.html#create-a-potential-cors-request"""
    # 1–3. Without a CORS setting the mode is "no-cors" and credentials are included.
    mode: RequestMode = "no-cors" if cross_origin is None else "cors"
    credentials: CredentialsMode = "same-origin" if cross_origin == "anonymous" else "include"
    # 4. The potential-CORS request.
    return Request(
        [url],
        client=environment,
        destination=destination,
        mode=mode,
        credentials_mode=credentials,
        use_url_credentials=True,
    )


async def fetch_a_classic_script(environment: Environment, url: URL, options: ScriptOptions) -> ClassicScript:
    """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-script. Raises JSTypeError with the reason."""
    # 1–2. The classic script request.
    request = create_a_potential_cors_request(url, "script", options.cross_origin, environment)
    _set_up(request, options)
    # 3–4. A network error, or a status that is not ok, is a failure.
    response = await fetch(request, environment.user_agent).response()
    data = await _read(response)
    # 5–6. The response's charset, else the encoding that was given.
    encoding = get_an_encoding(options.charset) or "utf-8"
    mime_type = extract_a_mime_type(response.unsafe_response().header_list)
    if mime_type is not FAILURE:
        encoding = get_an_encoding(mime_type.parameters.get("charset", "")) or encoding
    # 7. The source text.
    source = decode(data, encoding)
    # 8–9. Create the classic script; its errors are muted if the response was CORS-cross-origin.
    muted_errors = response.type in ("opaque", "opaqueredirect")
    return ClassicScript(source, (response.unsafe_response().url or url).serialized, muted_errors)


async def fetch_module_source(
    environment: Environment, url: URL, options: ScriptOptions, referrer: URL | None, module_type: str
) -> str:
    """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script. Raises JSTypeError with the reason."""
    # 1–6. The module script request.
    request = Request(
        [url],
        client=environment,
        destination=fetch_destination_from_module_type("script", module_type),
        mode="cors",
        credentials_mode=options.module_credentials_mode,
    )
    _set_up(request, options)
    if referrer is not None:
        request.referrer = referrer
    # 7–11. A network error, or a status that is not ok, is a failure,
    response = await fetch(request, environment.user_agent).response()
    internal = response.unsafe_response()
    mime_type = extract_a_mime_type(internal.header_list)
    # 12–13. and so is any other MIME type than the module type's. FIXME: CSS modules.
    if not response.is_network_error and is_an_ok_status(internal.status):
        reason = why_it_is_no_module(mime_type, module_type)
        if reason is not None:
            if internal.body is not None:
                internal.body.cancel()
            raise JSTypeError(f"it has {reason}")
    return utf8_decode(await _read(response))


def _set_up(request: Request, options: ScriptOptions) -> None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#set-up-the-classic-script-request and its like"""
    request.cryptographic_nonce_metadata = options.nonce
    request.integrity_metadata = options.integrity
    request.parser_metadata = "parser-inserted" if options.parser_inserted else "not-parser-inserted"
    request.referrer_policy = options.referrer_policy
    request.initiator_type = "script"


async def _read(response: Response) -> bytes:
    internal = response.unsafe_response()
    if response.is_network_error:
        raise JSTypeError(response.reason or "the network failed")
    if not is_an_ok_status(internal.status):
        if internal.body is not None:
            internal.body.cancel()
        raise JSTypeError(f"the server answered {internal.status}")
    try:
        return b"" if internal.body is None else await internal.body.read_all()
    except ScriptException as error:
        raise JSTypeError(f"it broke off: {error.message}") from error


async def fetch_a_resource(environment: Environment, url: URL, record: ResourceOptions) -> bool:
    """Fetch what nothing is done with (images, style sheets). Whether it came. Ours."""
    destination: Destination = record["destination"]
    request = create_a_potential_cors_request(url, destination, record.get("cross_origin"), environment)
    request.integrity_metadata = record.get("integrity", "")
    request.referrer_policy = record.get("referrer_policy", "")
    request.cryptographic_nonce_metadata = record.get("nonce", "")
    request.initiator_type = record.get("initiator_type", "other")
    response = await fetch(request, environment.user_agent).response()
    if response.is_network_error:
        return False
    body = response.unsafe_response().body
    try:
        while body is not None and await body.read():
            pass
    except ScriptException:
        return False
    return destination == "image" or is_an_ok_status(response.unsafe_response().status)
