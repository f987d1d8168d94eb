"""eval() and its like under a Content Security Policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.browser import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

ORIGIN = "https://example.test"
FORBIDDEN = (b"Content-Security-Policy", b"script-src 'self' 'unsafe-inline' blob: data:; worker-src * blob: data:")
ATTEMPTS = """
  var attempts = {
    indirect: () => (0, eval)("1"), direct: () => eval("1"), called: () => eval.call(null, "1"), bound: () => eval.bind(null, "1")(), reflected: () => Reflect.apply(eval, null, ["1"]),
    constructed: () => new Function("return 1")(), called_function: () => Function("return 1")(), through_prototype: () => (() => 1).constructor("return 1")(),
    asynchronous: () => (async () => {}).constructor("return 1")(), generator: () => (function* () {}).constructor("yield 1")().next().value,
    asynchronous_generator: () => (async function* () {}).constructor("yield 1")(), constructed_by_reflection: () => Reflect.construct(Function, ["return 1"])(),
    parameters: () => new Function("a = 1", "return a")(), proxied: () => new Proxy(eval, {})("1"), later: () => [1].map(eval.bind(null, "1"))[0],
  };
  var outcome = () => Object.entries(attempts).filter(([name, attempt]) => { try { attempt(); return true } catch (error) { return !(error instanceof EvalError) } }).map(([name]) => name);
"""  # fmt: skip


class Site:
    """https://example.test and its pages."""

    def __init__(self, transport: FakeTransport, browser: Browser) -> None:
        self.transport = transport
        self.browser = browser

    def answer(self, path: str, text: str, kind: bytes, *headers: tuple[bytes, bytes]) -> None:
        self.transport.route(ORIGIN + path, FakeResponse(text.encode(), headers=[(b"Content-Type", kind), *headers]))

    async def open(self, markup: str, *headers: tuple[bytes, bytes]) -> Any:
        self.answer("/", markup, b"text/html", *headers)
        page = await self.browser.open(ORIGIN + "/")
        await page.wait_for_load()
        return page


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    transport = FakeTransport()
    async with Browser(transport=transport) as browser:
        yield Site(transport, browser)


@pytest.mark.parametrize(
    "header",
    [
        FORBIDDEN,
        (b"Content-Security-Policy", b"default-src 'unsafe-inline'"),
        (b"Content-Security-Policy", b"script-src 'unsafe-inline' 'unsafe-eval', default-src 'unsafe-inline'"),
        (b"Content-Security-Policy", b"script-src-elem 'unsafe-inline'; script-src *"),
    ],
)
async def test_strings_are_not_compiled(site: Site, header: tuple[bytes, bytes]) -> None:
    page = await site.open(f"<script>{ATTEMPTS}</script>", header)
    assert await page.evaluate("outcome()") == []
    assert await page.evaluate("[eval(5), typeof eval(attempts)]") == [5, "object"]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"Content-Security-Policy", b"script-src 'unsafe-inline' 'unsafe-eval'")],
        [(b"Content-Security-Policy", b"img-src 'none'; script-src-elem 'unsafe-inline'")],
        [(b"Content-Security-Policy-Report-Only", b"script-src 'unsafe-inline'")],
    ],
)
async def test_where_no_policy_forbids_it_they_are(site: Site, headers: list[tuple[bytes, bytes]]) -> None:
    page = await site.open(f"<script>{ATTEMPTS}</script>", *headers)
    assert await page.evaluate("outcome().length === Object.keys(attempts).length")


async def test_a_script_cannot_undo_it(site: Site) -> None:
    markup = f"""<script>{ATTEMPTS}
      delete globalThis.EvalError; globalThis.EvalError = EvalError = Error; Object.prototype.get = () => "'unsafe-eval'"; Array.prototype.includes = () => true;
      Function.prototype.call = () => 1; Error.prepareStackTrace = () => 5;</script>"""
    page = await site.open(markup, FORBIDDEN)
    assert await page.evaluate("Object.entries(attempts).filter(([, attempt]) => { try { attempt(); return true } catch { return false } }).map(([name]) => name)") == ["called"]
    assert await page.evaluate("try { eval('globalThis.ran = 1') } catch {} typeof ran") == "undefined"


async def test_string_timers_do_not_come(site: Site) -> None:
    page = await site.open("<script>var log = []; addEventListener('securitypolicyviolation', event => log.push(event.blockedURI))</script>", FORBIDDEN)
    assert await page.evaluate("log.push(setTimeout('log.push(1)'), setInterval('log.push(1)')); new Promise(resolve => setTimeout(() => resolve(log), 5))") == [0, 0, "eval", "eval"]


async def test_violations_are_told(site: Site) -> None:
    listen = """var log = []; addEventListener("securitypolicyviolation", event => log.push([event.blockedURI, event.effectiveDirective, event.violatedDirective,
      event.disposition, event.originalPolicy, event.sample, event.sourceFile, event.lineNumber, event.documentURI, event.target === document, event.bubbles, event.isTrusted, event instanceof SecurityPolicyViolationEvent]))"""
    page = await site.open(
        f"<script>{listen}\ntry {{ eval('a(1)') }} catch {{}}</script>",
        (b"Content-Security-Policy", b"script-src 'unsafe-inline' 'report-sample'"),
        (b"Content-Security-Policy-Report-Only", b"default-src 'unsafe-inline'"),
    )
    common = [ORIGIN + "/", 3, ORIGIN + "/", True, True, True, True]
    assert await page.evaluate("log") == [
        ["eval", "script-src", "script-src", "enforce", "script-src 'unsafe-inline' 'report-sample'", "a(1)", *common],
        ["eval", "script-src", "script-src", "report", "default-src 'unsafe-inline'", "", *common],
    ]


async def test_a_meta_policy_holds_from_where_it_stands(site: Site) -> None:
    page = await site.open(f"""<script>{ATTEMPTS} var before = outcome().length</script>
      <meta http-equiv=Content-Security-Policy content="script-src 'unsafe-inline'">""")
    assert await page.evaluate("[before > 10, outcome()]") == [True, []]


@pytest.mark.parametrize("frame", ["", "src=about:blank", "srcdoc='<p>'", "src=/other"])
async def test_frames_without_an_address_obey_the_policies_of_their_document(site: Site, frame: str) -> None:
    site.answer("/other", "<p>", b"text/html")
    page = await site.open(f"<iframe id=frame {frame}></iframe>", FORBIDDEN)
    outcome = await page.evaluate("const compile = frames[0].eval; const attempt = () => { try { return compile('1') } catch (error) { return error.name } }; [attempt(), (frame.remove(), attempt())]")
    assert outcome[0] == (1 if frame == "src=/other" else "EvalError")
    assert outcome[1] in ([1, "TypeError"] if frame == "src=/other" else ["EvalError", "TypeError"])


@pytest.mark.parametrize(
    ("make", "names"),
    [
        ("new Worker(URL.createObjectURL(new Blob([source])))", "EvalError"),
        ("new Worker('data:text/javascript,' + encodeURIComponent(source))", "EvalError"),
        ("new Worker('/strict.js')", "EvalError"),
        ("new Worker('/free.js')", "1"),
    ],
)
async def test_workers_have_their_own_policies_or_those_of_their_document(site: Site, make: str, names: str) -> None:
    source = "try { postMessage(String(eval('1'))) } catch (error) { postMessage(error.name) }"
    site.answer("/strict.js", source, b"text/javascript", FORBIDDEN)
    site.answer("/free.js", source, b"text/javascript")
    page = await site.open("<p>", FORBIDDEN)
    assert await page.evaluate(f'var source = {source!r}; new Promise(resolve => {{ ({make}).onmessage = event => resolve(event.data) }})') == names


async def test_a_javascript_address_is_inline_script(site: Site) -> None:
    page = await site.open("<script nonce=n>addEventListener('securitypolicyviolation', event => ran = event.effectiveDirective)</script>", (b"Content-Security-Policy", b"script-src 'nonce-n'"))
    assert await page.evaluate("ran = 'no'; location.href = 'javascript:ran = 1'; new Promise(resolve => setTimeout(() => resolve(ran), 10))") == "script-src-elem"
