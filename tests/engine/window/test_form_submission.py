"""What a form sends: its entries, encoded as it says, to where it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse

FORM = """<iframe name=t></iframe><form id=f target=t action="/to?q=1#part"><input name=a value="b c"><textarea name=t>1
2</textarea><input type=file name=file><input type=hidden name=_charset_><button id=b name=pressed value=yes></button></form>"""


async def sent(site: Any, attributes: str, steps: str) -> Any:
    """The request that comes of it, and where the frame is then."""
    arrived = Event()

    def answer(request: Any) -> FakeResponse:
        arrived.set()
        return FakeResponse(b"<p>", headers=[(b"Content-Type", b"text/html")])

    site.answer("/to*", answer)
    page = await site.open(FORM)
    await page.evaluate(f"Object.assign(f, {attributes}); {steps}; 0")
    await arrived.wait()
    [request] = site.transport.requests_for(site.origin + "/to*")
    return request


PAIRS = b"a=b+c&t=1%0D%0A2&file=&_charset_=UTF-8"


@pytest.mark.parametrize("steps", ["f.submit()", "f.requestSubmit()", "FormData; f.submit()"])
async def test_a_form_is_sent_url_encoded(site: Any, steps: str) -> None:
    request = await sent(site, "{method: 'post'}", steps)
    assert (request.method, request.url) == ("POST", "https://example.test/to?q=1")
    assert request.header("Content-Type") == b"application/x-www-form-urlencoded"
    assert request.body == PAIRS


async def test_a_form_is_sent_as_text(site: Any) -> None:
    request = await sent(site, "{method: 'post', enctype: 'text/plain'}", "f.submit()")
    assert request.header("Content-Type") == b"text/plain"
    assert request.body == b"a=b c\r\nt=1\r\n2\r\nfile=\r\n_charset_=UTF-8\r\n"


@pytest.mark.parametrize("file", [False, True])
async def test_a_form_is_sent_in_parts(site: Any, file: bool) -> None:
    remove = "" if file else "f.elements.file.remove(); "
    request = await sent(site, "{method: 'post', enctype: 'multipart/form-data'}", remove + "f.submit()")
    match = re.fullmatch(rb"multipart/form-data; boundary=([-\w]+)", request.header("Content-Type"))
    assert match is not None
    parts = request.body.split(b"--" + match[1])
    empty_file = [b'\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n']
    assert parts == [
        b"",
        b'\r\nContent-Disposition: form-data; name="a"\r\n\r\nb c\r\n',
        b'\r\nContent-Disposition: form-data; name="t"\r\n\r\n1\r\n2\r\n',
        *(empty_file if file else []),
        b'\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\nUTF-8\r\n',
        b"--\r\n",
    ]


async def test_by_get_only_the_query_is_another(site: Any) -> None:
    request = await sent(site, "{}", "f.submit()")
    assert (request.method, request.url) == ("GET", "https://example.test/to?" + PAIRS.decode())
    page = site.browser.pages[0]
    await site.until(lambda: not page.is_busy)
    assert await page.evaluate("frames[0].location.hash") == "#part"


async def test_the_button_has_its_say(site: Any) -> None:
    request = await sent(site, "{method: 'post'}", "Object.assign(b, {formMethod: 'get', formAction: '/to-other'}); f.requestSubmit(b)")
    assert (request.method, request.url) == ("GET", f"https://example.test/to-other?{PAIRS.decode()}&pressed=yes")


async def test_of_two_submissions_in_one_task_the_last_is_sent(site: Any) -> None:
    request = await sent(site, "{}", "f.submit(); f.action = '/to-second'; f.submit()")
    assert request.url.startswith("https://example.test/to-second?")


async def test_the_base_element_names_the_target(site: Any) -> None:
    await sent(site, "{}", "f.removeAttribute('target'); document.head.innerHTML = '<base target=t>'; f.submit()")
    page = site.browser.pages[0]
    await site.until(lambda: not page.is_busy)
    assert await page.evaluate("[location.pathname, frames[0].location.pathname]") == ["/", "/to"]


async def test_an_empty_file_field_is_an_empty_file(site: Any) -> None:
    page = await site.open("<form><input name=a value=b><input type=file name=f><input type=file name=g multiple></form>")
    assert await page.evaluate(
        "[...new FormData(document.forms[0])].map(([name, value]) => [name, value instanceof File ? [value.name, value.type, value.size] : value])"
    ) == [["a", "b"], ["f", ["", "application/octet-stream", 0]], ["g", ["", "application/octet-stream", 0]]]
    site.answer("/up", FakeResponse(b"ok"))
    await page.evaluate("fetch('/up', {method: 'POST', body: new FormData(document.forms[0])}).then(answer => answer.status)")
    assert b'name="f"; filename=""' in site.transport.requests_for(site.origin + "/up")[0].body
