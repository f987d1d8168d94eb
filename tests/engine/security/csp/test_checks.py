from __future__ import annotations

import pytest

from engine.http import HeaderList, PolicyContainer, Response
from engine.security.csp import (
    parse_a_responses_content_security_policies,
    parse_a_serialized_csp,
    report_content_security_policy_violations_for_request,
    should_request_be_blocked_by_content_security_policy,
    should_response_to_request_be_blocked_by_content_security_policy,
)
from engine.security.csp.upgrade import upgrade_request_to_a_potentially_trustworthy_url
from engine.url import origin_of, parse_url

PAGE = "https://a.test/"


def policies(*serialized: str, disposition="enforce") -> PolicyContainer:
    home = origin_of(parse_url(PAGE))
    return PolicyContainer([parse_a_serialized_csp(text, "header", disposition, home) for text in serialized])


@pytest.mark.parametrize(
    ("policy", "destination", "blocked"),
    [
        ("connect-src 'self'", "", True),
        ("connect-src x.test", "", False),
        ("default-src 'none'", "", True),
        ("default-src 'none'; connect-src x.test", "", False),
        ("img-src 'none'", "", False),
        ("connect-src 'none'", "image", False),
        ("CONNECT-SRC 'none'", "", True),
        ("connect-src", "", True),
        ("connect-src x.test; connect-src 'none'", "", False),
        ("worker-src 'none'; script-src x.test", "worker", True),
        ("child-src 'none'; script-src x.test", "serviceworker", True),
        ("script-src 'none'", "sharedworker", True),
        ("script-src x.test; default-src 'none'", "worker", False),
        ("script-src-elem 'none'", "worker", False),
        ("script-src-elem 'none'; script-src x.test", "script", True),
        ("frame-src 'none'", "iframe", True),
        ("child-src 'none'", "iframe", True),
        ("frame-src 'none'", "document", False),
        ("manifest-src 'none'", "manifest", True),
        ("default-src 'none'", "report", False),
        ("", "", False),
    ],
)
def test_one_directive_speaks_for_a_request(request_from, policy, destination, blocked):
    request = request_from(PAGE, "https://x.test/", destination=destination, policy_container=policies(policy))
    assert should_request_be_blocked_by_content_security_policy(request) == blocked


def test_every_policy_must_agree(request_from):
    request = request_from(
        PAGE, "https://x.test/", policy_container=policies("connect-src x.test", "connect-src y.test")
    )
    assert should_request_be_blocked_by_content_security_policy(request)


@pytest.mark.parametrize(
    ("policy", "slots", "blocked"),
    [
        ("script-src 'nonce-abc'", {"cryptographic_nonce_metadata": "abc"}, False),
        ("script-src 'NONCE-abc'", {"cryptographic_nonce_metadata": "abc"}, False),
        ("script-src 'nonce-abc'", {"cryptographic_nonce_metadata": "ABC"}, True),
        ("script-src 'nonce-'", {"cryptographic_nonce_metadata": ""}, True),
        ("script-src 'strict-dynamic' x.test", {"parser_metadata": "parser-inserted"}, True),
        ("script-src 'strict-dynamic'", {"parser_metadata": "not-parser-inserted"}, False),
        ("script-src 'sha256-QUI='", {"integrity_metadata": "sha256-QUI="}, False),
        ("script-src 'sha256-QUI='", {"integrity_metadata": "sha256-QUI= sha384-QUI="}, True),
        ("connect-src 'nonce-abc'", {"destination": "", "cryptographic_nonce_metadata": "abc"}, True),
    ],
)
def test_other_ways_in_for_scripts(request_from, policy, slots, blocked):
    values = {"destination": "script", "policy_container": policies(policy), **slots}
    assert (
        should_request_be_blocked_by_content_security_policy(request_from(PAGE, "https://x.test/", **values)) == blocked
    )


def test_responses_are_judged_by_where_they_came_from(request_from):
    request = request_from(PAGE, "https://x.test/a", policy_container=policies("connect-src x.test/a"))
    for address, redirects, blocked in [
        ("https://x.test/a", 0, False),
        ("https://x.test/b", 0, True),
        ("https://x.test/b", 1, False),
        ("https://y.test/a", 1, True),
    ]:
        request.redirect_count = redirects
        response = Response(url_list=[parse_url(address)])
        assert should_response_to_request_be_blocked_by_content_security_policy(request, response) == blocked


def test_policies_that_only_watch_block_nothing_and_report(request_from):
    reported = []
    request = request_from(
        PAGE, "https://u:p@x.test/a#f", policy_container=policies("connect-src 'none'", disposition="report")
    )
    request.client.report_csp_violation = reported.append
    assert not should_request_be_blocked_by_content_security_policy(request)
    assert reported == []
    report_content_security_policy_violations_for_request(request)
    assert [(one.effective_directive, one.blocked_uri) for one in reported] == [("connect-src", "https://x.test/a")]


def test_parsing_headers():
    headers = HeaderList(
        [
            (b"Content-Security-Policy", b"connect-src 'self', img-src *; ;default-src\t'none'"),
            (b"content-security-policy", b", ,"),
            (b"Content-Security-Policy-Report-Only", b"script-src x"),
            (b"Content-Security-Policy", "font-src ä".encode()),
        ]
    )
    home = origin_of(parse_url(PAGE))
    parsed = parse_a_responses_content_security_policies(headers, home)
    assert [(policy.disposition, policy.directive_set) for policy in parsed] == [
        ("enforce", {"connect-src": ["'self'"]}),
        ("enforce", {"img-src": ["*"], "default-src": ["'none'"]}),
        ("report", {"script-src": ["x"]}),
    ]
    assert all(policy.self_origin == home for policy in parsed)


def test_meta_elements_may_say_less():
    policy = parse_a_serialized_csp("sandbox; report-uri /x; frame-ancestors x; img-src y", "meta", "enforce")
    assert list(policy.directive_set) == ["img-src"]


def test_upgrade_insecure_requests(request_from):
    request = request_from(PAGE, "http://x.test/", policy_container=policies("upgrade-insecure-requests"))
    upgrade_request_to_a_potentially_trustworthy_url(request)
    assert request.current_url.serialized == "https://x.test/"
    for container in (policies("connect-src *"), policies("upgrade-insecure-requests", disposition="report")):
        request = request_from(PAGE, "http://x.test:81/", policy_container=container)
        upgrade_request_to_a_potentially_trustworthy_url(request)
        assert request.current_url.scheme == "http"
