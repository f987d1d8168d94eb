"""document.cookie: which cookies a script sees and sets depends on the sites its document is shown in."""

from __future__ import annotations

from typing import Any

from engine.network.fake_transport import FakeResponse

THERE = "https://there.test/"
SUB = "https://sub.example.test/"
COOKIES = [(b"Set-Cookie", f"{kind}=1; SameSite={kind}; Secure".encode()) for kind in ("strict", "lax", "none")]
FRAME = b"""<script>
for (const kind of ["Strict", "Lax", "None"]) document.cookie = `set${kind}=1; Secure; SameSite=${kind}`;
top.postMessage(document.cookie.split("; ").sort(), "*");
</script>"""


async def seen_in_a_frame(site: Any, url: str, parent: str | None = None) -> Any:
    """What a document at `url` sees in a page of https://example.test, inside a frame of `parent` if there is one."""
    site.transport.route(url, FakeResponse(FRAME, headers=[(b"Content-Type", b"text/html"), *COOKIES]))
    page = await site.browser.open(url)
    await page.close()
    for cookie in ("setStrict", "setLax", "setNone"):
        site.browser.user_agent.cookie_store.remove_where(lambda each, name=cookie: each.name == name.encode())
    source = url
    if parent is not None:
        source = parent
        site.page_elsewhere(parent, f"<iframe src={url}></iframe>")
    page = await site.open("<body>")
    heard = "new Promise((resolve) => { onmessage = (event) => resolve(event.data); document.body.innerHTML = '<iframe src=%s></iframe>'; })"
    return await page.evaluate(heard % source)


async def test_in_a_page_of_another_site_only_those_for_everybody_are_there(site: Any) -> None:
    assert await seen_in_a_frame(site, THERE) == ["none=1", "setNone=1"]


async def test_in_a_page_of_its_site_all_are_there(site: Any) -> None:
    assert await seen_in_a_frame(site, SUB) == ["lax=1", "none=1", "setLax=1", "setNone=1", "setStrict=1", "strict=1"]


async def test_another_site_in_between_is_enough(site: Any) -> None:
    assert await seen_in_a_frame(site, SUB, parent=THERE) == ["none=1", "setNone=1"]
