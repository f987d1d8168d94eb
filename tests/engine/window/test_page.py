"""A page: one object for as long as its window is open."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine import PageClosed
from engine.network.fake_transport import FakeResponse
from engine.window import NavigationFailed


async def test_a_page_is_the_same_through_navigations_and_reloads(site: Any) -> None:
    for path in ("/", "/two", "/three"):
        site.page(path, f"<title>{path}</title>")
    page = await site.open(path="/")
    await page.goto(f"{site.origin}/two")
    assert (page.url, page.title, site.browser.pages) == (f"{site.origin}/two", "/two", [page])
    await page.reload()
    assert (page.url, site.browser.pages) == (f"{site.origin}/two", [page])
    await page.navigate(f"{site.origin}/three")
    await page.wait_for_load()
    assert (page.title, site.browser.pages) == ("/three", [page])
    assert not page.closed


async def test_a_page_is_the_same_when_its_script_goes_elsewhere(site: Any) -> None:
    site.page("/other", "<title>other</title>")
    site.transport.route("https://elsewhere.test/", FakeResponse(b"<p>", headers=[(b"Content-Type", b"text/html")]))
    page = await site.open("<script>onload = () => { location.href = '/other' }</script>")
    while page.title != "other":
        await asyncio.sleep(0)
        await page.wait_for_load()
    await page.evaluate("location.href = 'https://elsewhere.test/'; 1")
    while page.url != "https://elsewhere.test/":
        await asyncio.sleep(0)
    assert site.browser.pages == [page]


async def test_goto_waits_for_the_load_event(site: Any) -> None:
    site.page("/slow", "<img src=/picture><script>onload = () => { globalThis.loaded = true }</script>")
    page = await site.open("<p>")
    await page.goto(f"{site.origin}/slow")
    assert await page.evaluate("loaded") is True


async def test_a_failed_navigation_leaves_the_page_where_it_was(site: Any) -> None:
    page = await site.open("<title>here</title>")
    for steps, match in ((page.goto("https://nowhere.test/"), "nowhere.test"), (page.navigate("rubbish"), "no URL")):
        with pytest.raises(NavigationFailed, match=match):
            await steps
    assert (page.title, site.browser.pages) == ("here", [page])


async def test_a_closed_page_refuses_everything_and_says_why(site: Any) -> None:
    page = await site.open("<p>")
    assert repr(page) == "<Page https://example.test/>"
    await page.close()
    await page.close()
    assert repr(page) == "<Page closed>"
    for question in (page.evaluate("1"), page.goto(site.origin), page.navigate(site.origin), page.reload(), page.wait_for_load(), page.set_visibility("hidden")):
        with pytest.raises(PageClosed, match="closed"):
            await question
    for name in ("url", "title"):
        with pytest.raises(PageClosed):
            getattr(page, name)


@pytest.mark.parametrize("state", ["invisible", "", "Hidden", None, True])
async def test_only_states_that_exist_can_be_set(site: Any, state: Any) -> None:
    page = await site.open("<p>")
    with pytest.raises(ValueError, match='is no state a page can be in: "visible" and "hidden" are'):
        await page.set_visibility(state)
    assert page.visibility_state == "visible"
    await page.set_visibility("hidden")
    assert await page.evaluate("document.visibilityState") == "hidden"


@pytest.mark.parametrize("address", [None, 5, b"https://example.test/"])
async def test_an_address_is_a_text(site: Any, address: Any) -> None:
    page = await site.open("<p>")
    for steps in (page.goto(address), page.navigate(address)):
        with pytest.raises(TypeError, match="is no str, as an address has to be"):
            await steps
