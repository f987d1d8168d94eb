"""What scripts of the parser write is parsed while they run; what browsers do is what is expected here."""

from __future__ import annotations

from typing import Any

import pytest

from engine.js import Limits
from engine.window.html_parser import DocumentParser

ORDER = "<script>var order = []; const count = (selector) => document.querySelectorAll(selector).length</script>"


async def outcome(site: Any, markup: str, expression: str = "order") -> Any:
    page = await site.open(f"<body>{ORDER}{markup}")
    await page.wait_for_load()
    return await page.evaluate(expression)


@pytest.mark.parametrize(
    ("script", "order"),
    [
        (r"document.write('<p id=x>'); order.push(x.localName)", ["p"]),
        (r"document.write('<p id=y'); order.push(count('#y')); document.write('><b>'); order.push(count('#y > b'))", [0, 1]),
        (r"document.write('<script>order.push(1)<\/script>'); order.push(2)", [1, 2]),
        (r"document.write('<scr'); document.write('ipt>order.push(1)</scr'); order.push(2); document.write('ipt>'); order.push(3)", [2, 1, 3]),
        (r"document.write('<script>document.write(\'<i></i>\'); order.push(count(\'i\'), count(\'u\'))<\/script><u></u>'); order.push(count('u'))", [1, 0, 1]),
        (r"document.write('<script>throw 1<\/script><i></i>'); order.push(count('i'))", [1]),
        (r"Promise.resolve().then(() => order.push('later')); document.write('<script>order.push(1)<\/script>'); order.push(2)", [1, 2, "later"]),
        (r"document.write('<table><tr><td>'); order.push(count('td')); document.write('<td></table>'); order.push(count('td'))", [1, 2]),
        (r"document.write('<iframe></iframe>'); order.push(frames.length)", [1]),
        (r"document.write('<script type=module>order.push(2)<\/script>'); order.push(1)", [1, 2]),
    ],
)
async def test_it_is_in_the_document_when_the_call_is_over(site: Any, script: str, order: list[Any]) -> None:
    assert await outcome(site, f"<script>{script}</script>") == order


async def test_a_script_from_elsewhere_holds_up_what_comes_after_it(site: Any) -> None:
    site.script("/one.js", r"order.push('one'); document.write('<b></b><script src=two.js><\/script><u></u>'); order.push(count('b'), count('u'))")
    site.script("/two.js", "order.push('two', count('u, i')); document.write('<s></s>')")
    markup = r"<script>document.write('<script src=one.js><\/script><i></i>'); document.write('<q></q>'); order.push(count('i, q'))</script><script>order.push('end')</script>"
    assert await outcome(site, markup) == [0, "one", 1, 0, "two", 0, "end"]
    page = site.browser.pages[0]
    assert await page.evaluate("[...document.querySelectorAll('b, u, i, q, s')].map(each => each.localName).join('')") == "bsuiq"


@pytest.mark.parametrize(
    ("script", "runs"),
    [
        ("++order[0]; document.write(`<script>${document.currentScript.textContent}<\\/script>`)", 22),
        ("function dive() { ++order[0]; document.write('<script>dive()<\\/script>'); document.write('<script>dive()<\\/script>') } dive()", 43),
        ("function dive() { ++order[0]; document.write('<script>dive()<\\/script>') } for (let i = 0; i < 3; ++i) dive(); document.write('<i></i>'); order.push(count('i'))", 66),
    ],
)
async def test_scripts_that_write_themselves_come_to_an_end(site: Any, script: str, runs: int) -> None:
    assert (await outcome(site, f"<script>order.push(0)</script><script>{script}</script><p>"))[0] == runs


async def test_the_parser_goes_on_after_a_written_script_that_was_stopped(site: Any) -> None:
    site.browser.user_agent.limits = Limits(task_time=1.5)
    markup = r"<script>document.write('<script>for (;;);<\/script><i></i>'); order.push('not this')</script><b></b><script>document.write('<u></u>'); order.push(count('i, b, u'))</script>"
    assert await outcome(site, markup) == [3]


async def test_lines_end_once_however_they_are_written(site: Any) -> None:
    markup = r"<pre id=p>.<script>document.write('a\r'); document.write('\nb\r\n'); document.write('\n')</script></pre>"
    assert await outcome(site, markup, "p.lastChild.data") == "a\nb\n\n"


async def test_other_tasks_have_their_turn_while_a_large_document_is_parsed(site: Any) -> None:
    markup = f"<script>setTimeout(() => order.push(count('p')))</script>{'<p>' * 12_000}<script>order.push(count('p'))</script>"
    first, last = await outcome(site, markup)
    assert 0 < first < last == 12_000


def test_the_parser_gives_way_after_some_time_or_some_text() -> None:
    seconds = 0.0
    parser = DocumentParser("<script></script>" * 3 + "<p>" * 10_000 + "<script></script>", now=lambda: seconds)
    assert not parser.next(begins_a_turn=True).gives_way
    seconds = 0.4
    assert not parser.next().gives_way
    seconds = 0.6
    step = parser.next()
    assert step.gives_way and step.script is not None and parser.gave_way
    step = parser.next(begins_a_turn=True)
    assert step.gives_way and step.script is None


def test_it_does_not_give_way_in_the_middle_of_a_write() -> None:
    seconds = 0.0
    parser = DocumentParser("<script></script><i>", now=lambda: seconds)
    parser.next(begins_a_turn=True)
    parser.write("<p>" * 5_000 + "<script></script>")
    parser.begin_write()
    seconds = 9.0
    steps = [parser.next(), parser.next(), parser.next(), parser.next()]
    assert not any(step.gives_way for step in steps) and steps[-1].waiting
    parser.end_write()
    assert parser.next().done
