"""The README tells the truth: its list of gaps is the code's, its commands exist, its programme runs."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from engine.cli.main import afterpage

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def readme_tools():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("readme_tools", ROOT / "docs" / "readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["readme_tools"] = module  # dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_the_list_of_gaps_is_that_of_the_code() -> None:
    tools = readme_tools()
    assert tools.with_gaps(README) == README, "run: python docs/readme.py update"
    assert tools.page() == tools.GAPS.read_text("utf-8"), "run: python docs/readme.py update"


def test_quick_start_has_exactly_two_blocks_of_one_command() -> None:
    blocks = readme_tools().blocks("Quick start", "sh")
    assert len(blocks) == 2
    assert all(len(block.strip().splitlines()) == 1 for block in blocks)


def test_every_option_of_run_is_in_the_table_and_no_other() -> None:
    listed = set(re.findall(r"^\| `(--?[a-z-]+)", README, re.MULTILINE))
    run = afterpage.commands["run"]
    real = {option.opts[0] for option in run.params if option.opts[0].startswith("-")}
    assert listed == real


def test_the_help_names_every_exit_code_that_the_readme_names() -> None:
    text = CliRunner().invoke(afterpage, ["run", "--help"]).output
    sentence = README[README.index("Exit codes:") : README.index("`afterpage serve")]
    for code in re.findall(r"\b(\d+) [a-z]", sentence):
        assert re.search(rf"^\s+{code}  ", text, re.MULTILINE), code


def test_the_programme_runs(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    programme = tmp_path / "programme.py"
    programme.write_text(block)
    done = subprocess.run(
        [sys.executable, programme],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hello from Mozilla/5.0")


def test_the_first_command_ends_in_success() -> None:
    """Its last part: the installation is what this test already runs in."""
    command = readme_tools().blocks("Quick start", "sh")[0].strip().split(" && ")[-1].split()
    assert command[:2] == [".venv/bin/afterpage", "run"]
    done = subprocess.run(
        [sys.executable, "-m", "engine", *command[1:], "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    end = json.loads(done.stdout.splitlines()[-1])
    assert [download["result"] for download in end["downloads"]] == ["success"]
    assert end["downloads"][0]["title"] == "Episode 5 ready to listen!"
