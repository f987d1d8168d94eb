"""Documents that go elsewhere by themselves: https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh"""

from __future__ import annotations

from typing import Any

import pytest

NEXT = "https://example.test/next"


async def leads_to(site: Any, page: Any, url: str) -> None:
    await site.until(lambda: page.url == url and not page.is_busy)


@pytest.mark.parametrize(
    "content",
    [
        "0;url=/next", "0; URL = '/next' and more", '0 , url="/next"', "0 /next", " 0.9;/next", ".5;urL=/next", "0;/next", "0; url='/next",
        "0\n/next",
    ],
)  # fmt: skip
async def test_a_meta_element_leads_elsewhere(site: Any, content: str) -> None:
    site.page("/next", "<title>next</title>")
    quote = '"' if "'" in content else "'"
    site.page("/", f"<meta http-equiv=Refresh content={quote}{content}{quote}>")
    page = await site.browser.open("https://example.test/")
    await leads_to(site, page, NEXT)


@pytest.mark.parametrize("content", ["", "url=/next", "x", "-1;url=/next", "0x;url=/next", "0;url=http://[", "0;javascript:document.title='ran'"])
async def test_what_says_nothing_leads_nowhere(site: Any, content: str) -> None:
    site.page("/next", "")
    page = await site.open(f'<meta http-equiv=refresh content="{content}">')
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 1))")
    assert page.url == "https://example.test/" and await page.evaluate("document.title") == ""


async def test_the_first_one_counts_and_a_header_comes_first(site: Any) -> None:
    site.page("/next", "")
    site.page("/other", "")
    site.page("/", "<meta http-equiv=refresh content='0;/other'>", (b"Refresh", b"0;url=/next"))
    page = await site.browser.open("https://example.test/")
    await leads_to(site, page, NEXT)


async def test_it_is_the_document_s_own_navigation(site: Any) -> None:
    site.page_elsewhere("https://there.test/", "")
    page = await site.open("<meta http-equiv=refresh content='0;https://there.test/'>")
    await leads_to(site, page, "https://there.test/")
    *_, request = site.transport.requests
    assert (request.header("Sec-Fetch-Site"), request.header("Referer")) == (b"cross-site", b"https://example.test/")


async def test_what_lies_far_ahead_is_left_for_later(site: Any) -> None:
    page = await site.open(f"<meta http-equiv=refresh content='{'9' * 400};/next'>")
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 1))")
    assert page.url == "https://example.test/"


async def test_nothing_happens_by_itself_in_a_sandbox_without_scripts(site: Any) -> None:
    site.page("/next", "")
    site.page("/frame", "<meta http-equiv=refresh content='0;/next'>")
    page = await site.open("<iframe sandbox='allow-same-origin' src='/frame'></iframe>")
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 1))")
    assert not any(request.url == NEXT for request in site.transport.requests)
