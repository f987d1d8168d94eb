"""https://w3c.github.io/webappsec-csp/#framework-violation"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.http.policy_container import ContentSecurityPolicy
    from engine.http.request import Request
    from engine.js import Place
    from engine.url import URL


@dataclass(slots=True)
class Violation:
    """https://w3c.github.io/webappsec-csp/#violation

    `resource` is the URL of the request (never that of a redirect it led to), or what kind of inline matter it was.
    """

    policy: ContentSecurityPolicy
    effective_directive: str
    resource: URL | Literal["inline", "eval"]
    sample: str = ""
    status: int = 0
    place: Place | None = None
    """Where in a script it came from, if that is known."""

    @property
    def blocked_uri(self) -> str:
        """https://w3c.github.io/webappsec-csp/#obtain-violation-blocked-uri"""
        if isinstance(self.resource, str):
            return self.resource
        return strip_url_for_use_in_reports(self.resource)


def strip_url_for_use_in_reports(url: URL) -> str:
    """https://w3c.github.io/webappsec-csp/#strip-url-for-use-in-reports"""
    # 1. Of a URL that is not HTTP(S) only the scheme.
    if not url.is_http:
        return url.scheme
    # 2–5. Without user name, password and fragment.
    return url.with_parts(username="", password="", fragment=None).serialized


def report_a_violation(request: Request, violation: Violation) -> None:
    """https://w3c.github.io/webappsec-csp/#report-violation"""
    # 1–2. In the environment: fire "securitypolicyviolation" at its global.
    client = request.client
    if client is not None and client.report_csp_violation is not None:
        client.report_csp_violation(violation)
    # 3. FIXME: send reports (report-uri, report-to).
