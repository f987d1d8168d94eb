"""Documents that do not want to be shown in frames of others are not."""

from __future__ import annotations

from typing import Any

import pytest

A, B = "https://a.test", "https://b.test"


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ([(b"X-Frame-Options", b"DENY")], ""),
        ([(b"X-Frame-Options", b"sameorigin")], "a"),
        ([(b"X-Frame-Options", b"SAMEORIGIN, DENY")], ""),
        ([(b"X-Frame-Options", b"whatever")], "ab"),
        ([(b"Content-Security-Policy", b"frame-ancestors 'none'")], ""),
        ([(b"Content-Security-Policy", b"frame-ancestors 'self'")], "a"),
        ([(b"Content-Security-Policy", b"frame-ancestors https://a.test")], "ab"),
        ([(b"Content-Security-Policy", b"frame-ancestors *"), (b"X-Frame-Options", b"DENY")], "ab"),
        ([(b"Content-Security-Policy-Report-Only", b"frame-ancestors 'none'")], "ab"),
    ],
)
async def test_who_may_embed_a_document_is_for_it_to_say(sites: Any, headers: list[tuple[bytes, bytes]], shown: str) -> None:
    for origin in (A, B):
        sites.page(origin + "/inner", "<script>top.postMessage(location.origin.at(8), '*')</script>", *headers)
    hear = "<body><script>var seen = []; onmessage = event => seen.push(event.data)</script>"
    page = await sites.open(f"{hear}<iframe src=/inner></iframe><iframe src={B}/inner></iframe>")
    assert await page.evaluate("new Promise(resolve => setTimeout(() => resolve(seen.sort().join(''))))") == shown


async def test_every_ancestor_counts(sites: Any) -> None:
    sites.page(A + "/inner", "<script>top.postMessage('shown', '*')</script>", (b"X-Frame-Options", b"SAMEORIGIN"))
    sites.page(B + "/", f"<iframe src='{A}/inner'></iframe>")
    page = await sites.open(f"<script>var seen = []; onmessage = event => seen.push(event.data)</script><iframe src='{B}/'></iframe>")
    assert await page.evaluate("new Promise(resolve => setTimeout(() => resolve(seen)))") == []
    assert sites.messages[-1].text == f"{A}/inner cannot be opened: it says X-Frame-Options: sameorigin"


COEP, CORP = b"Cross-Origin-Embedder-Policy", b"Cross-Origin-Resource-Policy"


@pytest.mark.parametrize("around", [b"require-corp", b"credentialless"])
@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ([], ""),
        ([(CORP, b"cross-origin")], ""),
        ([(COEP, b"require-corp")], "a"),
        ([(COEP, b"credentialless")], "a"),
        ([(COEP, b"require-corp"), (CORP, b"same-site")], "a"),
        ([(COEP, b"require-corp"), (CORP, b"cross-origin")], "ab"),
    ],
)
async def test_a_page_with_an_embedder_policy_shows_only_what_has_one_too(
    sites: Any, around: bytes, headers: list[tuple[bytes, bytes]], shown: str
) -> None:
    for origin in (A, B):
        sites.page(origin + "/inner", "<script>top.postMessage(location.origin.at(8), '*')</script>", *headers)
    hear = "<body><script>var seen = []; onmessage = event => seen.push(event.data)</script>"
    sites.page(A + "/isolated", f"{hear}<iframe src=/inner></iframe><iframe src={B}/inner></iframe>", (COEP, around))
    page = await sites.browser.open(A + "/isolated")
    await page.wait_for_load()
    assert await page.evaluate("new Promise(resolve => setTimeout(() => resolve(seen.sort().join(''))))") == shown


async def test_what_has_no_server_is_under_the_policies_of_who_leads_to_it(sites: Any) -> None:
    data = "data:text/html,<script>top.postMessage(1, `*`)</script>shown<script nonce=n>top.postMessage(2, `*`)</script>"
    hear = "<script nonce=n>var seen = []; onmessage = event => seen.push(event.data)</script>"
    policies = [(COEP, b"require-corp"), (b"Content-Security-Policy", b"script-src 'nonce-n'")]
    sites.page(A + "/isolated", f'<body>{hear}<iframe src="{data}"></iframe><iframe srcdoc="{data[15:]}"></iframe>', *policies)
    page = await sites.browser.open(A + "/isolated")
    await page.wait_for_load()
    assert await page.evaluate("new Promise(resolve => setTimeout(() => resolve(seen)))") == [2, 2]
