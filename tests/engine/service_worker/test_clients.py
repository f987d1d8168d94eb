from engine.service_worker import ReservedClient, WindowClientFacts
from engine.service_worker.clients import clients_using
from engine.url import parse_url

ASK = """
  onmessage = async (event) => {
    const { port, method, args } = { port: event.ports[0], ...event.data };
    try {
      const result = await clients[method](...args);
      port.postMessage(Array.isArray(result) ? result.map(({ url, id, type, frameType }) => [url, type, frameType]) : result?.url ?? null);
    } catch (error) { port.postMessage(error.name); }
  };
"""


async def ask(client, method, *args):
    return await client.settled(
        f"""new Promise((resolve) => {{
          const {{ port1, port2 }} = new MessageChannel();
          port1.onmessage = (event) => resolve(event.data);
          navigator.serviceWorker.controller.postMessage({{ method: {method!r}, args: {list(args)!r} }}, [port2]);
        }})""".replace("True", "true").replace("False", "false")
    )


async def test_claim_takes_the_pages_in_scope(browser):
    page = await browser.open()
    await page.run("changes = 0; navigator.serviceWorker.oncontrollerchange = () => { ++changes }; undefined")
    await browser.install(
        "onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => e.respondWith(new Response('claimed'))",
        page=page,
    )
    await page.has("changes", 1)
    assert await page.run("navigator.serviceWorker.controller.state") == "activated"
    assert await page.settled("fetch('/x').then((r) => r.text())") == "claimed"


async def test_claim_before_activation_is_refused(browser):
    _page, _ = await browser.install(
        "oninstall = (e) => e.waitUntil(clients.claim().catch((error) => { result = error.name })); "
        "onfetch = (e) => e.respondWith(new Response(result))"
    )
    client = await browser.open()
    assert await client.settled("fetch('/x').then((r) => r.text())") == "InvalidStateError"


async def test_match_all_and_get(browser):
    page, _ = await browser.install(ASK)
    client = await browser.open("/client")
    assert await ask(client, "matchAll") == []
    assert await ask(client, "matchAll", {"type": "worker"}) == [["https://example.test/client", "worker", "none"]]
    everybody = await ask(client, "matchAll", {"type": "all", "includeUncontrolled": True})
    assert [url for url, *_ in everybody] == ["https://example.test/", "https://example.test/client"]
    assert await ask(client, "get", page.environment.client_id) == "https://example.test/"
    assert await ask(client, "get", "nobody") is None


async def test_windows_come_first_and_the_last_focused_before_others(browser):
    class Windows:
        async def open_window(self, url, initiator):
            return opened

        async def focus(self, environment):
            return True

        async def navigate(self, environment, url):
            return None

        def facts(self, environment):
            return facts[environment.creation_url.path]

    await browser.install(ASK)
    client = await browser.open("/client")
    windows = []
    for path in ("/w1", "/w2", "/w3"):
        window = await browser.open(path)
        window.environment.global_interface = "Window"
        windows.append(window)
    opened = windows[0].environment
    facts = {
        "/w1": WindowClientFacts(),
        "/w2": WindowClientFacts(last_focus=1.0),
        "/w3": WindowClientFacts("nested", last_focus=2.0),
    }
    browser.service_workers.window_clients = Windows()
    assert await ask(client, "matchAll", {"type": "all"}) == [
        ["https://example.test/w3", "window", "nested"],
        ["https://example.test/w2", "window", "top-level"],
        ["https://example.test/w1", "window", "top-level"],
        ["https://example.test/client", "worker", "none"],
    ]
    # A window is opened only as the answer to the user.
    assert await ask(client, "openWindow", "/new") == "InvalidAccessError"
    browser.registration().active.running.activate_for_the_user()
    assert await ask(client, "openWindow", "/new") == "https://example.test/w1"
    assert await ask(client, "openWindow", "about:blank") == "TypeError"


async def test_a_reserved_client_uses_the_registration_until_it_is_discarded(browser):
    _, registration = await browser.install("")
    reserved = ReservedClient(parse_url("https://example.test/new"), True)
    browser.service_workers.reserve(reserved)
    browser.service_workers.control(reserved, registration.active)
    assert clients_using(registration) == [reserved]
    page = await browser.open("/plain")
    browser.service_workers.control(page.environment, None)
    browser.service_workers.client_created(page.environment, reserved)
    assert clients_using(registration) == [page.environment]
    assert page.environment.client_id == reserved.client_id
    assert browser.user_agent.environments[reserved.client_id] is page.environment
