"""Where the focus is, and who is told: https://html.spec.whatwg.org/multipage/interaction.html#focus"""

from __future__ import annotations

from typing import Any

FRAMES = """<body><input id=own><iframe id=one src=/inner></iframe><iframe id=two src=/inner></iframe><script>
  var log = [];
  addEventListener("load", () => {
    for (const [name, target] of Object.entries({ one: one.contentWindow, two: two.contentWindow, input: two.contentDocument.querySelector("input") }))
      for (const type of ["focus", "blur"]) target.addEventListener(type, () => log.push(`${type} ${name}`));
  });
  var state = () => [document.activeElement.id, one.contentDocument.hasFocus(), two.contentDocument.hasFocus(), document.hasFocus()];
</script>"""
INNER = "<input>"
HOLDER = "<body><iframe id=outer src=/framed></iframe>"
WORKER = """
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
onmessage = (event) => event.waitUntil(clients.matchAll().then((found) => event.source.postMessage(
  found.map(({ url, focused }) => [url.replace(location.origin, ""), focused]))));
"""


async def test_a_frame_has_it_when_its_element_has(site: Any) -> None:
    site.page("/inner", INNER)
    page = await site.open(FRAMES)
    assert await page.evaluate("state()") == ["", False, False, True]
    assert await page.evaluate("one.focus(), state()") == ["one", True, False, True]
    assert await page.evaluate("two.focus(), state()") == ["two", False, True, True]
    assert await page.evaluate("own.focus(), state()") == ["own", False, False, True]
    assert await page.evaluate("log.splice(0)") == ["focus one", "blur one", "focus two", "blur two"]


async def test_an_element_in_a_frame_takes_the_frame_with_it(site: Any) -> None:
    site.page("/inner", INNER)
    page = await site.open(FRAMES)
    await page.evaluate("own.focus(), two.contentDocument.querySelector('input').focus()")
    assert await page.evaluate("state()") == ["two", False, True, True]
    await page.evaluate("own.focus()")
    assert await page.evaluate("log.splice(0)") == ["focus two", "focus input", "blur input", "blur two"]
    assert await page.evaluate("two.contentDocument.activeElement.localName") == "input"


async def test_a_window_in_a_frame_can_be_focused(site: Any) -> None:
    site.page("/inner", INNER)
    page = await site.open(FRAMES)
    assert await page.evaluate("two.contentWindow.focus(), one.contentWindow.focus(), one.contentWindow.focus(), state()") == ["one", True, False, True]
    assert await page.evaluate("log.splice(0)") == ["focus two", "blur two", "focus one"]
    assert await page.evaluate("focus(), state()") == ["one", True, False, True]


async def test_a_frame_in_a_frame_takes_both(site: Any) -> None:
    site.page("/framed", FRAMES)
    site.page("/inner", INNER)
    page = await site.open(HOLDER)
    await page.evaluate("globalThis.inside = outer.contentWindow, inside.one.focus()")
    assert await page.evaluate("[document.activeElement.id, inside.document.hasFocus(), ...inside.state()]") == ["outer", True, "one", True, False, True]
    await page.evaluate("outer.remove()")
    assert await page.evaluate("[document.activeElement.localName, document.hasFocus()]") == ["body", True]


async def test_only_one_page_has_it(site: Any) -> None:
    site.page("/inner", INNER)
    page = await site.open(FRAMES)
    await page.evaluate("one.focus()")
    await site.open("<body>", path="/other")
    assert await page.evaluate("state()") == ["one", False, False, False]
    await page.evaluate("two.focus()")
    assert await page.evaluate("state()") == ["two", False, False, False]


async def test_a_frame_of_another_origin_has_it_too(site: Any) -> None:
    site.page_elsewhere("https://other.test/", "<script>onmessage = () => parent.postMessage(document.hasFocus(), '*')</script>")
    page = await site.open("<input id=own><iframe id=f src=https://other.test/></iframe>")
    asked = "new Promise((resolve) => { onmessage = ({ data }) => resolve(data); f.contentWindow.postMessage(0, '*') })"
    assert await page.evaluate(asked) is False
    await page.evaluate("f.focus()")
    assert await page.evaluate(asked) is True
    await page.evaluate("own.focus()")
    assert await page.evaluate(asked) is False


async def test_clients_come_in_the_order_in_which_they_had_it(site: Any) -> None:
    site.script("/sw.js", WORKER)
    site.page("/inner", INNER)
    page = await site.open(FRAMES)
    await page.evaluate("""navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.controller ?? new Promise((resolve) => {
      navigator.serviceWorker.oncontrollerchange = resolve })).then(() => 0)""")
    asked = "new Promise((resolve) => { navigator.serviceWorker.onmessage = ({ data }) => resolve(data); navigator.serviceWorker.controller.postMessage(0) })"
    await page.evaluate("one.contentWindow.location.hash = '1', two.contentWindow.location.hash = '2', 0")
    assert [focused for _, focused in await page.evaluate(asked)] == [True, False, False]
    await page.evaluate("two.focus()")
    assert [focused for _, focused in await page.evaluate(asked)] == [True, True, False]
    await page.evaluate("own.focus()")
    assert [focused for _, focused in await page.evaluate(asked)] == [True, False, False]
