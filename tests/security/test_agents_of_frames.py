"""What shares a heap with what: documents of one origin in a page, and nothing else."""

from __future__ import annotations

from typing import Any

A, B, C = "https://a.test", "https://b.test", "https://c.test"
ATTEMPT = """<script>
  const found = [];
  for (const name of ["document", "localStorage", "secret", "caches", "indexedDB", "eval", "navigator"]) {
    try { found.push(typeof parent[name]) } catch (error) { found.push(error.name) }
  }
  parent.postMessage(found, "*");
</script>"""
HEARD = """new Promise(resolve => {
  onmessage = event => resolve([event.data, event.origin]);
  document.body.append(Object.assign(document.createElement('iframe'), %s));
})"""
REFUSED = ["SecurityError"] * 7


async def test_a_frame_of_another_origin_has_an_agent_of_its_own_and_reads_nothing(sites: Any) -> None:
    sites.page(B + "/", ATTEMPT)
    page = await sites.open("<body><script>var secret = 1</script>")
    assert await page.evaluate(HEARD % f"{{ src: '{B}/' }}") == [REFUSED, B]
    assert sites.agents == [A, B]


async def test_a_frame_that_is_redirected_elsewhere_is_of_where_it_ends(sites: Any) -> None:
    sites.redirect(A + "/to", B + "/")
    sites.page(B + "/", ATTEMPT)
    page = await sites.open("<body><script>var secret = 1</script>")
    assert await page.evaluate(HEARD % "{ src: '/to' }") == [REFUSED, B]


async def test_documents_of_nobody_read_nothing(sites: Any) -> None:
    sites.page(A + "/inner", ATTEMPT)
    page = await sites.open("<body><script>var secret = 1</script>")
    for attributes in (
        f"{{ src: 'data:text/html,' + encodeURIComponent({ATTEMPT!r}) }}",
        "{ src: '/inner', sandbox: 'allow-scripts' }",
        f"{{ srcdoc: {ATTEMPT!r}, sandbox: 'allow-scripts' }}",
    ):
        assert await page.evaluate(HEARD % attributes) == [REFUSED, "null"]
    assert sites.agents == [A, "null", "null", "null"]


async def test_a_policy_that_is_a_sandbox_makes_a_document_nobodys(sites: Any) -> None:
    sites.page(A + "/inner", ATTEMPT, (b"Content-Security-Policy", b"sandbox allow-scripts"))
    page = await sites.open("<body><script>var secret = 1</script>")
    assert await page.evaluate(HEARD % "{ src: '/inner' }") == [REFUSED, "null"]


async def test_documents_that_inherit_an_origin_share_objects(sites: Any) -> None:
    srcdoc = "<iframe srcdoc='<script>parent.seen = parent.secret</script>'></iframe>"
    page = await sites.open(f"<body><script>var secret = 1</script>{srcdoc}<iframe></iframe>")
    assert await page.evaluate("[seen, frames[1].document.body.localName, frames[0].parent === window]") == [1, "body", True]
    assert await page.evaluate("[document, frames[0].document, frames[1].document].map(each => each.domain)") == ["a.test"] * 3
    assert sites.agents == [A]


async def test_an_origin_inside_another_inside_itself_shares_objects_across_it(sites: Any) -> None:
    sites.page(A + "/inner", """<script>
      const attempt = () => { try { return parent.document } catch (error) { return error.name } };
      top.deep = { attempt: attempt(), same: top[0] === parent, frameElement };
    </script>""")
    sites.page(B + "/", f"<iframe src='{A}/inner'></iframe>")
    page = await sites.open(f"<iframe id=f src='{B}/'></iframe>")
    assert await page.evaluate("deep") == {"attempt": "SecurityError", "same": True, "frameElement": None}
    assert await page.evaluate("[frames[0][0].location.pathname, frames[0].length]") == ["/inner", 1]
    assert sites.agents == [A, B]


async def test_frames_of_one_other_origin_share_objects_with_each_other(sites: Any) -> None:
    sites.page(B + "/one", "<script>var x = 'of one'</script>")
    sites.page(B + "/two", "<script>addEventListener('message', event => event.source.postMessage(parent[0].x, '*'))</script>")
    page = await sites.open(f"<iframe src='{B}/one'></iframe><iframe src='{B}/two'></iframe>")
    heard = "new Promise(resolve => { onmessage = event => resolve(event.data); frames[1].postMessage('', '*') })"
    assert await page.evaluate(heard) == "of one"
    assert sites.agents == [A, B]


async def test_a_windows_proxy_stays_the_same_while_its_document_goes_elsewhere_and_back(sites: Any) -> None:
    sites.page(B + "/", "<script>parent.postMessage('b', '*')</script>")
    sites.page(A + "/inner", "<script>var x = 'inner'</script>")
    sites.page(A + "/other", "<script>var x = 'other'</script>")
    page = await sites.open("<body>")
    assert await page.evaluate(f"""(async () => {{
      const frame = document.createElement("iframe"), seen = [];
      const go = (src) => new Promise(resolve => {{ frame.onload = resolve; frame.src = src }});
      const look = () => {{ try {{ return typeof w.x }} catch (error) {{ return error.name }} }};
      let source = null;
      onmessage = event => source = event.source;
      document.body.append(frame);
      const w = frame.contentWindow, names = new WeakMap([[w, "w"]]);
      for (const src of ["/inner", "{B}/", "/inner", "data:text/html,", "/inner", "/other"]) {{
        await go(src);
        seen.push([look(), frame.contentWindow === w, frames[0] === w, names.get(frame.contentWindow), frame.contentDocument !== null]);
      }}
      return [seen, source === w];
    }})()""") == [
        [["string", True, True, "w", True], ["SecurityError", True, True, "w", False]] * 2 + [["string", True, True, "w", True]] * 2,
        True,
    ]
    assert sites.agents == [A]


async def test_agents_end_with_their_last_document(sites: Any) -> None:
    sites.page(C + "/", "c")
    sites.page(B + "/", f"<iframe src='{C}/'></iframe>")
    page = await sites.open(f"<iframe id=f src='{B}/'></iframe>")
    assert sites.agents == [A, B, C]
    agents = [agent.agent for agent in sites.browser.user_agent.windows.pages[0].group.agents.values()]
    await page.evaluate("f.remove()")
    await sites.until(lambda: sites.agents == [A])
    await page.close()
    assert all(agent.closing for agent in agents)


async def test_unload_is_told_in_frames_of_other_origins_too(sites: Any) -> None:
    sites.page(B + "/", "<script>addEventListener('pagehide', () => navigator.sendBeacon('/left'))</script>")
    page = await sites.open(f"<iframe id=f src='{B}/'></iframe><iframe src='{B}/'></iframe>")
    await page.evaluate("f.remove()")
    await sites.until(lambda: len(sites.transport.requests_for(B + "/left")) == 1)
    await page.close()
    await sites.until(lambda: len(sites.transport.requests_for(B + "/left")) == 2)


async def test_messages_between_origins_know_who_sent_them_and_reach_only_who_was_meant(sites: Any) -> None:
    sites.page(B + "/", """<script>onmessage = event => {
      event.source.postMessage([event.data, event.origin, event.source === parent, event.ports.length], event.origin);
      event.ports[0]?.postMessage("through the port");
    }</script>""")
    page = await sites.open(f"<iframe src='{B}/'></iframe>")
    assert await page.evaluate(f"""(async () => {{
      const answer = () => new Promise(resolve => onmessage = event => resolve([event.data, event.origin, event.source === frames[0]]));
      frames[0].postMessage("for c", "{C}");
      frames[0].postMessage("for a", "/");
      frames[0].postMessage({{ map: new Map([[1, 2n]]) }}, "{B}/any/path");
      const [[{{ map }}, ...rest], ...whence] = await answer();
      const {{ port1, port2 }} = new MessageChannel();
      const through = new Promise(resolve => port1.onmessage = event => resolve(event.data));
      frames[0].postMessage("port", {{ targetOrigin: "*", transfer: [port2] }});
      const [last] = await answer();
      return [String(map.get(1)), rest, whence, last[3], await through];
    }})()""") == ["2", [A, True, 0], [B, True], 1, "through the port"]


async def test_what_cannot_be_sent_or_is_for_no_origin_throws_here(sites: Any) -> None:
    sites.page(B + "/", "")
    page = await sites.open(f"<iframe src='{B}/'></iframe>")
    assert await page.evaluate("""[[() => {}, "*"], ["x", "no origin"], [frames[0], "*"], [window, "*"]].map(args => {
      try { frames[0].postMessage(...args); return "sent" } catch (error) { return error.name }
    })""") == ["DataCloneError", "SyntaxError", "DataCloneError", "DataCloneError"]


async def test_an_empty_document_is_of_whoever_led_the_frame_to_it(sites: Any) -> None:
    sites.page(B + "/", "<script>onmessage = () => parent.frames.led.location = 'about:blank'</script>")
    page = await sites.open(f"<iframe name=led></iframe><iframe src='{B}/'></iframe>")
    assert await page.evaluate("""(async () => {
      const frame = document.querySelector("[name=led]"), w = frame.contentWindow;
      await new Promise(resolve => { frame.onload = resolve; frames[1].postMessage("", "*") });
      try { return w.document.body.localName } catch (error) { return [error.name, frame.contentDocument] }
    })()""") == ["SecurityError", None]


async def test_a_script_as_an_address_does_not_run_in_another_origin(sites: Any) -> None:
    sites.page(B + "/", "<script>var secret = 'safe'; onmessage = event => event.source.postMessage(secret, '*')</script>")
    link = "<a id=l target=n href=\"javascript:secret = 'stolen'; parent.postMessage('ran', '*')\"></a>"
    page = await sites.open(f"<iframe name=n src='{B}/'></iframe>{link}")
    assert await page.evaluate("""(async () => {
      const script = "javascript:secret = 'stolen'; parent.postMessage('ran', '*')";
      frames[0].location = script;
      frames[0].location.href = script;
      frames[0].location.replace(script);
      open(script, "n");
      l.click();
      await new Promise(resolve => setTimeout(resolve));
      return new Promise(resolve => { onmessage = event => resolve(event.data); frames[0].postMessage("", "*") });
    })()""") == "safe"


async def test_who_sends_a_message_is_told_right_for_each_of_several_frames_of_an_origin(sites: Any) -> None:
    sites.page(B + "/", """<script>
      parent.postMessage(location.hash, "*");
      onmessage = event => event.source.postMessage(location.hash, "*");
    </script>""")
    page = await sites.open("<body>")
    assert await page.evaluate(f"""(async () => {{
      const seen = [];
      for (const hash of ["#1", "#2", "#3"]) {{
        const frame = document.createElement("iframe");
        frame.src = "{B}/" + hash;
        const first = new Promise(resolve => onmessage = event => resolve([event.data, event.source === frame.contentWindow]));
        document.body.append(frame);
        seen.push(await first);
      }}
      const last = new Promise(resolve => onmessage = event => resolve([event.data, event.source === frames[1]]));
      frames[1].postMessage("", "*");
      return [...seen, await last];
    }})()""") == [["#1", True], ["#2", True], ["#3", True], ["#2", True]]


async def test_a_pages_name_is_no_message_to_strangers(sites: Any) -> None:
    sites.page(A + "/again", "")
    sites.page(B + "/", "")
    page = await sites.open("<script>name = 'message'</script>")
    await page.navigate(A + "/again")
    assert await page.evaluate("name") == "message"
    await page.navigate(B + "/")
    assert await page.evaluate("name") == ""


async def test_frames_that_come_go_and_change_all_at_once_harm_nobody(sites: Any) -> None:
    for origin in (A, B, C):
        sites.page(origin + "/inner", f"<iframe src='{C}/leaf'></iframe><script>parent.postMessage('hi', '*')</script>")
        sites.page(origin + "/leaf", "<script>try { top.postMessage(parent.length, '*') } catch { }</script>")
    for _ in range(3):
        page = await sites.open("<body>")
        await page.evaluate(f"""(async () => {{
          const addresses = ["{A}/inner", "{B}/inner", "{C}/inner", "data:text/html,<script>parent.postMessage(1, '*')</scr" + "ipt>", "about:blank"];
          const rounds = [0, 1, 2, 3, 4, 5].map(async number => {{
            const frame = document.createElement("iframe");
            frame.src = addresses[number % 5];
            document.body.append(frame);
            for (let round = 0; round < 4; ++round) {{
              await new Promise(resolve => setTimeout(resolve, (number * 7 + round * 3) % 11));
              frame.src = addresses[(number + round * 2) % 5];
              frame.contentWindow.location = addresses[(number * 3 + round) % 5];
            }}
            if (number % 2) frame.remove();
          }});
          globalThis.w = open("{B}/inner");
          await Promise.all(rounds);
          w.close();
        }})()""")
        await page.close()
    await sites.until(lambda: not sites.browser.pages and not sites.browser.user_agent.environments)
