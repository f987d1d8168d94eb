"""docs/ARCHITECTURE.md names what there is."""

from __future__ import annotations

import re

from tests.architecture.test_layers import ENGINE, EVERYWHERE, ORDER, ROOT

PAGE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
FLOORS = PAGE.partition("## Floors")[2].partition("## Walk")[0]
WALKS = PAGE.partition("## Walk")[2]


def test_every_package_stands_on_a_floor_in_the_order_of_imports() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", FLOORS, re.MULTILINE)[1:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row) if name in ORDER]
    assert named == [name for name in ORDER if name != "__main__"]
    assert all(f"`{name}`" in FLOORS for name in EVERYWHERE)


def test_every_file_of_a_walk_is_there() -> None:
    folders = [ENGINE, ENGINE / "background_fetch", ENGINE / "service_worker", ENGINE / "storage", ROOT]
    missing = [
        name
        for name in re.findall(r"[\w/]+\.(?:py|js)\b", WALKS)
        if not any((folder / name).is_file() for folder in folders)
    ]
    assert not missing


def test_every_op_and_upcall_of_a_walk_is_there() -> None:
    there = (ROOT / "js_bindings" / "ops.js").read_text("utf-8") + (ROOT / "js_bindings" / "upcalls.js").read_text("utf-8")
    assert not [name for name in re.findall(r"`((?:op|up)_\w+)`", WALKS) if f"  {name}" not in there]


def test_every_link_of_the_papers_leads_somewhere() -> None:
    papers = [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]
    broken = [
        f"{paper.name}: {target}"
        for paper in papers
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", paper.read_text("utf-8"))
        if not (paper.parent / target).exists()
    ]
    assert not broken
