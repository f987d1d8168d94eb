import pytest

HELPERS = """
  const results = [];
  const attempt = (event) => { try { event.waitUntil(Promise.resolve()); results.push('ok'); } catch (error) { results.push(error.name); } };
  const in_a_microtask = (event) => Promise.resolve().then(() => attempt(event));
  const in_a_task = (event) => new Promise((resolve) => setTimeout(() => { attempt(event); resolve(); }, 0));
  const a_task = () => new Promise((resolve) => setTimeout(resolve, 0));
  onfetch = (event) => event.respondWith(Response.json(results));
"""


async def result(browser, handler):
    await browser.install(HELPERS + "onmessage = (event) => { " + handler + " }")
    page = await browser.open()
    await page.run("navigator.serviceWorker.controller.postMessage('')")
    results = []
    while not results:
        browser.clock.advance(0.1)
        results = await page.settled("fetch('/x').then((r) => r.json())")
    return results


@pytest.mark.parametrize(
    ("handler", "wanted"),
    [
        ("in_a_task(event)", "InvalidStateError"),
        ("in_a_microtask(event)", "ok"),
        (
            "let done; event.waitUntil(new Promise((resolve) => { done = resolve })); in_a_task(event).then(() => done())",
            "ok",
        ),
        ("const p = Promise.resolve(); event.waitUntil(p); p.then(() => attempt(event))", "ok"),
        ("const p = Promise.resolve(); event.waitUntil(p); p.then(() => in_a_microtask(event))", "ok"),
        ("const p = a_task(); event.waitUntil(p); p.then(() => attempt(event))", "ok"),
        ("const p = a_task(); event.waitUntil(p); p.then(() => in_a_microtask(event))", "InvalidStateError"),
        ("event.waitUntil(Promise.resolve()); in_a_task(event)", "InvalidStateError"),
        ("addEventListener('mine', attempt); dispatchEvent(new ExtendableEvent('mine'))", "InvalidStateError"),
    ],
)
async def test_the_lifetime_can_be_extended_while_the_event_is_active(browser, handler, wanted):
    assert await result(browser, handler) == [wanted]


async def test_installation_waits_for_all_promises(browser):
    browser.serve(
        "/sw.js",
        """let release;
        oninstall = (event) => {
          event.waitUntil(Promise.resolve());
          event.waitUntil(new Promise((resolve) => { release = resolve }));
        };
        onmessage = () => release();""",
    )
    page = await browser.open()
    await page.settled(
        "navigator.serviceWorker.register('/sw.js').then((r) => { registration = r; worker = r.installing })"
    )
    await page.settled(
        "new Promise((resolve) => navigator.serviceWorker.getRegistrations().then(resolve)).then(() => 0)"
    )
    assert await page.run("worker.state") == "installing"
    await page.run("worker.postMessage('')")
    await page.has("worker.state", "activated")
