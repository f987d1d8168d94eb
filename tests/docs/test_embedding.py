"""docs/embedding.md: its examples run, are short, and name what there is."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import re
import types
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import afterpage
from engine.event_loop import SystemClock
from engine.site import serve

PAGE = Path(__file__).resolve().parents[2] / "docs" / "embedding.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

HTML = """<!doctype html><title>A site</title><script>
  navigator.serviceWorker.register('/sw.js');
  async function download(id, ...files) {
    const { backgroundFetch } = await navigator.serviceWorker.ready;
    await backgroundFetch.fetch(id, files, { title: 'On its way' });
    return id;
  }
</script>"""
WORKER = """
  addEventListener('backgroundfetchsuccess', (event) => event.waitUntil(event.updateUI({ title: 'It has arrived' })));
  addEventListener('backgroundfetchclick', (event) => event.waitUntil(clients.openWindow('/clicked.html')));
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(HTML)
    (folder / "clicked.html").write_text("<!doctype html><title>Clicked</title>")
    (folder / "sw.js").write_text(WORKER)
    (folder / "large.bin").write_bytes(b"x" * 1_000_000)
    (folder / "small.bin").write_bytes(b"x" * 100_000)
    async with serve(folder, SystemClock()) as served:
        yield f"{served.origin}/"


@pytest.mark.parametrize("block", BLOCKS, ids=[re.sub(r"\W+", " ", block)[:60] for block in BLOCKS])
async def test_the_example_runs(block: str, site: str, tmp_path: Path) -> None:
    names = {name: getattr(afterpage, name) for name in afterpage.__all__}
    names |= {"asyncio": asyncio, "contextlib": contextlib, "site": site, "folder": tmp_path}
    code = compile(block, "docs/embedding.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with asyncio.timeout(20):
        await types.FunctionType(code, names)()


def test_every_part_has_an_example_and_none_is_long() -> None:
    text = PAGE.read_text("utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(parts) >= 9
    assert all("```python" in part for part in parts)
    assert max(len(block.strip().splitlines()) for block in BLOCKS) <= 12


def test_every_public_name_is_told_of() -> None:
    text = PAGE.read_text("utf-8")
    untold = {name for name in afterpage.__all__ if not re.search(rf"\b{name}\b", text)}
    # What examples meet without having to name it.
    assert untold <= {"BackgroundFetchHandle", "BrowserEvent", "Conditions", "EventStream", "Page", "ServiceWorkerHandle"}


def test_every_public_name_is_there_and_documented() -> None:
    for name in afterpage.__all__:
        public = getattr(afterpage, name)
        assert name == "BrowserEvent" or public.__doc__, name
        for member, value in vars(public).items() if isinstance(public, type) else ():
            if not member.startswith("_") and isinstance(value, types.FunctionType):
                assert value.__annotations__, f"{name}.{member} is not typed"
            if not member.startswith("_") and isinstance(value, types.FunctionType | property):
                assert value.__doc__, f"{name}.{member} is not documented"
