"""Types of modules, as far as fetching them is concerned: https://html.spec.whatwg.org/multipage/webappapis.html#module-type-from-module-request"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.infra import FAILURE, is_a_javascript_mime_type, is_a_json_mime_type

if TYPE_CHECKING:
    from engine.http.request import Destination
    from engine.infra import Failure
    from engine.infra.mime_types import MimeType

JAVASCRIPT: Final = "javascript-or-wasm"
JSON: Final = "json"


def fetch_destination_from_module_type(default: Destination, module_type: str) -> Destination:
    """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-destination-from-module-type"""
    return "json" if module_type == JSON else default


def why_it_is_no_module(mime_type: MimeType | Failure, module_type: str) -> str | None:
    """Whether a response of this MIME type is a module of that type: None. Else what it is, to be said after "it has". Ours."""
    if mime_type is FAILURE:
        named = "no MIME type"
    elif is_a_json_mime_type(mime_type) if module_type == JSON else is_a_javascript_mime_type(mime_type):
        return None
    else:
        named = f"the MIME type {mime_type.essence}"
    wanted = "that of JSON" if module_type == JSON else "a script's"
    return f"{named}, which is not {wanted}"
