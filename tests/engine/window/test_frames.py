"""Frames are windows inside a document, on its agent."""

from __future__ import annotations

from typing import Any

import pytest


async def test_a_frame_is_there_at_once_and_keeps_its_window(site: Any) -> None:
    site.page("/inner", "<title>inner</title><script>var x = 1</script>")
    page = await site.open("<body>")
    assert await page.evaluate("""new Promise(resolve => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const { contentWindow } = frame;
      const before = [contentWindow.location.href, contentWindow.document.body.childNodes.length, contentWindow.origin];
      frame.src = "/inner";
      frame.onload = () => resolve([...before, frame.contentWindow === contentWindow, contentWindow.x, frame.contentDocument.title]);
    })""") == ["about:blank", 0, "https://example.test", True, 1, "inner"]


async def test_frames_and_parents_see_each_other(site: Any) -> None:
    site.page("/inner", "<script>parent.seen = [parent !== self, top === parent, frameElement.id, name, length]</script>")
    page = await site.open("<iframe id=f name=n src=/inner></iframe>")
    assert await page.evaluate("seen") == [True, True, "f", "n", 0]
    assert await page.evaluate("[length, frames[0] === n, n.parent === window, n.Array === Array, f.contentDocument instanceof n.Document, f.contentDocument instanceof Document]") == [1, True, True, False, True, False]


async def test_the_load_event_waits_for_frames(site: Any) -> None:
    site.page("/inner", "<script>addEventListener('load', () => parent.log.push('inner'))</script>")
    page = await site.open("<script>var log = []; addEventListener('load', () => log.push('outer'))</script><iframe src=/inner onload=\"log.push('frame')\"></iframe><iframe onload=\"log.push('empty')\"></iframe>")
    assert await page.evaluate("log") == ["empty", "inner", "frame", "outer"]


async def test_what_a_frame_says_when_it_is_parsed_is_heard_after_it_has_loaded(site: Any) -> None:
    site.page("/inner", "<script>addEventListener('DOMContentLoaded', () => parent.postMessage('message', '*'))</script>")
    page = await site.open("<script>var log = []; onmessage = ({ data }) => log.push(data)</script><iframe src=/inner onload=\"log.push('load')\"></iframe>")
    assert await page.evaluate("new Promise((resolve) => { const look = () => log.length === 2 ? resolve(log) : setTimeout(look); look() })") == ["load", "message"]


async def test_markup_of_its_own_belongs_to_the_parent(site: Any) -> None:
    page = await site.open("<iframe srcdoc=\"<script>parent.seen = [location.href, document.baseURI, origin, new Request('x').url]</script>\"></iframe>", path="/folder/")
    assert await page.evaluate("seen") == ["about:srcdoc", "https://example.test/folder/", "https://example.test", "https://example.test/folder/x"]


async def test_messages_go_both_ways_with_their_source(site: Any) -> None:
    site.page("/inner", "<script>onmessage = event => event.source.postMessage([event.data, event.origin], '*')</script>")
    page = await site.open("<iframe src=/inner></iframe>")
    assert await page.evaluate("""new Promise(resolve => {
      onmessage = event => resolve([event.data, event.source === frames[0]]);
      frames[0].postMessage("hello", "*");
    })""") == [["hello", "https://example.test"], True]


@pytest.mark.parametrize("target", ["data:text/html,x", "blob:null/1", "about:blank"])
async def test_an_opaque_target_origin_is_nobodys_also_for_an_opaque_origin(site: Any, target: str) -> None:
    site.page("/inner", f"""<script>
      const heard = []; onmessage = event => heard.push(event.data) === 2 && parent.postMessage(heard, '*');
      postMessage('by its URL', '{target}'); postMessage('to the same origin', '/'); postMessage('to anybody', '*');
    </script>""")
    page = await site.open("<script>var heard = new Promise(resolve => onmessage = event => resolve(event.data))</script><iframe sandbox=allow-scripts src=/inner></iframe>")
    assert await page.evaluate("heard") == ["to the same origin", "to anybody"]


async def test_documents_of_other_origins_are_not_shown_to_the_parent(site: Any) -> None:
    from engine.network.fake_transport import FakeResponse

    site.transport.route("https://other.test/", FakeResponse(b"<title>other</title>", headers=[(b"Content-Type", b"text/html")]))
    page = await site.open("<iframe src=https://other.test/></iframe>")
    assert await page.evaluate("document.querySelector('iframe').contentDocument") is None
    request = site.transport.requests_for("https://other.test/")[0]
    assert request.header("Sec-Fetch-Dest") == b"iframe"


async def test_a_frame_that_cannot_be_had_still_loads(site: Any) -> None:
    page = await site.open("<iframe id=f src=https://gone.test/ onload='this.loaded = true'></iframe>")
    assert await page.evaluate("[f.loaded, f.contentDocument]") == [True, None]
    assert site.said == ["https://gone.test/ cannot be opened: no route for GET https://gone.test/"]


async def test_a_removed_frame_says_good_bye_and_is_closed(site: Any) -> None:
    site.page("/inner", "<script>addEventListener('unload', () => parent.log.push('unload'))</script>")
    page = await site.open("<script>var log = []</script><iframe id=f src=/inner></iframe>")
    assert await page.evaluate("(() => { const { contentWindow } = f; f.remove(); return [log, length, contentWindow.closed, contentWindow.parent] })()") == [["unload"], 0, True, None]
    assert len(site.browser.user_agent.environments) == 1


async def test_a_frame_navigates_itself(site: Any) -> None:
    site.page("/inner", "<script>if (!parent.once) { parent.once = true; location.href = '/next' }</script>")
    site.page("/next", "<title>next</title>")
    page = await site.open("<iframe id=f src=/inner></iframe>")
    assert await page.evaluate("new Promise(resolve => { const look = () => f.contentDocument?.title === 'next' ? resolve('next') : setTimeout(look, 5); look() })") == "next"
    assert page.url == "https://example.test/"


async def test_a_frame_is_a_nested_client_and_controlled_for_itself(site: Any) -> None:
    site.script("/scope/sw.js", """
      addEventListener("fetch", event => { if (event.request.url.includes("made")) event.respondWith(new Response("made by the worker")) });
      addEventListener("message", async event => event.source.postMessage((await clients.matchAll({ includeUncontrolled: true })).map(client => [new URL(client.url).pathname, client.frameType])));
    """)
    site.page("/scope/inner", "<script>onload = () => parent.controlled = !!navigator.serviceWorker.controller</script>")
    page = await site.open("<body>")
    await page.evaluate("""(async () => {
      globalThis.registration = await navigator.serviceWorker.register("/scope/sw.js");
      const worker = registration.installing;
      await new Promise(resolve => worker.onstatechange = () => worker.state === "activated" && resolve());
      const frame = document.createElement("iframe");
      frame.id = "f"; frame.src = "/scope/inner";
      await new Promise(resolve => { frame.onload = resolve; document.body.append(frame) });
    })()""")
    assert await page.evaluate("[controlled, !!navigator.serviceWorker.controller]") == [True, False]
    assert await page.evaluate("f.contentWindow.fetch('/made').then(response => response.text())") == "made by the worker"
    found = await page.evaluate("new Promise(resolve => { navigator.serviceWorker.onmessage = event => resolve(event.data); registration.active.postMessage('') })")
    assert sorted(found) == [["/", "top-level"], ["/scope/inner", "nested"]]


async def test_a_sandbox_takes_origin_and_scripts_away(site: Any) -> None:
    site.page("/inner", "<title>inner</title><script>parent.postMessage([origin, location.pathname], '*')</script>")
    page = await site.open("<script>var seen = []; onmessage = event => seen.push([...event.data, event.origin])</script><iframe sandbox src=/inner></iframe><iframe sandbox=allow-scripts src=/inner></iframe><iframe sandbox='allow-scripts allow-same-origin' src=/inner></iframe>")
    await page.evaluate("new Promise(resolve => setTimeout(resolve, 5))")
    assert sorted(await page.evaluate("seen")) == [["https://example.test", "/inner", "https://example.test"], ["null", "/inner", "null"]]
    assert await page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.contentDocument?.title ?? null)") == [None, None, "inner"]


async def test_forms_are_sent_into_the_frame_they_name(site: Any) -> None:
    requests = []

    def answer(request: Any) -> Any:
        from engine.network.fake_transport import FakeResponse

        requests.append(request)
        return FakeResponse(b"<title>sent</title>", headers=[(b"Content-Type", b"text/html")])

    site.answer("/target*", answer)
    page = await site.open("<iframe name=n id=f></iframe><form target=n method=post action=/target><input name=a value='b c'></form>")
    assert await page.evaluate("new Promise(resolve => { f.onload = () => resolve(f.contentDocument.title); document.forms[0].submit() })") == "sent"
    assert (requests[0].method, requests[0].header("Content-Type"), requests[0].body) == ("POST", b"application/x-www-form-urlencoded", b"a=b+c")
    assert await page.evaluate("new Promise(resolve => { const form = document.forms[0]; form.method = 'get'; f.onload = () => resolve(f.contentWindow.location.search); form.submit() })") == "?a=b+c"


async def test_what_a_frame_fetched_can_be_read_and_handed_on_by_the_parent(site: Any) -> None:
    site.page("/inner", "inner")
    page = await site.open("<iframe id=f src=/inner></iframe>")
    assert await page.evaluate("""(async () => {
      const { fetch } = f.contentWindow;
      const texts = [await Response.prototype.text.call(await fetch("/inner")), await Response.prototype.clone.call(await fetch("/inner")).text()];
      const cache = await caches.open("c");
      await cache.put("/copy", await fetch("/inner"));
      texts.push(await (await cache.match("/copy")).text(), await new Response((await fetch("/inner")).body).text());
      return texts;
    })()""") == ["inner"] * 4


async def test_documents_that_have_gone_give_their_memory_back(site: Any) -> None:
    site.page("/inner", """<form></form><iframe></iframe><script>
      document.forms; fetch("/inner"); setTimeout(() => {}, 1e6); new MessageChannel().port1.onmessage = () => {}; new ReadableStream();
    </script>""")
    page = await site.open("<body>")
    agent = site.browser.user_agent.windows.pages[0].document.agent

    def heap() -> int:
        agent.runtime.collect_garbage()
        agent.perform_a_microtask_checkpoint()
        agent.runtime.collect_garbage()
        return int(agent.runtime.memory_usage()["obj_count"])

    async def come_and_go() -> int:
        await page.evaluate("""(async () => {
          const frame = document.createElement("iframe");
          for (let round = 0; round < 3; ++round) {
            await new Promise(resolve => { frame.onload = resolve; frame.src = "/inner?"; frame.src = "/inner"; document.body.append(frame) });
          }
          frame.remove();
        })()""")
        return await agent.run(heap)

    await come_and_go()
    before = await come_and_go()
    for _ in range(4):
        after = await come_and_go()
    assert after < before * 1.1


async def test_what_is_held_of_a_removed_frame_goes_on_working(site: Any) -> None:
    site.page("/inner", "<title>inner</title>")
    page = await site.open("<iframe id=f src=/inner></iframe>")
    assert await page.evaluate("""(async () => {
      globalThis.w = f.contentWindow;
      f.remove();
      await new Promise(resolve => setTimeout(resolve));
      return [w.closed, w.document.title, new w.Request("/x").url, w.eval("[] instanceof Array"), w.fetch("/x") instanceof w.Promise, w.parent];
    })()""") == [True, "inner", "https://example.test/x", True, True, None]


async def test_a_frame_does_not_close_its_page(site: Any) -> None:
    site.page("/inner", "<script>close(); parent.closed_too = closed</script>")
    page = await site.open("<iframe src=/inner></iframe>")
    assert await page.evaluate("[closed_too, closed]") == [False, False]
