import pytest

from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse


async def test_imported_scripts_share_the_global_and_stay_with_the_worker(browser):
    browser.serve("/a.js", "self.order = ['a']; function helper() { return 'helped' }")
    browser.serve("/b.js", "order.push('b')")
    _, registration = await browser.install(
        "importScripts('a.js', '/b.js'); order.push('sw'); onfetch = (e) => e.respondWith(new Response(helper() + order))"
    )
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "helpeda,b,sw"
    assert list(registration.active.script_resource_map) == [
        f"https://example.test/{name}.js" for name in ("sw", "a", "b")
    ]
    browser.transport.route("https://example.test/*", NetworkFailure("refused", "offline"))
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    assert await client.settled("fetch('/x').then((r) => r.text())") == "helpeda,b,sw"


async def test_an_installed_worker_imports_only_what_it_has(browser):
    browser.serve("/known.js", "count = (self.count ?? 0) + 1")
    browser.serve("/late.js", "")
    source = """importScripts('/known.js');
      onfetch = (e) => {
        let result = count;
        try { importScripts('/known.js'); result = count; importScripts('/late.js'); } catch (error) { result += error.name }
        e.respondWith(new Response(result));
      }"""
    await browser.install(source)
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "2NetworkError"
    assert browser.transport.requests_for("*/late.js") == []


async def test_scripts_imported_while_installing_are_kept(browser):
    browser.serve("/late.js", "self.late = 'late'")
    await browser.install(
        "oninstall = () => importScripts('/late.js'); onfetch = (e) => { importScripts('/late.js'); e.respondWith(new Response(late)) }"
    )
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "late"


@pytest.mark.parametrize(
    "answer",
    [
        FakeResponse(b"", 404),
        FakeResponse(b"", headers=[(b"Content-Type", b"text/plain")]),
        NetworkFailure("refused", ""),
    ],
)
async def test_what_is_no_script_fails_the_installation(browser, answer):
    browser.transport.route("https://example.test/bad.js", answer)
    browser.serve("/sw.js", "importScripts('/bad.js')")
    page = await browser.open()
    assert "NetworkError" in await page.error_of("navigator.serviceWorker.register('/sw.js')")


async def test_errors_of_imported_scripts_are_thrown_to_the_importer(browser):
    browser.serve("/throws.js", "\nthrow new RangeError('from there')")
    browser.serve("/syntax.js", "syntax error")
    source = """const names = [];
      for (const path of ['/throws.js', '/syntax.js', 'https://[']) {
        try { importScripts(path) } catch (error) { names.push(error.name) }
      }
      onfetch = (e) => e.respondWith(new Response(names))"""
    await browser.install(source)
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.text())") == "RangeError,SyntaxError,SyntaxError"


async def test_a_script_of_another_origin_hides_its_errors(browser):
    browser.transport.route(
        "https://cdn.test/lib.js",
        FakeResponse(b"throw new RangeError('secret')", headers=[(b"Content-Type", b"text/javascript")]),
    )
    source = """let caught;
      try { importScripts('https://cdn.test/lib.js') } catch (error) { caught = error.name + error.message }
      onfetch = (e) => e.respondWith(new Response(caught))"""
    await browser.install(source)
    client = await browser.open("/client")
    text = await client.settled("fetch('/x').then((r) => r.text())")
    assert text.startswith("NetworkError") and "secret" not in text


async def test_module_workers_import_json_and_keep_it(browser):
    browser.serve("/data.json", '{"a": 1}', Content_Type="application/json")
    browser.serve("/sw.js", "import data from './data.json' with { type: 'json' }; onfetch = e => e.respondWith(Response.json(data))")
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js', { type: 'module' })")
    await page.settled("navigator.serviceWorker.ready.then(() => 0)")
    client = await browser.open("/client")
    assert await client.settled("fetch('/x').then((r) => r.json())") == {"a": 1}
    browser.transport.route("https://example.test/*", NetworkFailure("refused", "offline"))
    browser.clock.advance(31)
    await browser.until(lambda: browser.registration("/").active.running is None)
    assert await client.settled("fetch('/x').then((r) => r.json())") == {"a": 1}


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("text/javascript", "{ type: 'json' }"),
        ("application/json", "{}"),
        ("text/css", "{ type: 'css' }"),
        ("application/json", "{ kind: 'json' }"),
    ],
)
async def test_what_has_not_the_type_that_is_imported_fails_the_installation(browser, kind, attributes):
    browser.serve("/data", "1", Content_Type=kind)
    browser.serve("/sw.js", f"import './data' with {attributes}")
    page = await browser.open()
    assert "Error" in await page.error_of("navigator.serviceWorker.register('/sw.js', { type: 'module' })")


async def test_json_that_has_changed_is_an_update(browser):
    browser.serve("/data.json", "1", "2", Content_Type="application/json")
    browser.serve("/sw.js", "import data from './data.json' with { type: 'json' }; oninstall = () => skipWaiting()")
    page = await browser.open()
    await page.settled("navigator.serviceWorker.register('/sw.js', { type: 'module', updateViaCache: 'none' })")
    await browser.until(lambda: browser.registration("/").active is not None)
    first = browser.registration("/").active
    await page.settled("navigator.serviceWorker.ready.then(registration => registration.update()).then(() => 0)")
    await browser.until(lambda: browser.registration("/").active is not first)
    assert {request.header("Sec-Fetch-Dest") for request in browser.transport.requests_for("*/data.json")} == {b"json"}
