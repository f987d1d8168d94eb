"""`Page.evaluate`: what scripts it takes, what they answer, and what is told when they cannot."""

from __future__ import annotations

import asyncio
import gc
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import UNDEFINED, Browser, EvaluationFailed, PageClosed, PageNavigated
from engine.js import Limits
from engine.network.fake_transport import FakeResponse, FakeTransport

HTML = [(b"Content-Type", b"text/html")]


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("1 + 1", 2),
        ("let a = 1; let b = 2; a + b", 3),
        ("() => 1", 1),
        ("function () { return 2 }", 2),
        ("function named() { return 3 }", 3),
        ("async function () { return await 4 }", 4),
        ("async () => { const { status } = await fetch('/'); return status }", 200),
        ("function named() { return 5 }; named()", 5),
        ("await Promise.resolve(6)", 6),
        ("const answer = await fetch('/');\nanswer.status", 200),
        ("for (let i = 0; i < 3; i++) { await i; i * 3 }", 6),
        ("await 0; () => 7", 7),
        ("/* await */ JSON.parse('8')", 8),
    ],
)
async def test_expressions_statements_and_functions_are_taken(site: Any, script: str, value: object) -> None:
    page = await site.open("<p>")
    assert await page.evaluate(script) == value


async def test_a_script_whose_error_looks_like_one_of_syntax_runs_once(site: Any) -> None:
    page = await site.open("<script>var runs = 0</script>")
    with pytest.raises(EvaluationFailed, match="SyntaxError"):
        await page.evaluate("runs++; JSON.parse('await')")
    assert await page.evaluate("runs") == 1


async def test_functions_get_the_arguments(site: Any) -> None:
    page = await site.open("<p>")
    given = [1, "a\ud800", None, True, 1.5, -0.0, math.inf, 2**60, b"\0\xff", [1, [2]], {"a": {"__proto__": 1}}, datetime(2024, 1, 2, tzinfo=UTC), UNDEFINED]
    assert await page.evaluate("(...all) => all", *given) == given
    assert await page.evaluate("(x, y) => x + y", 1, 2) == 3
    assert await page.evaluate("(bytes, date, big) => [bytes.constructor.name, date.getTime(), typeof big]", b"ab", datetime.fromtimestamp(5, UTC), 2**60) == ["Uint8Array", 5000, "bigint"]
    with pytest.raises(EvaluationFailed, match="no function"):
        await page.evaluate("1", 1)


@pytest.mark.parametrize(
    ("argument", "error", "match"),
    [
        (object(), TypeError, "a object cannot be given"),
        ({1: 2}, TypeError, "key 1"),
        ([{"a": {3}}], TypeError, r"argument 1\[0\]\['a'\]: a set"),
        (datetime(2024, 1, 1), ValueError, "time zone"),
    ],
)
async def test_what_cannot_be_an_argument_is_refused_at_the_call(site: Any, argument: object, error: type[Exception], match: str) -> None:
    page = await site.open("<p>")
    with pytest.raises(error, match=match):
        await page.evaluate("(x) => x", argument)


async def test_an_argument_that_has_itself_in_it_is_refused(site: Any) -> None:
    page = await site.open("<p>")
    around: list[object] = []
    around.append(around)
    with pytest.raises(ValueError, match="itself"):
        await page.evaluate("(x) => x", around)
    with pytest.raises(TypeError, match="5 is no str, as a script has to be"):
        await page.evaluate(5)


async def test_values_of_javascript_are_those_of_python(site: Any) -> None:
    page = await site.open("<p>")
    assert math.isnan(await page.evaluate("NaN"))
    assert math.copysign(1, await page.evaluate("-0")) == -1
    assert await page.evaluate("[Infinity, -Infinity, 10n, 2 ** 40, 2 ** 60, 1.5]") == [math.inf, -math.inf, 10, 2**40, 2**60, 1.5]
    assert await page.evaluate("new Date(1704153600005)") == datetime(2024, 1, 2, 0, 0, 0, 5000, tzinfo=UTC)
    assert await page.evaluate("[new Uint8Array([1, 2]), new ArrayBuffer(1), new DataView(new ArrayBuffer(3), 1, 1)]") == [b"\1\2", b"\0", b"\0"]
    assert await page.evaluate("(() => { const shared = {}; return [shared, shared] })()") == [{}, {}]


async def test_undefined_is_one_thing_wherever_it_is(site: Any) -> None:
    page = await site.open("<p>")
    value = await page.evaluate("undefined")
    assert value is UNDEFINED and not value
    assert (await page.evaluate("[undefined]"))[0] is UNDEFINED
    assert (await page.evaluate("[, 1]"))[0] is UNDEFINED
    assert (await page.evaluate("({ a: undefined })"))["a"] is UNDEFINED
    assert await page.evaluate("[null]") == [None]


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("new Map([[1, 2]])", "a Map"),
        ("new Set()", "a Set"),
        ("fetch('/')", "a Response"),
        ("document.body", "an HTMLBodyElement"),
        ("window", "a Window"),
        ("Symbol('x')", "a symbol"),
        ("() => () => 1", "a function"),
        ("new Error('boom')", "an Error"),
        ("new DOMException('boom')", "a DOMException"),
        ("const around = {}; around.self = around; around", r'itself in it \(at value\["self"\]\)'),
        ("[{ items: [new WeakMap()] }]", r'a WeakMap \(at value\[0\]\["items"\]\[0\]\)'),
        ("({ later: Promise.resolve() })", "a Promise"),
        ("/x/", "a RegExp"),
        ("new URL('https://example.test/')", "a URL"),
        ("new Date(NaN)", "a Date outside"),
        ("new Number(1)", "a Number"),
        ("let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; deep", "nested more than 200 deep"),
    ],
)
async def test_what_has_no_like_in_python_is_refused_with_its_name(site: Any, script: str, named: str) -> None:
    page = await site.open("<p>")
    with pytest.raises(EvaluationFailed, match=f"{named}.* cannot leave the page"):
        await page.evaluate(script)


async def test_an_error_tells_its_name_message_stack_and_line(site: Any) -> None:
    page = await site.open("<p>")
    with pytest.raises(EvaluationFailed) as caught:
        await page.evaluate("const one = 1;\n(function outer() { nope(); })()")
    error = caught.value
    assert (str(error), error.name, error.message) == ("ReferenceError: nope is not defined", "ReferenceError", "nope is not defined")
    assert error.stack is not None and "at outer (evaluate.js:2:" in error.stack
    assert error.excerpt is not None and error.excerpt.startswith("  2 | (function outer() { nope(); })()\n") and error.excerpt.endswith("^")


@pytest.mark.parametrize(
    ("script", "name", "message"),
    [
        ("throw new TypeError('no')", "TypeError", "no"),
        ("Promise.reject(new DOMException('gone', 'AbortError'))", "AbortError", "gone"),
        ("await 0; throw new RangeError('far')", "RangeError", "far"),
        ("() => { throw new URIError('uri') }", "URIError", "uri"),
        ("({ get a() { throw new EvalError('got') } })", "EvalError", "got"),
        ("1 +", "SyntaxError", "unexpected token"),
        ("await (", "SyntaxError", "unexpected token"),
    ],
)
async def test_errors_of_every_way_are_told_with_their_line(site: Any, script: str, name: str, message: str) -> None:
    page = await site.open("<p>")
    with pytest.raises(EvaluationFailed, match=message) as caught:
        await page.evaluate(script)
    assert caught.value.name == name
    assert caught.value.excerpt is not None and script in caught.value.excerpt


async def test_what_is_thrown_and_no_error_is_told_as_a_string(site: Any) -> None:
    page = await site.open("<p>")
    for script, message in (("throw 'text'", "text"), ("throw { toString() { throw 1 } }", "an object that cannot be described"), ("Promise.reject(null)", "null")):
        with pytest.raises(EvaluationFailed) as caught:
            await page.evaluate(script)
        assert (caught.value.name, caught.value.message, str(caught.value), caught.value.stack) == ("", message, message, None)


async def test_a_page_that_went_elsewhere_says_so_and_is_still_there(site: Any) -> None:
    site.page("/next", "<title>next</title>")
    page = await site.open("<p>")
    for script in ("location.href = '/next'; new Promise(() => {})", "location.reload(); new Promise(() => {})"):
        with pytest.raises(PageNavigated, match=r"the page went to https://example\.test/next"):
            await page.evaluate(script)
    assert await page.evaluate("document.title") == "next"
    assert site.browser.pages == [page]


async def test_a_page_that_is_closed_while_it_is_asked_says_so(site: Any) -> None:
    page = await site.open("<p>")
    asked = asyncio.ensure_future(page.evaluate("window.close(); new Promise(() => {})"))
    with pytest.raises(PageClosed) as caught:
        await asked
    assert not isinstance(caught.value, PageNavigated)


async def test_questions_nobody_waits_for_any_more_are_no_fault_of_the_engine(tmp_path: Path) -> None:
    transport = FakeTransport()
    transport.route("https://example.test/*", FakeResponse(b"<p>", headers=HTML))
    async with Browser(profile=tmp_path, transport=transport) as browser:
        page = await browser.open("https://example.test/")
        asked = [asyncio.ensure_future(page.evaluate("new Promise(() => {})")) for _ in range(5)]
        rejected = asyncio.ensure_future(page.evaluate("Promise.reject(1)"))
        await asyncio.sleep(0)
        await page.goto("https://example.test/next")
        for question in (*asked, rejected):
            question.cancel()
        await asyncio.gather(*asked, rejected, return_exceptions=True)
        del asked, rejected, question
        gc.collect()
        await asyncio.sleep(0)
    # Leaving the browser would have raised BrowserFailed.


LOOPS = [
    "for (;;);",
    "() => { for (;;); }",
    "(async () => { await 0; for (;;); })()",
    "fetch('/').then(() => { for (;;); })",
    "new Promise(() => setTimeout(() => { for (;;); }))",
]


@pytest.mark.parametrize("script", LOOPS)
async def test_a_loop_without_end_ends_at_the_limit(tmp_path: Path, script: str) -> None:
    transport = FakeTransport()
    transport.route("https://example.test/*", FakeResponse(b"<p>", headers=HTML))
    async with Browser(profile=tmp_path, transport=transport, limits=Limits(task_time=0.3)) as browser:
        page = await browser.open("https://example.test/")
        with pytest.raises(EvaluationFailed, match=r"stopped.*ran longer than"):
            await page.evaluate(script)
        assert await page.evaluate("1 + 1") == 2


async def test_a_loop_nobody_waits_for_any_more_is_stopped(site: Any) -> None:
    page = await site.open("<p>")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(page.evaluate("globalThis.begun = true; for (;;);"), 0.3)
    assert await page.evaluate("begun") is True


async def test_a_page_that_has_patched_what_it_could_is_asked_all_the_same(site: Any) -> None:
    page = await site.open("""<script>
      const refuse = () => { throw new Error('patched') };
      Array.prototype[Symbol.iterator] = Array.prototype.push = Promise.prototype.then = Object.keys = JSON.stringify = refuse;
      Map.prototype.set = Set.prototype.add = Function.prototype.call = Function.prototype.apply = refuse;
    </script>""")
    assert await page.evaluate("'text'") == "text"
    assert await page.evaluate("() => 1 + 1") == 2
    assert await page.evaluate("(async () => { await 0; return 'later' })()") == "later"
    with pytest.raises(EvaluationFailed, match="ReferenceError: nope is not defined"):
        await page.evaluate("nope")
