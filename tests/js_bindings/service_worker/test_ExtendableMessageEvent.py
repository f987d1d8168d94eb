async def test_scripts_can_make_message_events(browser):
    source = """onfetch = (event) => event.respondWith((() => {
      const { port1 } = new MessageChannel();
      const plain = new ExtendableMessageEvent('message');
      const made = new ExtendableMessageEvent('message', { data: [1], origin: 'o', lastEventId: 'l', source: serviceWorker, ports: [port1] });
      return Response.json([
        plain.data, plain.origin, plain.source, plain.ports.length,
        made.data, made.origin, made.lastEventId, made.source === serviceWorker, made.ports[0] === port1, made.ports === made.ports,
      ]);
    })())"""
    await browser.install(source)
    page = await browser.open()
    assert await page.settled("fetch('/x').then((r) => r.json())") == [
        None, "", None, 0, [1], "o", "l", True, True, True,
    ]  # fmt: skip
