"""https://html.spec.whatwg.org/#fetch-a-classic-worker-imported-script"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.http.header_values import extract_a_mime_type
from engine.http.request import Request
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE, is_a_javascript_mime_type, utf8_decode
from engine.webidl.exceptions import DOMException, ScriptException

if TYPE_CHECKING:
    from engine.http.environment import EnvironmentSettings
    from engine.http.response import Response
    from engine.url import URL


@dataclass(frozen=True, slots=True)
class ImportedScript:
    """A https://html.spec.whatwg.org/#classic-script that has not been parsed yet."""

    source: str
    url: str
    muted_errors: bool


async def fetch_a_classic_worker_imported_script(
    url: URL, settings: EnvironmentSettings, perform_the_fetch: Callable[[Request], Awaitable[Response]]
) -> ImportedScript:
    """https://html.spec.whatwg.org/#fetch-a-classic-worker-imported-script. Raises DOMException "NetworkError"."""
    # 1–2. The request. NB: whoever calls this waits.
    request = Request(
        [url],
        client=settings,
        destination="script",
        parser_metadata="not-parser-inserted",
        use_url_credentials=True,
        initiator_type="other",
    )
    # 3–4. Perform the fetch, which the caller may replace.
    response = await perform_the_fetch(request)
    unsafe_response = response.unsafe_response()
    # 5. An ok status and a JavaScript MIME type.
    reason = _why_it_is_no_script(unsafe_response)
    body = unsafe_response.body
    if reason:
        if body is not None:
            body.cancel()
        raise DOMException(f"The script at '{url.serialized}' failed to load: {reason}", "NetworkError")
    # 6–7. Read the body; a failure is a network error.
    try:
        data = b"" if body is None else await body.read_all()
    except ScriptException as error:
        raise DOMException(
            f"The script at '{url.serialized}' failed to load: {error.message}", "NetworkError"
        ) from None
    # 8–10. Create the script; errors of one from an opaque response are muted.
    muted_errors = response.type in ("opaque", "opaqueredirect")
    final_url = unsafe_response.url or url
    return ImportedScript(utf8_decode(data), final_url.serialized, muted_errors)


def _why_it_is_no_script(response: Response) -> str:
    if response.is_network_error:
        return response.reason or "network error"
    if not is_an_ok_status(response.status):
        return f"the server answered {response.status}"
    mime_type = extract_a_mime_type(response.header_list)
    if mime_type is FAILURE or not is_a_javascript_mime_type(mime_type):
        return "its MIME type is not that of a script"
    return ""
