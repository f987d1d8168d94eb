"""Windows that scripts open, and what the two sides are to each other."""

from __future__ import annotations

from typing import Any

import pytest

OTHER = "https://other.test"


def pages(site: Any) -> list[Any]:
    return site.browser.user_agent.windows.pages  # type: ignore[no-any-return]


async def test_a_window_of_the_same_origin_is_shared_whole(site: Any) -> None:
    site.page("/opened", """<title>opened</title><script>
      opener.seen = [opener === parent, kept, name, opener.opener, history.length];
      var made = [];
    </script>""")
    page = await site.open("<body>")
    assert await page.evaluate("""(async () => {
      globalThis.w = open("/opened", "popup");
      const before = [w.location.href, w.closed, w.document.body.childNodes.length, w.opener === window];
      w.kept = "kept";
      await new Promise(resolve => w.onload = resolve);
      return [...before, w.document.title, w.made instanceof Array, w.made instanceof w.Array, seen];
    })()""") == ["about:blank", False, 0, True, "opened", False, True, [False, "kept", "popup", None, 1]]
    assert [each.url for each in pages(site)] == ["https://example.test/", "https://example.test/opened"]


async def test_a_window_of_another_origin_is_shared_as_far_as_it_may(site: Any) -> None:
    site.page_elsewhere(OTHER + "/", """<script>
      opener.postMessage(["hello", opener.length, typeof opener.closed], "*");
      onmessage = event => event.source.postMessage([event.data, event.source === opener], "*");
    </script>""")
    page = await site.open("<iframe></iframe>")
    assert await page.evaluate("""(async () => {
      const heard = () => new Promise(resolve => onmessage = event => resolve([event.data, event.origin, event.source === w]));
      globalThis.w = open("https://other.test/");
      const first = await heard();
      w.postMessage("answer", "*");
      const second = await heard();
      let refused;
      try { w.document } catch (error) { refused = error.name }
      return [first, second, refused, w.closed, w.opener === window, w.parent === w, w.top === w];
    })()""") == [[["hello", 1, "boolean"], OTHER, True], [["answer", True], OTHER, True], "SecurityError", False, True, True, True]


async def test_a_window_is_closed_and_led_elsewhere_by_who_opened_it(site: Any) -> None:
    site.page_elsewhere(OTHER + "/", "<script>opener.postMessage('there', '*')</script>")
    site.page("/back", "<script>opener.postMessage('back', '*')</script>")
    page = await site.open("<body>")
    assert await page.evaluate("""(async () => {
      const heard = () => new Promise(resolve => onmessage = event => resolve(event.data));
      const w = open("https://other.test/"), said = [await heard()];
      w.location = "/back";
      said.push(await heard(), w.location.pathname);
      w.location.href = "https://other.test/";
      said.push(await heard(), w.closed);
      w.close();
      said.push(w.closed);
      return said;
    })()""") == ["there", "back", "/back", "there", False, True]
    await site.until(lambda: len(pages(site)) == 1)


@pytest.mark.parametrize("opens", ["open('/opened', 'x', 'noopener')", "open('/opened', '', 'noreferrer=1')", "l.click()"])
async def test_who_asks_for_it_stays_unknown(site: Any, opens: str) -> None:
    site.page("/opened", "<script>document.title = String(opener)</script>")
    page = await site.open("<a id=l href=/opened target=_blank></a>")
    await page.evaluate(f"{opens}; 0")
    await site.until(lambda: len(pages(site)) == 2 and pages(site)[1].title == "null")
    assert pages(site)[0].group is not pages(site)[1].group


async def test_a_link_with_a_name_opens_a_window_once_and_then_finds_it(site: Any) -> None:
    site.page("/opened", "<script>opener.times = (opener.times ?? 0) + 1; opener.tell()</script>")
    page = await site.open("<a id=l target=popup href=/opened></a>")
    assert await page.evaluate("""(async () => {
      for (let round = 0; round < 3; ++round) {
        await new Promise(resolve => { globalThis.tell = resolve; l.click() });
      }
      return times;
    })()""") == 3
    assert len(pages(site)) == 2


async def test_an_opener_that_is_disowned_or_gone_is_none(site: Any) -> None:
    site.page("/opened", "<script>var first = opener !== null; if (location.hash) opener = null</script>")
    page = await site.open("<body>")
    await page.evaluate("new Promise(resolve => { globalThis.w = open('/opened#disowns'); w.onload = () => resolve() })")
    assert await page.evaluate("[w.first, w.opener]") == [True, None]
    await page.evaluate("new Promise(resolve => { globalThis.w = open('/opened'); w.onload = () => resolve() })")
    await page.close()
    opened = pages(site)[-1]
    assert await opened.evaluate("[first, opener]") == [True, None]


async def test_a_sandbox_opens_windows_only_if_it_may_and_takes_them_along(site: Any) -> None:
    site.page("/inner", "<script>const w = open('/opened'); parent.postMessage(w === null, '*')</script>")
    site.page("/opened", "<script>document.title = origin</script>")
    heard = """new Promise(resolve => {
      onmessage = event => resolve(event.data);
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/inner', sandbox: '%s' }));
    })"""
    page = await site.open("<body>")
    assert await page.evaluate(heard % "allow-scripts") is True
    assert len(pages(site)) == 1
    assert await page.evaluate(heard % "allow-scripts allow-popups") is False
    await site.until(lambda: len(pages(site)) == 2 and pages(site)[1].title == "null")
    assert await page.evaluate(heard % "allow-scripts allow-popups allow-popups-to-escape-sandbox") is False
    await site.until(lambda: len(pages(site)) == 3 and pages(site)[2].title == "https://example.test")


async def test_what_a_script_opens_is_asked_for_by_its_page(site: Any) -> None:
    site.page_elsewhere(OTHER + "/", "")
    page = await site.open("<body>")
    await page.evaluate("open('https://other.test/', '', 'noopener'); 0")
    await site.until(lambda: bool(site.transport.requests_for(OTHER + "/")))
    assert site.transport.requests_for(OTHER + "/")[0].header("Sec-Fetch-Site") == b"cross-site"
