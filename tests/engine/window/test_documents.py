"""From the first tag to the load event, and to the end."""

from __future__ import annotations

from typing import Any

from engine.network.fake_transport import FakeResponse


async def test_a_document_goes_through_its_states_in_order(site: Any) -> None:
    page = await site.open("""<!doctype html><title>A  page </title><script>
      var log = [document.readyState];
      document.addEventListener("readystatechange", () => log.push(document.readyState));
      document.addEventListener("DOMContentLoaded", () => log.push("DOMContentLoaded"));
      addEventListener("load", event => log.push("load at " + (event.target === document)));
      addEventListener("pageshow", event => log.push("pageshow " + event.persisted));
    </script><p>text""")
    assert await page.evaluate("log") == ["loading", "interactive", "DOMContentLoaded", "complete", "load at true", "pageshow false"]
    assert page.title == "A page"
    assert page.url == "https://example.test/"


async def test_implied_elements_are_there(site: Any) -> None:
    page = await site.open("<!doctype html><p>a<p>b<table><tr><td>c")
    assert await page.evaluate("document.documentElement.outerHTML") == (
        "<html><head></head><body><p>a</p><p>b</p><table><tbody><tr><td>c</td></tr></tbody></table></body></html>"
    )


async def test_scripts_see_only_what_was_parsed_before_them(site: Any) -> None:
    page = await site.open("<div id=a></div><script>var seen = [!!document.getElementById('a'), !!document.getElementById('b')]</script><div id=b></div>")
    assert await page.evaluate("seen") == [True, False]


async def test_the_encoding_is_what_header_or_meta_say(site: Any) -> None:
    site.answer("/latin", FakeResponse("é".encode("latin-1"), headers=[(b"Content-Type", b"text/html; charset=iso-8859-1")]))
    site.answer("/meta", FakeResponse("<meta charset=windows-1252>é".encode("latin-1"), headers=[(b"Content-Type", b"text/html")]))
    site.answer("/bom", FakeResponse(b"\xef\xbb\xbf" + "é".encode(), headers=[(b"Content-Type", b"text/html; charset=iso-8859-1")]))
    for path, encoding in (("/latin", "windows-1252"), ("/meta", "windows-1252"), ("/bom", "UTF-8")):
        page = await site.open(path=path)
        assert await page.evaluate("[document.body.textContent, document.characterSet]") == ["é", encoding]


async def test_a_page_that_is_closed_fires_its_last_events(site: Any) -> None:
    page = await site.open("""<script>
      for (const type of ["beforeunload", "pagehide", "unload"]) addEventListener(type, () => console.log(type));
      document.addEventListener("visibilitychange", () => console.log(document.visibilityState));
    </script>""")
    await page.close()
    assert site.said == ["beforeunload", "pagehide", "hidden", "unload"]
    assert site.browser.pages == []


async def test_an_endless_unload_does_not_hold_the_browser_up(site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("engine.window.documents._UNLOAD_PATIENCE", 0.05)
    page = await site.open("<script>addEventListener('unload', () => { for (;;); })</script>")
    await page.close()
    assert page.closed


async def test_the_load_event_waits_for_images_and_style_sheets(site: Any) -> None:
    site.answer("/i.png", b"no picture")
    site.answer("/s.css", FakeResponse(b"p {}", headers=[(b"Content-Type", b"text/css")]))
    page = await site.open("""<script>var log = []; addEventListener("load", () => log.push("load"))</script>
      <img src=i.png onload="log.push('img')" onerror="log.push('error')"><link rel=stylesheet href=s.css onload="log.push('css')">
      <img src=missing.png onerror="log.push('no img')">""")
    log = await page.evaluate("log")
    assert log.pop() == "load"
    assert sorted(log) == ["css", "img", "no img"]
    assert [request.header("Sec-Fetch-Dest") for request in site.transport.requests[1:]].count(b"image") == 2


async def test_written_text_is_parsed_before_what_comes_after_the_script(site: Any) -> None:
    page = await site.open("<body><script>document.write('<b id=w>written</b><script>var ran = 1</' + 'script>')</script><i>after</i>")
    assert await page.evaluate("document.querySelector('b + script + i').textContent + ran") == "after1"


async def test_ten_thousand_elements_and_listeners_cost_ten_times_as_much_as_a_thousand(site: Any) -> None:
    page = await site.open("<ul id=list></ul>")
    few, many = await page.evaluate("""[1000, 10000].map(count => {
      const start = performance.now();
      let clicks = 0;
      for (let i = 0; i < count; ++i) {
        const item = document.createElement("li");
        item.className = "item";
        item.textContent = i;
        item.addEventListener("click", () => ++clicks);
        list.append(item);
      }
      for (const item of document.querySelectorAll("li.item")) item.click();
      list.replaceChildren();
      return clicks === count ? performance.now() - start : -1;
    })""")
    assert few > 0
    assert many < 40 * few
