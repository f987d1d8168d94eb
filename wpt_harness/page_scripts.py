"""The scripts that tests find in the places the checkout leaves for each browser's own."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

_FOLDER: Final = Path(__file__).parent / "in_the_page"

CHANNEL: Final = (_FOLDER / "channel.js").read_text(encoding="utf-8")
"""An expression: the page's channel to us."""


def testharnessreport(timeout_multiplier: float) -> str:
    return _filled("testharnessreport.js", timeout_multiplier)


def testdriver_vendor() -> str:
    return _filled("testdriver-vendor.js", 1)


def write_page_scripts(folder: Path, timeout_multiplier: float) -> dict[str, Path]:
    """Put them into `folder`. URL path → file, as `serve` takes it."""
    files = {"testharnessreport.js": testharnessreport(timeout_multiplier), "testdriver-vendor.js": testdriver_vendor()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / f"{name}.headers").write_text(
            "Content-Type: text/javascript; charset=utf-8\nCache-Control: max-age=3600\n"
        )
    return {f"/resources/{name}": folder / name for name in files}


def _filled(name: str, timeout_multiplier: float) -> str:
    template = Template((_FOLDER / name).read_text(encoding="utf-8"))
    expression = "\n".join(line for line in CHANNEL.splitlines() if not line.startswith("//"))
    return template.substitute(CHANNEL=expression, TIMEOUT_MULTIPLIER=f"{timeout_multiplier:g}")
