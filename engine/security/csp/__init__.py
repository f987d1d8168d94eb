"""Content Security Policy Level 3. https://w3c.github.io/webappsec-csp/, steps as of 2024."""

from __future__ import annotations

from engine.security.csp.checks import (
    report_content_security_policy_violations_for_request,
    should_request_be_blocked_by_content_security_policy,
    should_response_to_request_be_blocked_by_content_security_policy,
)
from engine.security.csp.inline import does_string_compilation_get_blocked, should_inline_script_be_blocked
from engine.security.csp.parsing import parse_a_responses_content_security_policies, parse_a_serialized_csp
from engine.security.csp.violations import Violation

__all__ = [
    "Violation",
    "does_string_compilation_get_blocked",
    "parse_a_responses_content_security_policies",
    "parse_a_serialized_csp",
    "report_content_security_policy_violations_for_request",
    "should_inline_script_be_blocked",
    "should_request_be_blocked_by_content_security_policy",
    "should_response_to_request_be_blocked_by_content_security_policy",
]
