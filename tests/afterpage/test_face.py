"""The public face: its names are those of the engine, and asking for one loads no more than is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

import afterpage
import engine


@pytest.mark.parametrize("name", engine.__all__)
def test_a_name_is_that_of_the_engine(name: str) -> None:
    assert getattr(afterpage, name) is getattr(engine, name)
    assert name in dir(afterpage) and name in afterpage.__all__


def test_what_is_not_there_is_an_attribute_error_that_names_the_package() -> None:
    with pytest.raises(AttributeError, match="module 'afterpage' has no attribute 'Broswer'"):
        afterpage.Broswer  # noqa: B018


def test_importing_it_does_not_load_the_browser() -> None:
    program = "import sys, afterpage; print([name for name in sys.modules if name.startswith(('engine.', 'aiohttp', 'cffi'))])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_it_can_be_run_as_the_command() -> None:
    answer = subprocess.run([sys.executable, "-m", "afterpage", "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("afterpage")
