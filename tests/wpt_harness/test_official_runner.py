"""This engine as a product of the official wptrunner. Both runners must see the same.

The long test needs what the checkout's tools/wptrunner/requirements.txt names, on Python 3.12 or earlier: in the interpreter that runs
these tests, or in the one that $AFTERPAGE_WPTRUNNER_PYTHON names, which must find this package too. A manifest of the whole tree is made
first, and kept in the user's cache folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from wpt_harness.checkout import Checkout

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "wpt_harness" / "in_the_checkout" / "launch_wptrunner.py"
PROBE = """
import sys
if sys.version_info >= (3, 13): sys.exit("wptrunner of this checkout needs Python 3.12 or earlier")
sys.dont_write_bytecode = True
sys.path[:0] = [sys.argv[1] + "/tools", sys.argv[1], sys.argv[2]]
import localpaths
from wptrunner import wptcommandline, wptrunner
import engine.browser
"""


@pytest.fixture
def wptrunner_python(checkout: Checkout) -> str:
    """An interpreter that has everything; the test is skipped where there is none."""
    named = os.environ.get("AFTERPAGE_WPTRUNNER_PYTHON")
    python = named or sys.executable
    probe = [python, "-c", PROBE, str(checkout.root), str(ROOT)]
    try:
        answer = subprocess.run(probe, capture_output=True, text=True, timeout=60)
    except OSError as error:
        pytest.fail(f"$AFTERPAGE_WPTRUNNER_PYTHON: {error}")
    if answer.returncode:
        why = (answer.stderr.strip().splitlines() or ["it fails"])[-1]
        pytest.skip(f"{'$AFTERPAGE_WPTRUNNER_PYTHON' if named else 'this interpreter'} cannot run wptrunner: {why}")
    return python


def test_both_runners_see_the_same(tmp_path: Path, checkout: Checkout, wptrunner_python: str) -> None:
    official, ours = tmp_path / "official.json", tmp_path / "ours.json"
    environment = {**os.environ, "WPT_ROOT": str(checkout.root), "PYTHONPATH": str(ROOT)}
    launch = [wptrunner_python, str(LAUNCHER), "--log-wptreport", str(official), "/background-fetch"]
    answer = subprocess.run(launch, capture_output=True, text=True, env=environment, timeout=600)
    assert answer.returncode in (0, 1), answer.stdout[-3000:] + answer.stderr[-3000:]  # 1: something does not pass

    harness = [sys.executable, "-m", "wpt_harness"]
    subprocess.run([*harness, "run", "background-fetch", "--wptreport", str(ours)], env=environment, timeout=300, capture_output=True)
    compared = subprocess.run([*harness, "compare", str(official), str(ours)], capture_output=True, text=True, env=environment)
    assert compared.returncode == 0, compared.stdout + compared.stderr
    counts = [sum(len(result["subtests"]) for result in json.loads(file.read_text())["results"]) for file in (official, ours)]
    assert counts[0] == counts[1] >= 244


# The entry point of newer trees: https://github.com/web-platform-tests/wpt/pull/58022. The classes stand in for theirs.


@dataclass(frozen=True)
class Product:
    """What a product is there: the fields without a default must be given."""

    name: str
    browser_classes: Any
    check_args: Any
    get_browser_kwargs: Any
    get_executor_kwargs: Any
    env_options: Any
    get_env_extras: Any
    get_timeout_multiplier: Any
    executor_classes: Any
    run_info_extras: Any = None
    update_properties: Any = field(default_factory=lambda: (["product"], {}))
    add_arguments: Any = None


class NullBrowser:
    def __init__(self, logger: object, **arguments: object) -> None:
        self.logger = logger


class TestharnessExecutor:
    __test__ = False
    convert_result = None

    def __init__(self, logger: object, browser: object, server_config: object, timeout_multiplier: float, debug_info: object) -> None:
        self.timeout_multiplier = timeout_multiplier

    def test_url(self, test: Any) -> str:
        return f"https://web-platform.test:8443{test.url}"


def executor_kwargs(test_type: str, test_environment: Any, run_info_data: Any, subsuite: Any, **arguments: Any) -> dict[str, Any]:
    return {"server_config": test_environment.config, "timeout_multiplier": 1, "debug_info": None, "subsuite": subsuite.name}


@pytest.fixture
def newer_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of a tree with entry points, as far as a product uses them."""
    contents: dict[str, dict[str, Any]] = {
        "wptrunner": {"__file__": str(tmp_path / "tools" / "wptrunner" / "wptrunner" / "__init__.py"), "__path__": []},
        "wptrunner.products": {"Product": Product},
        "wptrunner.browsers": {"__path__": []},
        "wptrunner.browsers.base": {"NullBrowser": NullBrowser, "get_timeout_multiplier": lambda *arguments, **others: 1.0},
        "wptrunner.executors": {"__path__": [], "executor_kwargs": executor_kwargs},
        "wptrunner.executors.base": {"TestharnessExecutor": TestharnessExecutor},
    }
    for name, members in contents.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "testharness.js").write_text("assert_throws_quotaexceedederror")
    monkeypatch.delitem(sys.modules, "wpt_harness.wptrunner_product", raising=False)
    yield
    sys.modules.pop("wpt_harness.wptrunner_product", None)


@pytest.fixture
def product(newer_tree: None) -> Product:
    import tomllib

    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["wptrunner.products"]
    ((name, value),) = points.items()
    made = EntryPoint(name=name, value=value, group="wptrunner.products").load()()
    assert isinstance(made, Product)
    assert made.name == name, "wptrunner refuses a product that is not called as its entry point"
    return made


def test_the_entry_point_gives_what_a_newer_tree_asks_for(product: Product) -> None:
    assert issubclass(product.browser_classes[None], NullBrowser)
    assert set(product.executor_classes) == {"testharness"}
    assert product.env_options["host"] == "web-platform.test" and product.env_options["bind_address"] is True
    properties, dependent = product.update_properties
    assert isinstance(properties, list) and isinstance(dependent, dict)


def test_its_functions_take_what_a_newer_tree_gives(product: Product) -> None:
    subsuite, environment = SimpleNamespace(name="", config={}), SimpleNamespace(config={"ports": {}})
    run_info = {"os": "linux"}
    options: dict[str, Any] = {"timeout_multiplier": None, "debug_info": None, "binary": None}
    assert product.check_args(**options) is None
    assert product.get_env_extras(**options) == []
    assert set(product.run_info_extras("logger", **options)) == {"browser_version"}
    assert product.get_timeout_multiplier("testharness", run_info, **options) == 1.0
    made = product.get_browser_kwargs("logger", "testharness", run_info, config={}, subsuite=subsuite, **options)
    product.browser_classes[None]("logger", **made)
    made = product.get_executor_kwargs("logger", "testharness", environment, run_info, subsuite=subsuite, **options)
    executor = product.executor_classes["testharness"]("logger", "browser", **made)
    assert executor.is_alive() and executor.timeout_multiplier == 1
