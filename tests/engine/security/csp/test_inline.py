from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from engine.http import PolicyContainer
from engine.security.csp import (
    does_string_compilation_get_blocked,
    parse_a_serialized_csp,
    should_inline_script_be_blocked,
)
from engine.security.csp.inline import is_blocking

SOURCE = "alert(1)"
HASH = b64encode(hashlib.sha256(SOURCE.encode()).digest()).decode()


def container(policy: str, disposition="enforce") -> PolicyContainer:
    return PolicyContainer([parse_a_serialized_csp(policy, "header", disposition)])


@pytest.mark.parametrize(
    ("policy", "options", "blocked"),
    [
        ("img-src 'none'", {}, False),
        ("script-src 'self'", {}, True),
        ("default-src 'self'", {}, True),
        ("script-src 'unsafe-inline'", {}, False),
        ("script-src 'unsafe-inline' 'nonce-x'", {}, True),
        ("script-src 'unsafe-inline' 'strict-dynamic'", {}, True),
        ("script-src 'nonce-x'", {"nonce": "x"}, False),
        ("script-src 'nonce-x'", {"nonce": "x", "type": "script attribute"}, True),
        (f"script-src 'sha256-{HASH}'", {}, False),
        (f"script-src 'SHA256-{HASH}'", {}, False),
        ("script-src 'sha256-AAAA'", {}, True),
        (f"script-src 'sha256-{HASH}'", {"type": "script attribute"}, True),
        (f"script-src 'sha256-{HASH}' 'unsafe-hashes'", {"type": "script attribute"}, False),
        ("script-src-elem 'none'; script-src 'unsafe-inline'", {}, True),
    ],
)
def test_inline(policy, options, blocked):
    assert is_blocking(should_inline_script_be_blocked(container(policy), SOURCE, **options)) == blocked


def test_watching_policies_report_only():
    violations = should_inline_script_be_blocked(container("script-src 'report-sample'", "report"), SOURCE)
    assert [violation.sample for violation in violations] == [SOURCE] and not is_blocking(violations)


@pytest.mark.parametrize(
    ("policy", "blocked"),
    [("script-src 'self'", True), ("default-src *", True), ("script-src 'unsafe-eval'", False), ("img-src x", False)],
)
def test_eval(policy, blocked):
    assert is_blocking(does_string_compilation_get_blocked(container(policy))) == blocked
