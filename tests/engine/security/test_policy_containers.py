from __future__ import annotations

from engine.http import HeaderList, Response, basic_filtered_response
from engine.security.policy_containers import create_a_policy_container_from_a_fetch_response
from engine.url import parse_url


def response(address: str, *headers: tuple[bytes, bytes]) -> Response:
    return basic_filtered_response(Response(url_list=[parse_url(address)], header_list=HeaderList(headers)))


def test_all_that_headers_say():
    container = create_a_policy_container_from_a_fetch_response(
        response(
            "https://a.test/",
            (b"Content-Security-Policy", b"connect-src 'self'"),
            (b"Cross-Origin-Embedder-Policy", b'require-corp; report-to="x"'),
            (b"Cross-Origin-Embedder-Policy-Report-Only", b"credentialless"),
            (b"Referrer-Policy", b"origin"),
        )
    )
    assert [policy.serialize() for policy in container.csp_list] == ["connect-src 'self'"]
    assert (container.embedder_policy.value, container.embedder_policy.reporting_endpoint) == ("require-corp", "x")
    assert container.embedder_policy.report_only_value == "credentialless"
    assert container.referrer_policy == "origin"


def test_nothing_said():
    container = create_a_policy_container_from_a_fetch_response(response("https://a.test/"))
    assert (container.csp_list, container.embedder_policy.value) == ([], "unsafe-none")
    assert container.referrer_policy == "strict-origin-when-cross-origin"


def test_embedder_policies_need_a_secure_place():
    header = (b"Cross-Origin-Embedder-Policy", b"require-corp")
    assert (
        create_a_policy_container_from_a_fetch_response(response("http://a.test/", header)).embedder_policy.value
        == "unsafe-none"
    )
    trusted = create_a_policy_container_from_a_fetch_response(
        response("http://a.test/", header), trusted_origins=["http://a.test"]
    )
    assert trusted.embedder_policy.value == "require-corp"
