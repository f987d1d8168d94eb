"""Inline scripts and eval. https://w3c.github.io/webappsec-csp/#html-integration"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.security.csp.checks import directive_that_executes, does_nonce_match_source_list
from engine.security.csp.violations import Violation

if TYPE_CHECKING:
    from engine.http.policy_container import ContentSecurityPolicy, PolicyContainer

InlineType: TypeAlias = Literal["script", "script attribute", "navigation"]
_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def should_inline_script_be_blocked(
    policy_container: PolicyContainer,
    source: str,
    nonce: str = "",
    type: InlineType = "script",
    parser_inserted: bool = True,
) -> list[Violation]:
    """https://w3c.github.io/webappsec-csp/#should-block-inline

    The violations, of policies that enforce and of those that watch; blocked when one of them is enforced
    (`is_blocking`).
    """
    # 1–2. The result is "allowed" so far; the effective directive for the inline type.
    violations = []
    effective_directive = "script-src-attr" if type == "script attribute" else "script-src-elem"
    # 3. For each policy: the inline check of its directive.
    for policy in policy_container.csp_list:
        executing = directive_that_executes(effective_directive, policy)
        if executing is None:
            continue
        if not _does_element_match_source_list(executing[1], source, nonce, type, parser_inserted):
            violations.append(Violation(policy, effective_directive, "inline", sample=_sample(executing[1], source)))
    # 4. The violations.
    return violations


def is_blocking(violations: Sequence[Violation]) -> bool:
    """Whether one of these comes from a policy that is enforced. Ours."""
    return any(violation.policy.disposition == "enforce" for violation in violations)


def does_string_compilation_get_blocked(policy_container: PolicyContainer, source: str = "") -> list[Violation]:
    """https://w3c.github.io/webappsec-csp/#can-compile-strings

    The violations, as above.
    """
    violations = []
    for policy in policy_container.csp_list:
        source_list = _script_source_list(policy)
        if source_list is not None and not any(item.lower() == "'unsafe-eval'" for item in source_list):
            violations.append(Violation(policy, "script-src", "eval", sample=_sample(source_list, source)))
    return violations


def _script_source_list(policy: ContentSecurityPolicy) -> list[str] | None:
    for name in ("script-src", "default-src"):
        if name in policy.directive_set:
            return policy.directive_set[name]
    return None


def _sample(source_list: Sequence[str], source: str) -> str:
    return source[:40] if any(item.lower() == "'report-sample'" for item in source_list) else ""


def _does_element_match_source_list(
    source_list: Sequence[str], source: str, nonce: str, type: InlineType, parser_inserted: bool
) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-element-to-source-list"""
    # 1. The source list allows all inline behavior.
    if _does_a_source_list_allow_all_inline_behavior(source_list, type):
        return True
    # 2. A nonce source matches a script element's nonce.
    if type == "script" and does_nonce_match_source_list(nonce, source_list):
        return True
    # 3. FIXME: 'strict-dynamic' lets in what a trusted script inserted without a nonce.
    # 4–5. A hash source matches the source; for attributes only with 'unsafe-hashes'.
    lowered = [item.lower() for item in source_list]
    if type == "script" or "'unsafe-hashes'" in lowered:
        data = source.encode("utf-8", "surrogatepass")
        for item in source_list:
            algorithm, dash, value = item.strip("'").partition("-")
            hash_function = _HASHES.get(algorithm.lower())
            if dash and hash_function is not None:
                actual = base64.b64encode(hash_function(data).digest()).decode()
                if actual == value.replace("-", "+").replace("_", "/"):
                    return True
    # 6. Otherwise it does not match.
    return False


def _does_a_source_list_allow_all_inline_behavior(source_list: Sequence[str], type: InlineType) -> bool:
    """https://w3c.github.io/webappsec-csp/#allow-all-inline"""
    allow_all_inline = False
    for item in source_list:
        expression = item.lower()
        # A nonce, a hash or 'strict-dynamic' shows that the author knows better ways.
        if expression.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")):
            return False
        if expression == "'strict-dynamic'" and type in ("script", "script attribute", "navigation"):
            return False
        if expression == "'unsafe-inline'":
            allow_all_inline = True
    return allow_all_inline
