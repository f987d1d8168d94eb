"""Nothing that a script or a server does ends the browser: each kind of attack with several instances."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine import Browser, EvaluationFailed, NavigationFailed, Page, PageClosed
from engine.network.fake_transport import FakeResponse

NINES = "9" * 5000


class TestNumbers:
    @pytest.mark.parametrize(
        "header",
        [
            f"Content-Range: bytes 0-{NINES}/{NINES}",
            f"Content-Range: bytes {NINES}-{NINES}/*",
            f"Retry-After: {NINES}",
            f"Age: {NINES}",
            f"Cache-Control: max-age={NINES}, stale-while-revalidate={NINES}",
            f"Expires: Mon, 01 Jan {NINES} 00:00:00 GMT",
            f"Date: Mon, 01 Jan 1970 {NINES}:00:00 GMT",
            "Last-Modified: Mon, 01 Jan 1970 00:00:00 +99999999999999999999",
            f"Last-Modified: Mon, 01 Jan {NINES} 00:00:00 GMT",
            f"Set-Cookie: a=b; Max-Age={NINES}",
            f"Set-Cookie: a=b; Max-Age=-{NINES}; Expires=Mon, 01 Jan {NINES} 00:00:00 GMT",
            f"Access-Control-Max-Age: {NINES}",
            f"Content-Security-Policy: img-src https://a.test:{NINES}",
            f"Strict-Transport-Security: max-age={NINES}",
            f"Refresh: {NINES}; url=/",
            f"Link: <https://a.test:{NINES}/>; rel=preload",
        ],
    )
    async def test_of_a_servers_headers(self, hostile: Any, header: str) -> None:
        name, _, value = header.partition(": ")
        hostile.page("/n", "<title>n</title><img src='https://a.test:1/'>", (name.encode(), value.encode()))
        page = await hostile.open("/n")
        await page.wait_for_load()
        script = """(async () => {
          const cache = await caches.open('c');
          const told = [];
          for (const mode of ['default', 'no-store', 'force-cache', 'default'])
            told.push(await fetch('/n', { cache: mode }).then((r) => r.text(), (e) => e.name));
          await cache.add('/n').catch((e) => told.push(e.name));
          await cache.match('/n').then((r) => r?.blob());
          const request = new XMLHttpRequest();
          request.open('GET', '/n', false);
          request.send();
          return [document.lastModified.length, told.length > 3];
        })()"""
        assert await page.evaluate(script) == [19, True]

    @pytest.mark.parametrize(
        "headers",
        [
            f"{{ Range: 'bytes=0-{NINES}' }}",
            f"{{ Range: 'bytes={NINES}-' }}",
            f"{{ Range: 'bytes=-{NINES}' }}",
            f"{{ Range: 'bytes={NINES}-{NINES}' }}",
            f"{{ 'Cache-Control': 'max-age={NINES}, max-stale={NINES}, min-fresh={NINES}' }}",
            f"{{ 'If-Modified-Since': 'Mon, 01 Jan {NINES} 00:00:00 GMT' }}",
        ],
    )
    async def test_of_a_scripts_headers(self, hostile: Any, headers: str) -> None:
        hostile.transport.route("https://hostile.test/file", FakeResponse(b"abc", headers=[(b"Cache-Control", b"max-age=60")]))
        script = f"""(async () => {{
          const blob = URL.createObjectURL(new Blob(['abc']));
          const ask = (url) => fetch(url, {{ headers: {headers} }}).then((r) => r.text(), (e) => e.name);
          return [await ask(blob), await ask('/file'), await ask('/file')].map((text) => typeof text);
        }})()"""
        assert await hostile.run(script) == ["string"] * 3

    @pytest.mark.parametrize(
        "script",
        [
            f"const error = new Error('e'); error.stack = 'at f (https://a.test/:{NINES}:{NINES})'; reportError(error)",
            f"setTimeout(() => {{ const error = new Error('e'); error.stack = 'at x:{NINES}'; throw error }}); await 0",
            "const error = new Error('e'); error.stack = 'at ' + '('.repeat(1e6); reportError(error)",
            f"const error = new Error('e'); error.stack = '{NINES}\\n'.repeat(1000); await Promise.reject(error).catch(reportError)",
            f"document.body.innerHTML = '&#{NINES};&#x{NINES};'",
            f"document.cookie = 'a=b; max-age={NINES}'; document.cookie",
            f"new URL('https://a.test:{NINES}/')",
            f"await fetch('https://a.test:{NINES}/')",
            f"setTimeout('1', 1e308); setInterval('1', Infinity); setTimeout('1', '{NINES}'); AbortSignal.timeout(Number.MAX_SAFE_INTEGER)",
            f"document.body.innerHTML = '<meta http-equiv=refresh content={NINES}>'",
            f"new Blob(['a']).slice({NINES}, -{NINES}); new File([], 'f', {{ lastModified: 8.64e15 }})",
            f"await caches.open('c').then((c) => c.put('/n', new Response('a', {{ headers: {{ 'Content-Length': '{NINES}' }} }})))",
        ],
    )
    async def test_of_a_script(self, hostile: Any, script: str) -> None:
        await hostile.run(f"(async () => {{ try {{ {script} }} catch {{ }} }})()")

    async def test_of_the_first_line_and_the_framing_of_a_response(self) -> None:
        heads = [
            b"HTTP/1.1 000 OK\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/1.1 99999999999999999999 OK\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/9.9 200 OK\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nContent-Length: " + NINES.encode() + b"\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\nx",
            b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=" + NINES.encode() + b"\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/1.1 600 Beyond\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/1.1 1 OK\r\nContent-Length: 1\r\n\r\nx",
        ]

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = await reader.readuntil(b"\r\n\r\n")
            number = int(line.split(b" ")[1].strip(b"/") or b"99")
            page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
            writer.write(heads[number] if number < len(heads) else page)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with Browser() as browser:
            page = await browser.open(f"http://127.0.0.1:{port}/")
            for number in range(len(heads)):
                script = f"fetch('/{number}').then((r) => r.text().then(() => r.status), (e) => e.name)"
                outcome = await page.evaluate(script)
                assert outcome == "TypeError" or 100 <= outcome <= 999, (number, outcome)
            assert await page.evaluate("fetch('/0').catch((e) => e.name)") == "TypeError"
        server.close()


class TestTextsThatAreNotUnicode:
    SURROGATES = ("\\ud800", "x\\udfff/", "./\\ud800.js", "https://\\ud800/", "data:text/javascript,\\udc00", "\\ud800\\u0000")

    @pytest.mark.parametrize(
        "script",
        [
            "await import(TEXT)",
            "document.head.append(Object.assign(document.createElement('script'), { type: 'module', text: `import '${TEXT}'` }))",
            "document.head.append(Object.assign(document.createElement('script'), { text: `throw new Error('${TEXT}')` }))",
            "await fetch(TEXT)",
            "new Worker(TEXT, { name: TEXT })",
            "await navigator.serviceWorker.register(TEXT, { scope: TEXT })",
            "await (await caches.open(TEXT)).put('/' + TEXT, new Response(TEXT)); await caches.keys()",
            "localStorage.setItem(TEXT, TEXT); sessionStorage[TEXT] = TEXT; localStorage.getItem(TEXT)",
            "document.cookie = TEXT + '=' + TEXT; document.title = TEXT; console.log(TEXT, { [TEXT]: TEXT })",
            "new BroadcastChannel(TEXT).postMessage(TEXT); postMessage(TEXT, '*')",
            "history.pushState(TEXT, TEXT, '#' + TEXT); location.hash = TEXT",
            "performance.mark(TEXT); document.body.innerHTML = TEXT; document.write(TEXT)",
            "reportError(Object.assign(new Error(TEXT), { stack: TEXT, name: TEXT }))",
            "await Promise.reject(new DOMException(TEXT, TEXT))",
            "open(TEXT, TEXT)",
            "eval('//# sourceURL=' + TEXT + '\\nthrow new Error(1)')",
            "setTimeout('throw new Error(' + JSON.stringify(TEXT) + ')')",
            "new Blob([TEXT], { type: TEXT }); new File([TEXT], TEXT); new Headers({ [TEXT]: TEXT })",
            "const x = new XMLHttpRequest(); x.open('GET', TEXT, false); x.send(TEXT)",
            "crypto.subtle && await crypto.subtle.digest(TEXT, new Uint8Array(1))",
        ],
    )
    async def test_of_a_page(self, hostile: Any, script: str) -> None:
        texts = ", ".join(f"'{text}'" for text in self.SURROGATES)
        await hostile.run(f"(async () => {{ for (const TEXT of [{texts}]) try {{ {script} }} catch {{ }} }})()")

    async def test_of_a_worker_and_a_service_worker(self, hostile: Any) -> None:
        hostile.script(
            "/w.js",
            """const TEXT = '\\ud800';
            addEventListener('install', (e) => e.waitUntil(caches.open(TEXT).then((c) => c.put('/x', new Response(TEXT)))));
            for (const wrong of [() => importScripts(TEXT), () => import(TEXT).catch(() => {}), () => fetch(TEXT).catch(() => {}),
                () => console.log(TEXT), () => { self.name = TEXT }, () => postMessage(TEXT), () => reportError(new Error(TEXT))])
              try { wrong() } catch { }
            self.postMessage?.('alive');""",
        )
        script = """(async () => {
          const told = await new Promise((resolve) => {
            const worker = new Worker('/w.js', { name: '\\ud800' });
            worker.onmessage = (event) => event.data === 'alive' && resolve(event.data);
          });
          const { active } = await navigator.serviceWorker.register('/w.js').then(() => navigator.serviceWorker.ready);
          return [told, active.state.startsWith('activat')];
        })()"""
        assert await hostile.run(script) == ["alive", True]


class TestNesting:
    TOO_DEEP = "Maximum call stack size exceeded"

    async def test_a_script_that_inserts_itself(self, hostile: Any) -> None:
        script = """window.f = () => { const s = document.createElement('script'); s.text = 'f()'; document.head.append(s) }; f(); 'over'"""
        assert await hostile.run(script) == "over"
        assert any(self.TOO_DEEP in error for error in hostile.errors)

    async def test_a_worker_that_imports_itself(self, hostile: Any) -> None:
        hostile.script("/i.js", "self.n = (self.n || 0) + 1; try { importScripts('/i.js') } finally { setTimeout(() => postMessage(n)) }")
        script = "new Promise((resolve) => { new Worker('/i.js').onmessage = (event) => resolve(event.data) })"
        assert await hostile.run(script) > 3

    @pytest.mark.parametrize(
        "script",
        [
            "const o = { get x() { return new URL(this.x, 'https://a.test') } }; o.x",
            "const send = () => document.body.dispatchEvent(new Event('x')); document.body.addEventListener('x', send); send()",
            "const o = { toString() { return localStorage.getItem(o) } }; localStorage.getItem(o)",
            "const o = { toString() { return String(new URL(o)) } }; new URL(o)",
            "Error.prepareStackTrace = () => { throw new Error(new Error().stack) }; new Error().stack",
            "let a = []; for (let i = 0; i < 2e5; i++) a = [a]; structuredClone(a)",
            "let a = []; for (let i = 0; i < 2e4; i++) a = [a]; JSON.stringify(a)",
            "let a = []; for (let i = 0; i < 2e5; i++) a = [a]; postMessage(a, '*'); history.replaceState(a, ''); console.log(a)",
            "let o = {}; for (let i = 0; i < 2e5; i++) o = { o }; console.log(o); console.table(o); reportError(o)",
            "new RegExp('('.repeat(1e5))",
            "eval('['.repeat(1e6))",
            "JSON.parse('['.repeat(1e6))",
            "new Function('a'.repeat(10), '('.repeat(1e6))",
        ],
    )
    async def test_calls_that_never_end(self, hostile: Any, script: str) -> None:
        await hostile.run(f"(() => {{ try {{ {script} }} catch (e) {{ return String(e) }} }})(); 1")


class TestEvaluate:
    @pytest.mark.parametrize(
        ("script", "why"),
        [
            ("10n ** 5000n", "BigInt of more than 4300 digits"),
            ("[1n << 100000n]", "BigInt of more than 4300 digits"),
            ("-(10n ** 4300n)", "BigInt of more than 4300 digits"),
            ("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a", "nested more than"),
            ("let o = {}; for (let i = 0; i < 3000; i++) o = { o }; o", "nested more than"),
            ("new Date(8.64e15)", "Date outside"),
        ],
    )
    async def test_what_python_cannot_hold_is_refused_in_a_sentence(self, hostile: Any, script: str, why: str) -> None:
        with pytest.raises(EvaluationFailed, match=why):
            await hostile.run(script)

    async def test_large_integers_that_it_can_hold_come_whole(self, hostile: Any) -> None:
        assert await hostile.run("[10n ** 4299n, -5n]") == [10**4299, -5]


async def test_a_browser_may_be_left_while_its_pages_are_on_their_way(hostile: Any) -> None:
    hostile.page("/to", "<iframe src='/'></iframe><script>setTimeout(() => location.href = '/to?' + Math.random(), 0)</script>")
    hostile.page("/to?*", "<script>setInterval('1', 0)</script>")
    for turns in range(0, 60, 4):
        async with Browser(transport=hostile.transport) as browser:
            opening = [asyncio.ensure_future(browser.open(f"https://hostile.test/{path}")) for path in ("to", "", "to")]
            for _ in range(turns):
                await asyncio.sleep(0.001)
            going = [asyncio.ensure_future(page.reload()) for page in browser.pages]
            going += [asyncio.ensure_future(page.evaluate("new Promise(() => {})")) for page in browser.pages]
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*opening, *going, return_exceptions=True)
        assert all(isinstance(outcome, Page | PageClosed | NavigationFailed | None) for outcome in outcomes), outcomes
        assert browser.pages == [] or all(page.closed for page in browser.pages)
