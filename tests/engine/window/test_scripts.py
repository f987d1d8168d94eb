"""Which scripts run, when, and what becomes of those that do not."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from engine.network.fake_transport import FakeResponse


async def test_scripts_run_in_the_order_their_attributes_ask_for(site: Any) -> None:
    for name in ("blocking", "deferred", "asynchronous", "module"):
        site.script(f"/{name}.js", f"log.push('{name}')")
    page = await site.open("""<script>var log = []</script>
      <script src=deferred.js defer></script><script type=module src=module.js></script>
      <script src=blocking.js></script><script>log.push("inline")</script><script async src=asynchronous.js></script>
      <script type=module>log.push("inline module")</script>
      <script>document.addEventListener("DOMContentLoaded", () => log.push("DOMContentLoaded"))</script>""")
    log = await page.evaluate("log")
    log.remove("asynchronous")
    assert log == ["blocking", "inline", "deferred", "module", "inline module", "DOMContentLoaded"]


async def test_microtasks_run_between_scripts(site: Any) -> None:
    page = await site.open("<script>var log = []; Promise.resolve().then(() => log.push('microtask'))</script><script>log.push('script')</script>")
    assert await page.evaluate("log") == ["microtask", "script"]


async def test_inserted_scripts_are_asynchronous_unless_told(site: Any) -> None:
    site.script("/slow.js", "log.push('slow')")
    site.script("/quick.js", "log.push('quick')")
    page = await site.open("<script>var log = []</script>")
    await page.evaluate("""new Promise(resolve => {
      for (const name of ["slow", "quick"]) {
        const script = document.createElement("script");
        script.src = name + ".js";
        script.async = false;
        script.onload = () => { log.push(name + " loaded"); if (name === "quick") resolve(); };
        document.head.append(script);
      }
      log.push("inserted");
    })""")
    assert await page.evaluate("log") == ["inserted", "slow", "slow loaded", "quick", "quick loaded"]


async def test_an_inserted_inline_script_runs_at_once(site: Any) -> None:
    page = await site.open("<body>")
    assert await page.evaluate("""(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.ran = document.currentScript === this.expected";
      globalThis.expected = script;
      document.body.append(script);
      return [ran, document.currentScript];
    })()""") == [True, None]


async def test_scripts_in_inner_html_do_not_run(site: Any) -> None:
    page = await site.open("<div id=d></div>")
    assert await page.evaluate("d.innerHTML = '<script>globalThis.ran = true</' + 'script>'; typeof ran") == "undefined"


async def test_a_script_that_cannot_be_had_fires_error_and_is_told_of(site: Any) -> None:
    site.answer("/missing.js", FakeResponse(b"", 404))
    page = await site.open("<script>var log = []</script><script src=missing.js onerror=\"log.push('error')\" onload=\"log.push('load')\"></script><script>log.push('next')</script>")
    assert await page.evaluate("log") == ["error", "next"]
    assert site.said == ["The script https://example.test/missing.js cannot be loaded: the server answered 404"]


async def test_uncaught_errors_have_their_place_in_the_document(site: Any) -> None:
    page = await site.open("<!doctype html>\n<p>\n  <script>let a = 1; throw new Error('boom')</script>")
    assert site.said == ["Uncaught Error: boom (https://example.test/:3:32)"]
    assert await page.evaluate("document.readyState") == "complete"


async def test_syntax_errors_have_their_place_too(site: Any) -> None:
    site.script("/bad.js", "let a;\nlet b = ;\n")
    await site.open("<script src=bad.js></script>\n<script>\n  let = =</script>")
    assert site.said[0].endswith("(https://example.test/bad.js:2:9)")
    assert "https://example.test/:3:" in site.said[1]


async def test_a_window_error_handler_can_see_to_an_error(site: Any) -> None:
    page = await site.open("<script>var seen; onerror = (message, file, line, column, error) => { seen = [message, file, line, error.message]; return true }</script>\n<script>throw new TypeError('x')</script>")
    assert await page.evaluate("seen") == ["Uncaught TypeError: x", "https://example.test/", 2, "x"]
    assert site.said == []


async def test_rejections_that_nobody_handles_are_told_of(site: Any) -> None:
    page = await site.open("<script>var log = []; addEventListener('unhandledrejection', event => log.push(event.reason)); Promise.reject('why')</script>")
    assert await page.evaluate("new Promise(resolve => setTimeout(() => resolve(log)))") == ["why"]


async def test_modules_import_each_other_and_know_where_they_are(site: Any) -> None:
    site.script("/lib/a.js", "import { b } from './b.js'; export const a = b + 1; export const url = import.meta.url;")
    site.script("/lib/b.js", "export const b = 1; globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;")
    page = await site.open("""<script type=module>import { a, url } from "/lib/a.js"; globalThis.result = [a, url, import.meta.url, this === undefined]</script>
      <script type=module src=lib/b.js></script>""")
    assert await page.evaluate("[...result, evaluations]") == [2, "https://example.test/lib/a.js", "https://example.test/", True, 1]
    assert await page.evaluate("import('./lib/b.js').then(({ b }) => b)") == 1
    assert len(site.transport.requests_for("https://example.test/lib/b.js")) == 1


async def test_a_module_that_is_no_script_is_refused(site: Any) -> None:
    site.answer("/data", FakeResponse(b"1", headers=[(b"Content-Type", b"text/plain")]))
    page = await site.open("""<script>var log = []</script><script type=module src=data onerror="log.push('error')"></script>
      <script type=module>import "./data"; log.push("not reached")</script>
      <script type=module src=imports.js onerror="log.push('its import')"></script>""")
    assert "error" in await page.evaluate("log")
    assert "not reached" not in await page.evaluate("log")
    assert any("MIME type text/plain" in said for said in site.said)


async def test_classic_scripts_of_the_wrong_type_are_refused_with_nosniff(site: Any) -> None:
    site.answer("/a.js", FakeResponse(b"var ran = 1", headers=[(b"Content-Type", b"text/plain"), (b"X-Content-Type-Options", b"nosniff")]))
    site.answer("/b.js", FakeResponse(b"var also = 1", headers=[(b"Content-Type", b"text/plain")]))
    page = await site.open("<script src=a.js></script><script src=b.js></script>")
    assert await page.evaluate("[typeof ran, typeof also]") == ["undefined", "number"]


async def test_integrity_is_checked(site: Any) -> None:
    source = "var ran = 1"
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    site.script("/a.js", source)
    page = await site.open(f"<script src=a.js integrity='sha256-{digest}'></script><script src=a.js integrity='sha256-AAAA' onerror='failed = 1'></script>")
    assert await page.evaluate("[ran, failed]") == [1, 1]


async def test_scripts_of_other_origins_keep_their_errors_to_themselves(site: Any) -> None:
    site.transport.route("https://other.test/x.js", FakeResponse(b"throw new Error('secret')", headers=[(b"Content-Type", b"text/javascript")]))
    page = await site.open("<script>var seen; onerror = (...args) => { seen = args.slice(0, 3) }</script><script src=https://other.test/x.js></script>")
    assert await page.evaluate("seen") == ["Script error.", "", 0]


async def test_content_security_policies_of_header_and_meta_hold(site: Any) -> None:
    site.page("/header", "<script>var inline = 1</script><script nonce=n>var allowed = 1</script>", (b"Content-Security-Policy", b"script-src 'nonce-n'"))
    page = await site.open(path="/header")
    assert await page.evaluate("[typeof inline, typeof allowed]") == ["undefined", "number"]
    page = await site.open("""<script>var before = 1</script><meta http-equiv=content-security-policy content="connect-src 'none'; script-src 'self'"><script>var after = 1</script>
      <p onclick="globalThis.clicked = 1">""", path="/meta")
    assert await page.evaluate("document.querySelector('p').click(); [typeof before, typeof after, typeof clicked]") == ["number", "undefined", "undefined"]
    assert await page.evaluate("fetch('/meta').catch(error => error.name)") == "TypeError"


async def test_base_elements_change_where_addresses_start(site: Any) -> None:
    site.script("/lib/x.js", "var where = document.baseURI")
    page = await site.open("<base href=/lib/><script src=x.js></script>")
    assert await page.evaluate("[where, new Request('y').url, document.URL]") == ["https://example.test/lib/", "https://example.test/lib/y", "https://example.test/"]


async def test_event_handler_attributes_are_compiled_with_their_surroundings(site: Any) -> None:
    page = await site.open("""<body onload="log.push('load ' + (this === window))"><script>var log = []</script>
      <form id=f><input name=q value=5><button type=button onclick="log.push(q.value, this.id, event.type, title)" id=b title=t></button></form>
      <p id=bad onclick="}{"></p>""")
    assert await page.evaluate("b.click(); bad.click(); log") == ["load true", "5", "b", "click", "t"]
    assert "SyntaxError" in site.said[0]


async def test_a_script_that_never_ends_is_stopped(site: Any, monkeypatch: Any) -> None:
    from engine.js import Limits

    site.browser.user_agent.limits = Limits(task_time=0.2)
    site.page("/", "<script>for (;;);</script>")
    page = await site.browser.open("https://example.test/")
    assert any("longer than 0.2 s" in said for said in site.said)
    assert await page.evaluate("1 + 1") == 2
