import asyncio

import pytest

from engine.fetch import fetch
from engine.http import Request
from engine.network.fake_transport import FakeResponse
from engine.service_worker import ReservedClient
from engine.url import parse_url


def navigation(path="/page", **slots):
    """A navigation request and its reserved client."""
    url = parse_url("https://example.test" + path)
    reserved = ReservedClient(url, True)
    request = Request(
        [url],
        mode="navigate",
        destination="document",
        redirect_mode="manual",
        credentials_mode="include",
        reserved_client=reserved,
        origin=reserved.origin,
        policy_container=reserved.policy_container,
        **slots,
    )
    return request, reserved


async def navigate(browser, **slots):
    request, reserved = navigation(**slots)
    browser.service_workers.reserve(reserved)
    response = await fetch(request, browser.user_agent).response()
    assert not response.is_network_error, response.reason
    return (await response.unsafe_response().body.read_all()).decode(), reserved


async def test_a_navigation_is_answered_and_its_client_controlled(browser):
    source = """onfetch = (e) => e.respondWith(Response.json([e.clientId, e.resultingClientId, e.request.mode, e.request.destination]))"""
    _, registration = await browser.install(source)
    text, reserved = await navigate(browser)
    assert text == f'["","{reserved.client_id}","navigate","document"]'
    assert reserved.active_service_worker is registration.active


async def test_a_navigation_looks_for_an_update(browser):
    await browser.install("onfetch = (e) => e.respondWith(new Response(''))")
    await navigate(browser)
    await browser.until(lambda: len(browser.transport.requests_for("*/sw.js")) == 2)


async def test_a_navigation_out_of_scope_is_left_alone(browser):
    browser.transport.route("https://example.test/page", "network")
    await browser.install("onfetch = (e) => e.respondWith(new Response('worker'))", path="/a/sw.js")
    text, reserved = await navigate(browser)
    assert text == "network" and reserved.active_service_worker is None


async def test_a_navigation_preload_comes_with_the_event(browser):
    browser.transport.route(
        "https://example.test/page",
        lambda sent: f"preloaded {sent.header('Service-Worker-Navigation-Preload').decode()}",
    )
    page, _ = await browser.install("onfetch = (e) => e.respondWith(e.preloadResponse)")
    await page.settled("navigator.serviceWorker.ready.then((r) => r.navigationPreload.enable())")
    text, _ = await navigate(browser)
    assert text == "preloaded true"


async def test_a_navigation_preload_that_fails_rejects(browser):
    page, _ = await browser.install(
        "onfetch = (e) => e.respondWith(e.preloadResponse.catch((error) => new Response(error.name)))"
    )
    await page.settled("navigator.serviceWorker.ready.then((r) => r.navigationPreload.enable())")
    text, _ = await navigate(browser)
    assert text == "TypeError"


async def test_the_resulting_client_is_waited_for(browser):
    source = """onfetch = (e) => {
      e.waitUntil(clients.get(e.resultingClientId).then((client) => { found = client?.url ?? 'none' }));
      e.respondWith(new Response(''));
    };
    onmessage = (e) => e.source.postMessage(self.found ?? 'waiting')"""
    _, registration = await browser.install(source)
    _, reserved = await navigate(browser)
    running = registration.active.running
    page = await browser.open("/other")
    ask = """new Promise((resolve) => {
      navigator.serviceWorker.onmessage = (e) => resolve(e.data);
      navigator.serviceWorker.controller.postMessage('');
    })"""
    assert await page.settled(ask) == "waiting" and running.pending
    browser.service_workers.discard(reserved)
    await browser.until(lambda: not running.pending)
    assert await page.settled(ask) == "none"


async def test_a_fetch_waits_until_the_worker_is_activated(browser):
    source = """let release;
      onactivate = (e) => e.waitUntil(new Promise((resolve) => { release = resolve }));
      onmessage = () => release();
      onfetch = (e) => e.respondWith(new Response(serviceWorker.state));"""
    browser.serve("/sw.js", source)
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js')")
    registration = browser.registration()
    await browser.until(lambda: registration.active is not None and registration.active.running.pending)
    pending = asyncio.ensure_future(navigate(browser))
    await page.settled("null")
    assert not pending.done()
    await page.settled("navigator.serviceWorker.ready.then((r) => r.active.postMessage(''))")
    text, _ = await pending
    assert text == "activated"


async def answered(browser, source, script="fetch('/data').then((response) => response.text())"):
    await browser.install(source)
    page = await browser.open("/page")
    return await page.settled(script)


async def test_a_string_response_reaches_the_page(browser):
    assert (
        await answered(browser, "onfetch = (event) => event.respondWith(new Response('from the worker'))")
        == "from the worker"
    )
    assert browser.transport.requests_for("*/data") == []


async def test_the_response_keeps_status_and_headers(browser):
    source = "onfetch = (event) => event.respondWith(new Response('x', { status: 418, statusText: 'Tea', headers: { a: 'b' } }))"
    script = "fetch('/data').then((r) => [r.status, r.statusText, r.headers.get('a'), r.url, r.type])"
    assert await answered(browser, source, script) == [418, "Tea", "b", "https://example.test/data", "basic"]


async def test_bytes_and_streams_reach_the_page(browser):
    source = """
      const stream = () => new ReadableStream({
        async start(controller) {
          for (const part of ['a', 'b', 'c']) {
            await null;
            controller.enqueue(new TextEncoder().encode(part));
          }
          controller.close();
        },
      });
      onfetch = (event) => event.respondWith(new Response(event.request.url.endsWith('bytes') ? new Uint8Array([65, 66]) : stream()))
    """
    script = "Promise.all(['/bytes', '/stream'].map(async (path) => (await fetch(path)).text()))"
    assert await answered(browser, source, script) == ["AB", "abc"]


async def test_a_stream_that_fails_fails_the_pages_body(browser):
    source = """onfetch = (event) => event.respondWith(new Response(new ReadableStream({
      start(controller) { controller.enqueue(new Uint8Array([65])); },
      pull(controller) { controller.error(new Error('no more')); },
    })))"""
    script = "fetch('/x').then((response) => response.text()).catch((error) => error.name)"
    assert await answered(browser, source, script) == "TypeError"


async def test_the_network_answers_when_nobody_responds(browser):
    browser.transport.route("https://example.test/data", "from the network")
    assert await answered(browser, "onfetch = (event) => { event.request.url }") == "from the network"


async def test_a_response_that_the_worker_fetches_is_handed_on(browser):
    browser.transport.route("https://example.test/data", "from the network")
    assert await answered(browser, "onfetch = (event) => event.respondWith(fetch(event.request))") == "from the network"


async def test_a_cached_response_is_handed_on(browser):
    source = """
      oninstall = (event) => event.waitUntil(
        caches.open('v1').then((cache) => cache.put('/data', new Response('from the cache'))));
      onfetch = (event) => event.respondWith(caches.match(event.request));
    """
    assert await answered(browser, source) == "from the cache"


async def test_failures_to_respond_are_network_errors(browser):
    source = """onfetch = (event) => {
      const kind = new URL(event.request.url).pathname;
      if (kind === '/rejects') event.respondWith(Promise.reject(new Error('no')));
      if (kind === '/nothing') event.respondWith(undefined);
      if (kind === '/number') event.respondWith(1);
      if (kind === '/error') event.respondWith(Response.error());
      if (kind === '/canceled') event.preventDefault();
      if (kind === '/used') { const r = new Response('x'); r.text(); event.respondWith(r); }
    }"""
    script = """Promise.all(['/rejects', '/nothing', '/number', '/error', '/canceled', '/used'].map(
      (path) => fetch(path).then(() => 'a response', (error) => error.name)))"""
    assert await answered(browser, source, script) == ["TypeError"] * 6


async def test_the_event_tells_whose_request_it_is(browser):
    source = """onfetch = (event) => event.respondWith(Response.json({
      method: event.request.method, client: event.clientId, resulting: event.resultingClientId,
      header: event.request.headers.get('x-y'), mode: event.request.mode, cancelable: event.cancelable,
    }))"""
    await browser.install(source)
    page = await browser.open("/page")
    answer = await page.settled("fetch('/d', { method: 'PUT', headers: { 'x-y': 'z' } }).then((r) => r.json())")
    assert answer == {
        "method": "PUT",
        "client": page.environment.client_id,
        "resulting": "",
        "header": "z",
        "mode": "cors",
        "cancelable": True,
    }


async def test_the_worker_reads_the_requests_body(browser):
    source = """onfetch = (event) => event.respondWith(
      event.request.text().then((text) => new Response(`got ${text}`)))"""
    assert (
        await answered(browser, source, "fetch('/d', { method: 'POST', body: 'öl' }).then((r) => r.text())") == "got öl"
    )


async def test_respond_with_is_for_the_first_listener_only(browser):
    source = """
      let second = 'not called';
      addEventListener('fetch', (event) => {
        event.respondWith(new Response('first'));
        try { event.respondWith(new Response('again')); } catch (error) { second = error.name; }
      });
      addEventListener('fetch', () => { second = 'called'; });
      onmessage = (event) => event.source.postMessage(second);
    """
    await browser.install(source)
    page = await browser.open("/page")
    assert await page.settled("fetch('/d').then((r) => r.text())") == "first"
    assert (
        await page.settled("""new Promise((resolve) => {
      navigator.serviceWorker.onmessage = (event) => resolve(event.data);
      navigator.serviceWorker.controller.postMessage('?');
    })""")
        == "InvalidStateError"
    )


async def test_respond_with_after_the_dispatch_throws(browser):
    source = """
      let tell;
      const result = new Promise((resolve) => { tell = resolve; });
      onfetch = (event) => {
        if (event.request.url.endsWith('result')) return event.respondWith(result.then((name) => new Response(name)));
        setTimeout(() => {
          try { event.respondWith(new Response('late')); tell('nothing'); } catch (error) { tell(error.name); }
        }, 0);
      };
    """
    browser.transport.route("https://example.test/data", "network")
    await browser.install(source)
    page = await browser.open("/page")
    assert await page.settled("fetch('/data').then((r) => r.text())") == "network"
    browser.clock.advance(1)
    assert await page.settled("fetch('/result').then((r) => r.text())") == "InvalidStateError"


async def test_the_abort_of_a_fetch_reaches_the_workers_request(browser):
    source = """
      let aborted = 'no';
      onfetch = (event) => {
        if (event.request.url.endsWith('result')) return event.respondWith(new Response(aborted));
        event.respondWith(new Promise((resolve, reject) => {
          event.request.signal.onabort = () => { aborted = event.request.signal.reason.name; reject(); };
        }));
      };
    """
    await browser.install(source)
    page = await browser.open("/page")
    await page.run("""controller = new AbortController();
      fetch('/slow', { signal: controller.signal }).catch((error) => { caught = error.name }); undefined""")
    worker = browser.registration().active
    await browser.until(lambda: worker.running.pending)
    await page.run("controller.abort()")
    await page.has("globalThis.caught", "AbortError")
    assert await page.settled("fetch('/result').then((r) => r.text())") == "AbortError"


async def test_handled_settles_with_the_outcome(browser):
    source = """
      const outcomes = [];
      onfetch = (event) => {
        const kind = new URL(event.request.url).pathname;
        if (kind === '/outcomes') return event.respondWith(Response.json(outcomes));
        event.handled.then((value) => outcomes.push([kind, value === undefined]), (error) => outcomes.push([kind, error.name]));
        if (kind === '/answer') event.respondWith(new Response(''));
        if (kind === '/reject') event.respondWith(Promise.reject());
      };
    """
    browser.transport.route("https://example.test/pass", "network")
    await browser.install(source)
    page = await browser.open("/page")
    await page.settled(
        "(async () => { for (const path of ['/answer', '/reject', '/pass']) await fetch(path).catch(() => 0) })()"
    )
    assert await page.settled("fetch('/outcomes').then((r) => r.json())") == [
        ["/answer", True],
        ["/reject", "NetworkError"],
        ["/pass", True],
    ]


async def test_a_worker_without_a_fetch_listener_is_not_started_for_fetches(browser):
    browser.transport.route("https://example.test/data", "network")
    _, registration = await browser.install("onmessage = () => {}")
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    page = await browser.open("/page")
    assert await page.settled("fetch('/data').then((r) => r.text())") == "network"
    assert registration.active.running is None


async def test_an_uncontrolled_page_fetches_from_the_network(browser):
    browser.transport.route("https://example.test/data", "network")
    page, _ = await browser.install("onfetch = (event) => event.respondWith(new Response('worker'))")
    assert await page.settled("fetch('/data').then((r) => r.text())") == "network"


async def test_a_redirect_of_the_worker_s_own_is_asked_again_for_where_it_leads(browser):
    source = """onactivate = (e) => e.waitUntil(clients.claim());
      onfetch = (e) => e.respondWith(e.request.url.endsWith('/from') ? Response.redirect('/to') : new Response(e.request.url))"""
    page, _ = await browser.install(source)
    controlled = "new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve })"
    await page.settled(f"navigator.serviceWorker.controller ?? {controlled}")
    ask = "fetch('/from').then(async (answer) => [answer.redirected, answer.url, await answer.text()].join(' '))"
    text = await page.settled(ask)
    assert text == "true https://example.test/to https://example.test/to"


async def stopped_during(browser, handler):
    """What a page gets whose worker is stopped while it handles the fetch event."""
    from engine.service_worker.running import terminate_service_worker

    await browser.install(f"onfetch = (event) => {{ {handler} }}")
    browser.transport.route("https://example.test/x", "from the network")
    worker = browser.registration().active
    page = await browser.open()
    await page.run("answer = fetch('/x').then((r) => r.text(), (error) => error.name); 0")
    await browser.until(lambda: worker.running is not None and any(e.begun for e in worker.running.pending.values()))
    if "respondWith" in handler:
        await browser.until(lambda: any(e.respond_with_entered for e in worker.running.pending.values()))
    terminate_service_worker(worker)
    return await page.settled("answer")


@pytest.mark.parametrize(
    "handler",
    [
        "event.respondWith(new Promise(() => {}));",
        "event.respondWith(new Response('late')); for (;;);",
        "event.respondWith((async () => { await 0; for (;;); })());",
        "event.waitUntil(new Promise(() => {})); event.respondWith(new Promise(() => {}));",
    ],
)
async def test_the_network_does_not_answer_for_a_worker_that_has_begun_to(browser, handler):
    assert await stopped_during(browser, handler) == "TypeError"


async def test_the_network_answers_for_a_worker_that_is_stopped_before(browser):
    assert await stopped_during(browser, "for (;;);") == "from the network"


async def test_what_varies_with_the_language_is_found_for_the_request_that_a_worker_is_asked(browser):
    browser.transport.route("https://example.test/x", FakeResponse(b"kept", headers=[(b"Vary", b"Accept-Language")]))
    await browser.install(
        """oninstall = (event) => event.waitUntil(caches.open('c').then((c) => c.add('/x')));
        onfetch = (event) => event.respondWith((async () => Response.json([
          [...event.request.headers].map(([name]) => name), await caches.match(event.request).then((r) => r?.text())]))());"""
    )
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.json())") == [["accept"], "kept"]
    assert browser.transport.requests_for("https://example.test/x")[0].header("Accept-Language") == b"en"


OTHER = "https://api.other.test/x"


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
@pytest.mark.parametrize(
    "answer",
    [
        "new Response('made', { status: 201, headers: { 'x-mine': 'a' } })",
        """(async () => {
          const cache = await caches.open('c');
          await cache.put('/m', new Response('made', { status: 201, headers: { 'x-mine': 'a' } }));
          return cache.match('/m');
        })()""",
        "fetch('/own').then((r) => new Response(r.body, { status: 201, headers: { 'x-mine': 'a' } }))",
    ],
)
async def test_what_a_worker_makes_for_another_origin_is_handed_over_as_it_is(browser, mode, answer):
    browser.transport.route("https://example.test/own", "made")
    await browser.install(f"onfetch = (event) => event.respondWith({answer})")
    page = await browser.open()
    assert await page.settled(
        f"fetch('{OTHER}', {{ mode: '{mode}' }}).then(async (r) => [r.type, r.status, r.url, r.headers.get('x-mine'), await r.text()])"
    ) == ["basic", 201, OTHER, "a", "made"]


@pytest.mark.parametrize(("mode", "wanted"), [("cors", ["cors", 200, None, "theirs"]), ("no-cors", ["opaque", 0, None, ""])])
async def test_what_it_only_passes_on_stays_hidden(browser, mode, wanted):
    headers = [(b"Access-Control-Allow-Origin", b"*"), (b"X-Theirs", b"a")]
    browser.transport.route(OTHER, FakeResponse(b"theirs", headers=headers))
    await browser.install("onfetch = (event) => event.respondWith(fetch(event.request))")
    page = await browser.open()
    script = f"fetch('{OTHER}', {{ mode: '{mode}' }}).then(async (r) => [r.type, r.status, r.headers.get('x-theirs'), await r.text()])"
    assert await page.settled(script) == wanted


async def test_what_the_network_answers_without_the_worker_stays_hidden(browser):
    browser.transport.route(OTHER, FakeResponse(b"theirs", headers=[(b"Access-Control-Allow-Origin", b"*"), (b"X-Theirs", b"a")]))
    await browser.install("onfetch = (event) => {}")
    page = await browser.open()
    assert await page.settled(f"fetch('{OTHER}').then((r) => [r.type, r.headers.get('x-theirs')])") == ["cors", None]
