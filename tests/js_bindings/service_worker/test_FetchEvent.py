async def in_worker(browser, expression):
    await browser.install(f"onfetch = (event) => event.respondWith((async () => Response.json({expression}))())")
    page = await browser.open()
    return await page.settled("fetch('/x').then((r) => r.json())")


async def test_scripts_can_make_fetch_events(browser):
    assert await in_worker(
        browser,
        """await (async () => {
          const request = new Request('/a');
          const made = new FetchEvent('fetch', { request, clientId: 'c', resultingClientId: 'r', cancelable: true, preloadResponse: Promise.resolve(7) });
          return [made.request === request, made.clientId, made.resultingClientId, made.cancelable, made.isTrusted, await made.preloadResponse];
        })()""",
    ) == [True, "c", "r", True, False, 7]


async def test_a_made_event_cannot_respond(browser):
    assert await in_worker(
        browser,
        """(() => {
          const errors = [];
          addEventListener('mine', (made) => { try { made.respondWith(new Response('')) } catch (error) { errors.push(error.name) } });
          const made = new FetchEvent('mine', { request: new Request('/a') });
          try { made.respondWith(new Response('')) } catch (error) { errors.push(error.name) }
          dispatchEvent(made);
          try { new FetchEvent('fetch') } catch (error) { errors.push(error.name) }
          try { new FetchEvent('fetch', {}) } catch (error) { errors.push(error.name) }
          return errors;
        })()""",
    ) == ["InvalidStateError", "InvalidStateError", "TypeError", "TypeError"]


async def test_the_request_is_immutable_and_there_is_no_preload(browser):
    assert await in_worker(
        browser,
        """await (async () => {
          let error = 'none';
          try { event.request.headers.set('a', 'b') } catch (thrown) { error = thrown.name }
          return [error, event.request === event.request, await event.preloadResponse === undefined, event.request.signal.aborted];
        })()""",
    ) == ["TypeError", True, True, False]
