"""CONTRIBUTING.md: the interface that it adds works, in a copy of the project, by what is written there and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PART = PAGE.partition("## A first interface")[2].partition("\n## ")[0]

EXPORTED = ("engine/storage/__init__.py", "from engine.storage.tally_verbs import add_to_tally")
PROGRAM = '''
import asyncio, sys
from afterpage import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

FRAME = "<script>new Tally('visits').add().catch((error) => parent.postMessage(error.name, '*'))</script>"
HTML = f'<iframe sandbox=allow-scripts srcdoc="{FRAME}"></iframe>'.encode()
HEAR = """new Promise((resolve) => {
  onmessage = (event) => resolve(event.data);
  document.querySelector('iframe').srcdoc += ' ';
})"""

async def main():
    transport = FakeTransport()
    transport.route("*", FakeResponse(HTML, headers=[(b"Content-Type", b"text/html")]))
    for amount in (1, 4):
        async with Browser(profile=sys.argv[1], transport=transport) as browser:
            page = await browser.open("https://site.test/")
            await page.evaluate("globalThis.visits = new Tally('visits'); 0")
            print(await page.evaluate("async (amount) => [visits.name, await visits.add(amount)]", amount))
            print(await page.evaluate("visits.add(-1).catch((error) => error.name)"))
    async with Browser(profile=sys.argv[1], transport=transport) as browser:
        other = await browser.open("https://other.test/")
        print(await other.evaluate("new Tally('visits').add()"))
        page = await browser.open("https://site.test/")
        await browser.clear_site_data("https://site.test")
        print(*[await each.evaluate("new Tally('visits').add(0)") for each in (page, other)])
        print(await page.evaluate(HEAR))

asyncio.run(main())
'''


def blocks() -> Iterator[tuple[str, str]]:
    """(file, text) of what is to be written."""
    for before, text in re.findall(r"((?:[^\n]+\n)+)\n```\w+\n(.*?)^```$", PART, re.MULTILINE | re.DOTALL):
        if files := re.findall(r"`((?:engine|js_bindings)/[\w/.]+\.\w+)`", before):
            yield files[-1], text


def write_into(project: Path) -> None:
    for file, text in blocks():
        path = project / file
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        elif file.endswith("schema.py"):
            (name,) = re.findall(r"^(\w+): Final", text)
            before, mark, after = path.read_text("utf-8").partition("MIGRATIONS: Final = (")
            listed, end, after = after.partition(")")
            path.write_text(f"{before}{text}\n{mark}{listed}, {name}{end}{after}", "utf-8")
        else:
            # One line more in a list.
            head, brace, rest = path.read_text("utf-8").partition(
                "\nexport const {\n" if file.endswith("ops.js") else "__proto__: null,\n"
            )
            path.write_text(head + brace + text + rest, "utf-8")
    file, line = EXPORTED
    path = project / file
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")


@pytest.mark.parametrize(
    "file", ["engine/ops/tally.py", "engine/storage/schema.py", "js_bindings/interfaces.js", "js_bindings/ops.js"]
)
def test_a_file_is_told_of(file: str) -> None:
    assert file in dict(blocks())


def test_the_interface_works_and_its_row_is_there_after_a_restart(tmp_path: Path) -> None:
    for package in ("afterpage", "engine", "js_bindings"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    write_into(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "profile")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    stays = ["['visits', 1]", "TypeError", "['visits', 5]", "TypeError"]
    is_kept_apart, is_cleared, has_no_opaque_origin = "1", "0 1", "SecurityError"
    assert run.stdout.splitlines() == [*stays, is_kept_apart, is_cleared, has_no_opaque_origin], run.stderr
