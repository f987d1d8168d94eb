import pytest

from engine.event_loop import Event
from engine.fetch import FetchController
from engine.http.body import Body, BytesStream, Pipe
from engine.network.fake_transport import FakeResponse
from engine.service_worker.response_streams import ResponseStream
from engine.webidl.exceptions import DOMException, JSTypeError

WORKER = """
const state = { chunks: 0 };
const made = () => new ReadableStream({
  pull(controller) { controller.enqueue(new Uint8Array(9)); ++state.chunks; },
  cancel() { state.cancelled = true; },
}, { highWaterMark: 0 });
onfetch = (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === '/state') return event.respondWith(Response.json(state));
  ANSWER
};
"""


async def client_of(browser, answer):
    await browser.install(WORKER.replace("ANSWER", answer))
    page = await browser.open()
    await page.run("controller = new AbortController(); signal = controller.signal; 0")
    return page


async def wait_for_state(page, member):
    while not (await page.settled("fetch('/state').then((r) => r.json())")).get(member):
        pass


@pytest.mark.parametrize("read", [True, False])
async def test_an_abort_after_the_head_cancels_the_stream_of_the_worker(browser, read):
    page = await client_of(browser, "event.respondWith(new Response(made()));")
    await page.settled("fetch('/made', { signal }).then((r) => { response = r; reader = r.body.getReader() })")
    if read:
        await page.settled("reader.read().then(() => 0)")
    await page.run("controller.abort()")
    await wait_for_state(page, "cancelled")
    assert await page.error_of("reader.read()") == "AbortError: The operation was aborted."


async def test_the_end_of_a_page_cancels_it_too(browser):
    page = await client_of(browser, "event.respondWith(new Response(made()));")
    await page.settled("fetch('/made').then((r) => r.body.getReader().read()).then(() => 0)")
    other = await browser.open()
    await page.close()
    await wait_for_state(other, "cancelled")


@pytest.mark.parametrize(
    "answer",
    [
        "event.respondWith(fetch(event.request));",
        "event.respondWith(fetch('/endless'));",
        "event.respondWith(fetch(event.request)); event.waitUntil(new Promise(() => {}));",
        "event.respondWith(fetch('/endless').then((r) => new Response(r.body.pipeThrough(new TransformStream()))));",
    ],
)
async def test_an_abort_after_the_head_ends_the_exchange_that_the_worker_forwards(browser, answer):
    browser.transport.route("https://example.test/endless", FakeResponse([b"begun", Event()]))
    page = await client_of(browser, answer)
    await page.settled("fetch('/endless', { signal }).then((r) => r.body.getReader().read()).then(() => 0)")
    assert browser.transport.open_bodies == 1
    await page.run("controller.abort()")
    await browser.until(lambda: browser.transport.open_bodies == 0)


async def test_a_clone_that_somebody_else_reads_is_not_cut_off(browser):
    more = Event()
    browser.transport.route("https://example.test/endless", FakeResponse([b"begun", more, b" and done"]))
    page = await client_of(
        browser,
        """event.respondWith(fetch('/endless').then((response) => {
             event.waitUntil(response.clone().text().then((text) => { state.text = text }));
             return response;
           }));""",
    )
    await page.settled("fetch('/endless', { signal }).then((r) => r.body.getReader().read()).then(() => 0)")
    await page.run("controller.abort()")
    more.set()
    await wait_for_state(page, "text")
    assert (await page.settled("fetch('/state').then((r) => r.json())"))["text"] == "begun and done"


async def test_what_was_aborted_is_not_taken_for_the_whole(browser):
    page = await client_of(
        browser,
        """event.respondWith(new Response(new ReadableStream({
             start(controller) { controller.enqueue(new Uint8Array(9)) },
             cancel() { state.cancelled = true } })));""",
    )
    await page.run(
        """putting = (async () => {
          const response = await fetch('/made', { signal });
          const cache = await caches.open('c');
          const put = cache.put('/kept', response).then(() => 'stored', (error) => error.name);
          controller.abort();
          return [await put, (await cache.keys()).length];
        })(); 0"""
    )
    assert await page.settled("putting") == ["AbortError", 0]


# By itself -----------------------------------------------------------------------------------------------------------


def cancelled(controller):
    controller.terminate()
    return controller


async def test_its_end_and_its_failure_are_those_of_the_stream():
    body = Body(ResponseStream(BytesStream(b"ab", b"c"), FetchController()))
    assert await body.read_all() == b"abc"
    pipe = Pipe()
    pipe.error(JSTypeError("broken"))
    with pytest.raises(JSTypeError, match="broken"):
        await ResponseStream(pipe, FetchController()).read(9)


async def test_a_fetch_that_is_given_up_already_ends_it_at_once():
    source = BytesStream(b"ab")
    stream = ResponseStream(source, cancelled(FetchController()))
    assert source.cancelled
    with pytest.raises(JSTypeError):
        await stream.read(9)


async def test_nothing_happens_to_what_has_ended():
    controller, source = FetchController(), BytesStream(b"ab")
    stream = ResponseStream(source, controller)
    finished = []
    stream.when_finished(lambda: finished.append(1))
    assert [await stream.read(9), await stream.read(9)] == [b"ab", b""]
    controller.abort()
    assert finished == [1] and not source.cancelled
    assert await stream.read(9) == b""


async def test_who_waits_for_bytes_when_it_is_aborted_gets_an_error_and_no_end():
    import asyncio

    controller = FetchController()
    stream = ResponseStream(Pipe(), controller)
    reading = asyncio.ensure_future(stream.read(9))
    await asyncio.sleep(0)
    controller.abort()
    with pytest.raises(DOMException, match="aborted"):
        await reading
