import pytest

from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse

SW = "https://example.test/sw.js"


def register(url="/sw.js", options="{}"):
    return f"navigator.serviceWorker.register('{url}', {options})"


async def test_the_registration_is_the_same_object_each_time(browser):
    page, _ = await browser.install("")
    assert await page.settled(f"(async () => await {register()} === await {register()})()")
    assert await page.settled(f"(async () => await {register()} === await navigator.serviceWorker.getRegistration())()")
    assert len(browser.transport.requests_for(SW)) == 1


async def test_equivalent_registrations_at_once_are_one_job(browser):
    browser.serve("/sw.js", "")
    page = await browser.open()
    assert await page.settled(
        f"Promise.all([{register()}, {register()}, {register()}]).then(([a, b, c]) => a === b && b === c)"
    )
    assert len(browser.transport.requests_for(SW)) == 1


async def test_scope_and_script_url_are_absolute(browser):
    browser.serve("/dir/sw.js?x", "")
    page = await browser.open("/dir/page")
    assert await page.settled(
        register("sw.js?x#f", "{scope: 'a/b#c'}") + ".then((r) => [r.scope, r.installing.scriptURL])"
    ) == [
        "https://example.test/dir/a/b",
        "https://example.test/dir/sw.js?x",
    ]


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("https://", "{}"),
        ("data:text/javascript,", "{}"),
        ("/a%2fb.js", "{}"),
        ("/a%5Cb.js", "{}"),
        ("/sw.js", "{scope: '/a%2F'}"),
        ("/sw.js", "{scope: 'ftp://example.test/'}"),
        ("/sw.js", "{scope: 'https://['}"),
        ("/sw.js", "{type: 'other'}"),
    ],
)
async def test_unusable_addresses_are_type_errors(browser, url, options):
    browser.serve("/sw.js", "")
    page = await browser.open()
    assert (await page.error_of(register(url, options))).startswith("TypeError")
    assert browser.transport.requests == []


@pytest.mark.parametrize(
    ("url", "options"),
    [("https://other.test/sw.js", "{}"), ("/sw.js", "{scope: 'https://other.test/'}"), ("/dir/sw.js", "{scope: '/'}")],
)
async def test_other_origins_and_wider_scopes_are_security_errors(browser, url, options):
    browser.serve("/sw.js", "")
    browser.serve("/dir/sw.js", "")
    page = await browser.open()
    assert (await page.error_of(register(url, options))).startswith("SecurityError")
    assert browser.service_workers.registration_map == {}


async def test_the_server_may_allow_a_wider_scope(browser):
    browser.serve("/dir/sw.js", "", Service_Worker_Allowed="/")
    page = await browser.open()
    assert (
        await page.settled(register("/dir/sw.js", "{scope: '/'}") + ".then((r) => r.scope)") == "https://example.test/"
    )


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (FakeResponse(b"{}", 404, [(b"Content-Type", b"application/json")]), "TypeError"),
        (FakeResponse(b"", headers=[(b"Content-Type", b"text/plain")]), "SecurityError"),
        (FakeResponse(b""), "SecurityError"),
        (FakeResponse(b"", 302, [(b"Location", b"/other.js")]), "SecurityError"),
        (NetworkFailure("refused", "nobody listens"), "TypeError"),
    ],
)
async def test_what_is_no_script_is_refused(browser, answer, name):
    browser.transport.route(SW, answer)
    page = await browser.open()
    assert (await page.error_of(register())).startswith(name)
    assert browser.service_workers.registration_map == {}


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("const a = 1;\nconst b = ;\n", "SyntaxError", "2 | const b = ;"),
        ("\n\n  undefined_function();", "undefined_function", "3 |   undefined_function();"),
    ],
)
async def test_a_script_that_fails_tells_where(browser, source, message, line):
    browser.serve("/sw.js", source)
    page = await browser.open()
    error = await page.error_of(register())
    assert error.startswith("TypeError") and message in error
    number = line.split(" ", 1)[0]
    assert f"https://example.test/sw.js:{number}:" in error
    assert line in browser.texts
    assert browser.service_workers.registration_map == {}


async def test_the_script_request_says_what_it_is(browser):
    _page, _ = await browser.install("")
    (request,) = browser.transport.requests_for(SW)
    assert request.header("Service-Worker") == b"script"
    assert request.header("Cache-Control") == b"max-age=0"


async def test_ready_waits_for_an_active_worker(browser):
    browser.serve("/sw.js", "")
    page = await browser.open()
    await page.run("navigator.serviceWorker.ready.then((r) => { ready = [r.active.state, r.scope] }); undefined")
    await page.settled(register())
    await page.has("globalThis.ready", ["activating", "https://example.test/"])
    assert await page.run("navigator.serviceWorker.ready === navigator.serviceWorker.ready")
    other = await browser.open("/other")
    assert await other.settled("navigator.serviceWorker.ready.then((r) => r.active.state)") == "activated"


async def test_updatefound_is_heard_after_the_registration_is_there(browser):
    browser.serve("/sw.js", "")
    page = await browser.open()
    assert await page.settled(
        f"{register()}.then((r) => new Promise((resolve) => {{ r.onupdatefound = () => resolve(r.installing.state); }}))"
    ) in ("installing", "installed")


async def test_a_module_worker_runs_with_what_it_imports(browser):
    browser.serve("/dep.js", "export const answer = 42;")
    browser.serve(
        "/sw.js",
        "import { answer } from './dep.js'; onfetch = (e) => e.respondWith(new Response(answer + import.meta.url));",
    )
    page = await browser.open()
    await page.settled(register(options="{type: 'module'}"))
    registration = browser.registration()
    await browser.until(lambda: registration.active is not None)
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.text())") == f"42{SW}"
    # Once it is installed it runs with what it was installed with.
    browser.transport.route("https://example.test/*", NetworkFailure("refused", "offline"))
    browser.clock.advance(31)
    await browser.until(lambda: registration.active.running is None)
    assert await page.settled("fetch('/x').then((r) => r.text())") == f"42{SW}"


@pytest.mark.parametrize(
    "source", ["await null;", "import './missing.js';", "import { x } from './sw2.js';", "syntax error"]
)
async def test_a_module_that_cannot_run_is_a_type_error(browser, source):
    browser.serve("/sw.js", source)
    browser.serve("/sw2.js", "")
    page = await browser.open()
    assert (await page.error_of(register(options="{type: 'module'}"))).startswith("TypeError")


async def test_get_registrations_lists_those_of_the_origin(browser):
    page, _ = await browser.install("")
    await browser.install("", path="/a/sw.js", page=page)
    scopes = "navigator.serviceWorker.getRegistrations().then((list) => list.map((r) => r.scope))"
    assert await page.settled(scopes) == ["https://example.test/", "https://example.test/a/"]
    assert (
        await page.settled("navigator.serviceWorker.getRegistration('/a/b').then((r) => r.scope)")
        == "https://example.test/a/"
    )
    assert (await page.error_of("navigator.serviceWorker.getRegistration('https://other.test/')")).startswith(
        "SecurityError"
    )


async def test_two_hundred_workers_at_once(new_browser):
    async with new_browser(maximum_running=8) as browser:
        for number in range(200):
            browser.serve(
                f"/{number}/sw.js", f"oninstall = () => {{}}; onfetch = (e) => e.respondWith(new Response('{number}'))"
            )
        page = await browser.open()
        assert (
            await page.settled(
                """Promise.all(Array.from({ length: 200 }, (_, n) => navigator.serviceWorker.register(`/${n}/sw.js`)))
               .then((all) => new Set(all.map((r) => r.scope)).size)""",
                timeout=30,
            )
            == 200
        )
        registrations = browser.service_workers.registration_map.values()
        await browser.until(lambda: all(r.active and r.active.state == "activated" for r in registrations), timeout=30)
        assert len(browser.service_workers.room.running) <= 8
        for number in (0, 199):
            client = await browser.open(f"/{number}/")
            assert await client.settled("fetch('x').then((r) => r.text())") == str(number)
