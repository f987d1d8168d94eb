"""What is nested deeper than any stack: every algorithm of ours gives its result or a RangeError, and the page goes on."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Browser

DEEP = 5_000
TREE = f"""
    const bottom = document.createElement('div');
    let top = bottom;
    for (let i = 0; i < {DEEP}; i++) {{ const e = document.createElement('div'); e.append(top); top = e }}
"""


async def of_a_page(script: str) -> Any:
    """What `script` gives, or the name of what it throws; afterwards the page still answers."""
    async with Browser() as browser:
        page = await browser.open("about:blank")
        result = await page.evaluate(f"(async () => {{ try {{ {script} }} catch (error) {{ return error.name }} }})()")
        assert await page.evaluate("1 + 1") == 2
        return result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("top.outerHTML.length", (DEEP + 1) * 11),
        ("top.innerHTML.length", DEEP * 11),
        ("top.cloneNode(true).querySelectorAll('*').length", DEEP),
        ("top.isEqualNode(top.cloneNode(true))", True),
        ("top.querySelectorAll('div div p').length", 0),
        ("document.importNode(top, true).nodeName", "DIV"),
        ("top.textContent", ""),
        ("bottom.closest('p')", None),
        ("(document.body.append(top), top.remove(), document.body.childNodes.length)", 0),
    ],
)
async def test_algorithms_over_deep_trees(expression: str, result: Any) -> None:
    assert await of_a_page(f"{TREE} return {expression}") in (result, "RangeError")


@pytest.mark.parametrize(
    "use",
    ["structuredClone(deep)", "new MessageChannel().port1.postMessage(deep)", "history.pushState(deep, '')", "console.log(deep)"],
)
@pytest.mark.parametrize("nest", ["[deep]", "{ deep }", "new Map([[0, deep]])"])
async def test_deep_values(use: str, nest: str) -> None:
    for depth in (3_000, 100_000):
        script = f"let deep = null; for (let i = 0; i < {depth}; i++) deep = {'(' + nest + ')'}; {use}; return 'done'"
        assert await of_a_page(script) in ("done", "RangeError", "DataCloneError")


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<ul><li>", "<svg><g>", "<table><tr><td>", "<ruby><rt>", "<span a=1>"])
async def test_deep_html(opening: str) -> None:
    script = f"""
        const parsed = new DOMParser().parseFromString('{opening}'.repeat(5000) + '<p>', 'text/html');
        const element = document.createElement('div');
        element.innerHTML = '{opening}'.repeat(2000);
        let depth = 0;
        for (let node = parsed.querySelector('p'); node !== null; node = node.parentNode) depth++;
        return depth"""
    assert 0 <= await of_a_page(script) < 600


async def test_deep_json() -> None:
    for script in ("JSON.parse(text)", "await new Response(text).json()"):
        assert await of_a_page(f"const text = '['.repeat(1e6) + ']'.repeat(1e6); {script}; return 'done'") in ("done", "RangeError")
