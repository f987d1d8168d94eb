"""Content Security Policy, where it meets scripts: https://w3c.github.io/webappsec-csp/"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.js import ask_before_strings_are_compiled, place_of
from engine.security.csp.inline import does_string_compilation_get_blocked, is_blocking
from engine.security.csp.violations import strip_url_for_use_in_reports
from engine.url import parse_url
from engine.webidl.exceptions import JSEvalError

if TYPE_CHECKING:
    from engine.js import Realm
    from engine.realms import Environment
    from engine.security.csp import Violation


def obey_policies(environment: Environment, realm: Realm) -> None:
    """The policies of a realm's environment are obeyed and their violations told, also of those that come later. On the agent's thread,
    once or more."""
    environment.report_csp_violation = partial(report_a_violation, environment)
    # OPTIMIZATION: most have no policy that minds.
    if does_string_compilation_get_blocked(environment.policy_container):
        ask_before_strings_are_compiled(realm, partial(ensure_csp_does_not_block_string_compilation, environment))


def ensure_csp_does_not_block_string_compilation(environment: Environment, source: str) -> None:
    """https://w3c.github.io/webappsec-csp/#can-compile-strings. On the agent's thread. Raises JSEvalError."""
    violations = does_string_compilation_get_blocked(environment.policy_container, source)
    if not violations:
        return
    message = "a Content Security Policy without 'unsafe-eval' forbids to compile strings"
    stack = environment.bindings.make_error(message, "EvalError").get("stack")
    place = place_of(stack if isinstance(stack, str) else None)
    for violation in violations:
        report_a_violation(environment, replace(violation, place=place))
    if is_blocking(violations):
        raise JSEvalError(message)


def report_a_violation(environment: Environment, violation: Violation) -> None:
    """https://w3c.github.io/webappsec-csp/#report-violation, its event. From any thread."""
    place = violation.place
    record = {
        "documentURI": strip_url_for_use_in_reports(environment.creation_url),
        "blockedURI": violation.blocked_uri,
        "effectiveDirective": violation.effective_directive,
        "violatedDirective": violation.effective_directive,
        "originalPolicy": violation.policy.serialize(),
        "disposition": violation.policy.disposition,
        "sample": violation.sample,
        "statusCode": violation.status,
        "sourceFile": "" if place is None else _stripped(place.url),
        "lineNumber": 0 if place is None else place.line,
        "columnNumber": 0 if place is None else place.column,
    }
    environment.queue_a_global_task(
        "DOM manipulation task source", lambda: environment.bindings.upcall("up_report_csp_violation", record)
    )


def _stripped(address: str) -> str:
    url = parse_url(address)
    return "" if url is FAILURE else strip_url_for_use_in_reports(url)
