"""Documents are parsed and run as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import Event, gather, in_parallel, yield_to_others
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse
from engine.window import NavigationFailed

HTML = [(b"Content-Type", b"text/html")]
UTF_8 = [(b"Content-Type", b"text/html; charset=utf-8")]


async def said(site: Any, *words: str) -> None:
    """Wait until the pages have said these words and no others."""
    told = Event()
    site.browser.on_console(lambda message: site.browser.user_agent.browser_thread.post(told.set))
    while len(site.said) < len(words):
        await told.wait()
        told.clear()
    assert site.said == list(words)


async def test_a_script_runs_when_its_end_tag_has_come(site: Any) -> None:
    more, last = Event(), Event()
    pieces = [b"<title>a</title><script>console.log(document.readyState)</scr", more, b"ipt><p id=p>text", last, b" end</p><script>console.log(p.textContent)</script>"]
    site.answer("/", FakeResponse(pieces, headers=HTML))
    opening = in_parallel(site.browser.open(site.origin + "/"))
    more.set()
    await said(site, "loading")
    page = await opening
    assert await page.evaluate("[document.title, document.readyState, p.textContent]") == ["a", "loading", "text"]
    last.set()
    await page.wait_for_load()
    assert site.said == ["loading", "text end"]
    assert await page.evaluate("document.readyState") == "complete"


async def test_an_endless_document_can_be_left_and_closed(site: Any) -> None:
    site.answer("/", FakeResponse([b"<title>endless</title><script>console.log(1)</script>", Event()], headers=HTML))
    site.page("/next", "<title>next</title>")
    page = await site.browser.open(site.origin + "/")
    assert page.title == "endless" and page.is_busy and site.transport.open_bodies == 1
    await page.navigate(site.origin + "/next")
    await page.wait_for_load()
    assert page.title == "next" and site.transport.open_bodies == 0
    other = await site.browser.open(site.origin + "/")
    await other.close()
    assert site.transport.open_bodies == 0


async def test_window_stop_ends_the_reading(site: Any) -> None:
    site.answer("/", FakeResponse([b"<p id=p><script>stop(); console.log(document.readyState)</script><p>", Event()], headers=HTML))
    page = await site.browser.open(site.origin + "/")
    await page.wait_for_load()
    await said(site, "complete")
    assert site.transport.open_bodies == 0


async def test_pieces_wait_behind_a_script_that_blocks_the_parser(site: Any) -> None:
    script = Event()
    site.answer("/s.js", FakeResponse([b"console.log('script ' + document.querySelectorAll('p').length)", script], headers=[(b"Content-Type", b"text/javascript")]))
    site.answer("/", FakeResponse([b"<p><script src=s.js></script>", b"<p>", b"<script>console.log('after')</script>"], headers=HTML))
    page = await site.browser.open(site.origin + "/")
    assert site.said == []
    script.set()
    await page.wait_for_load()
    assert site.said == ["script 1", "after"]


async def test_what_broke_off_is_shown_and_told(site: Any) -> None:
    site.answer("/", FakeResponse([b"<title>half</title><p>", NetworkFailure("reset", "connection reset")], headers=HTML))
    page = await site.browser.open(site.origin + "/")
    await page.wait_for_load()
    assert page.title == "half"
    assert len(site.said) == 1 and "https://example.test/ broke off" in site.said[0]


@pytest.mark.parametrize(
    ("headers", "pieces", "name", "text"),
    [
        (HTML, [b"<met", b"a charset=windows-1252><p id=p>\xe9"], "windows-1252", "é"),
        (HTML, [b"<p id=p>", b"\xc3", b"\xa9"], "UTF-8", "é"),
        (HTML, [b"\xef\xbb", b"\xbf<meta charset=windows-1252><p id=p>\xc3\xa9"], "UTF-8", "é"),
        (UTF_8, [b"\xfe", b"\xff\x00<\x00p\x00 \x00i", b"\x00d\x00=\x00p\x00>\x00\xe9"], "UTF-16BE", "é"),
        (UTF_8, [b"<meta charset=windows-1252>", b"<p id=p>\xc3\xa9"], "UTF-8", "é"),
        (HTML, [b"<p id=p>a\r", b"\nb", b"\r", b"c"], "UTF-8", "a\nb\nc"),
    ],
)
async def test_encodings_are_found_in_pieces(site: Any, headers: Any, pieces: list[bytes], name: str, text: str) -> None:
    spaced = [part for piece in pieces for part in (piece, 0.0)]
    site.answer("/", FakeResponse(spaced, headers=headers))
    page = await site.open()
    assert await page.evaluate("[document.characterSet, p.textContent]") == [name, text]


async def test_text_comes_in_pieces_too(site: Any) -> None:
    rest = Event()
    site.answer("/", FakeResponse([b"\n<b>&am", rest, b"p;</pre>"], headers=[(b"Content-Type", b"text/plain")]))
    page = await site.browser.open(site.origin + "/")
    assert await page.evaluate("document.body.textContent") == "\n<b>&am"
    rest.set()
    await page.wait_for_load()
    assert await page.evaluate("[document.body.textContent, document.body.children.length]") == ["\n<b>&amp;</pre>", 1]


async def test_no_more_is_read_than_the_parser_can_take(site: Any) -> None:
    pieces = [b"<script src=never.js></script>", *[b"<p>" + b"x" * 250_000] * 40, Event()]
    site.answer("/", FakeResponse(pieces, headers=HTML))
    site.answer("/never.js", FakeResponse([Event()]))
    page = await site.browser.open(site.origin + "/")
    await until(lambda: page.document.parser.waiting > 1_000_000)
    await page.evaluate("0")
    assert page.document.parser.waiting < 1_600_000
    await page.close()
    assert site.transport.open_bodies == 0


async def test_a_navigation_is_cancelled_by_the_next(site: Any) -> None:
    page = await site.open("<title>first</title>")
    site.answer("/never", FakeResponse([Event()], headers=HTML, delay=1000))
    site.page("/next", "<title>next</title>")
    never = gather(page.navigate(site.origin + "/never"), return_exceptions=True)
    await until_asked(site, "/never")
    await page.navigate(site.origin + "/next")
    [error] = await never
    assert isinstance(error, NavigationFailed) and "another navigation" in str(error)
    assert page.title == "next" and not page.is_navigating


async def until_asked(site: Any, path: str) -> None:
    await until(lambda: bool(site.transport.requests_for(site.origin + path)))


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await yield_to_others()


@pytest.mark.parametrize("leave", ["frame.remove()", "frame.src = '/other'", "frame.srcdoc = 'text'", "frames[0].location = '/other'", "frames[0].stop()"])
async def test_a_frames_navigation_that_is_not_wanted_any_more_is_cancelled(site: Any, leave: str) -> None:
    gone = Event()
    site.answer("/slow", Gone(site, gone))
    site.page("/other", "<p>other")
    page = await site.open("<iframe id=frame></iframe>")
    await page.evaluate("frame.src = '/slow'; 0")
    await until_asked(site, "/slow")
    await page.evaluate(leave + "; 0")
    await gone.wait()
    assert site.said == []


@pytest.mark.parametrize("leave", ["frame.remove()", "frame.src = '/other'", "frames[0].location = '/other'", "frames[0].stop()"])
async def test_a_frames_document_that_is_not_wanted_any_more_is_not_read_on(site: Any, leave: str) -> None:
    site.answer("/slow", FakeResponse([b"<script>console.log('begun')</script>", Event()], headers=HTML))
    site.page("/other", "<p>other")
    page = await site.open("<iframe id=frame></iframe>")
    await page.evaluate("frame.src = '/slow'; 0")
    await said(site, "begun")
    assert site.transport.open_bodies == 1
    await page.evaluate(leave + "; 0")
    await page.wait_for_load()
    await until(lambda: not site.transport.open_bodies)


async def test_the_next_bytes_are_asked_for_while_a_script_runs(site: Any) -> None:
    class Asked(Event):
        asked = Event()

        async def wait(self) -> None:
            self.asked.set()
            await super().wait()

    async def when_asked(request: Any) -> FakeResponse:
        await Asked.asked.wait()
        return FakeResponse(b"")

    more = Asked()
    script = b"<script>const x = new XMLHttpRequest(); x.open('GET', '/asked', false); x.send(); console.log(x.status)</script>"
    site.answer("/", FakeResponse([script, more, b"<p>end"], headers=HTML))
    site.answer("/asked", when_asked)
    opened = in_parallel(site.browser.open(site.origin + "/"))
    await said(site, "200")
    more.set()
    page = await opened
    await page.wait_for_load()
    assert await page.evaluate("document.querySelector('p').textContent") == "end"


class Gone:
    """An answer that does not come; the event is set when nobody waits for it any more."""

    def __init__(self, site: Any, gone: Event) -> None:
        self.gone = gone

    async def __call__(self, request: Any) -> FakeResponse:
        try:
            await Event().wait()
        finally:
            self.gone.set()
        raise AssertionError
