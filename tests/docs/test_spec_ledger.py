"""docs/SPEC-LEDGER.md is that of the code, and has every tag."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
ledger = SimpleNamespace(**runpy.run_path(str(ROOT / "docs" / "spec_ledger.py")))


def entries_of(file: str, source: str) -> list[tuple[str, str, str, str, str]]:
    return [(one.tag, one.algorithm, one.link, one.step, one.text) for one in ledger._entries_of(file, source)]


def test_it_is_that_of_the_code() -> None:
    assert (ROOT / "docs" / "SPEC-LEDGER.md").read_text("utf-8") == ledger.page(), "python docs/spec_ledger.py update"


def test_no_tag_is_left_out() -> None:
    there = sum(
        len(re.findall(r"(?:SPEC-BUG|AD-HOC): ", file.read_text("utf-8")))
        for folder in ("engine", "js_bindings")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".py", ".js")
    )
    assert len(ledger.entries()) == there > 50


def test_a_comment_at_a_step_of_python_has_the_function_its_link_and_the_whole_paragraph() -> None:
    source = '''
class Jobs:
    """https://a.test/#jobs"""

    def run(self):
        """Its own words. https://a.test/#run."""
        # 2.1. The queue. AD-HOC: as in browsers, which
        # take the last.
        # 2.2. The next step.
        pass
'''
    assert entries_of("jobs.py", source) == [
        ("AD-HOC", "Jobs.run", "https://a.test/#run", "2.1", "The queue: as in browsers, which take the last.")
    ]


def test_a_docstring_of_python_is_read_to_its_end() -> None:
    source = '"""https://a.test/#whole\n\nSPEC-BUG: the text has\nno end."""\n\ndef run(): pass\n'
    assert entries_of("x/jobs.py", source) == [("SPEC-BUG", "jobs", "https://a.test/#whole", "", "the text has no end.")]


def test_a_comment_of_javascript_belongs_to_what_it_stands_above_or_in() -> None:
    source = """
/**
 * https://a.test/#write
 * AD-HOC: only a little.
 */
export async function write() {
  call(1, {
    // 3–4. SPEC-BUG: never.
  });
}
"""
    assert entries_of("a.js", source) == [
        ("AD-HOC", "write", "https://a.test/#write", "", "only a little."),
        ("SPEC-BUG", "write", "https://a.test/#write", "3–4", "never."),
    ]
