"""The two sides of the border agree, and so do interface definitions and implementation classes."""

from __future__ import annotations

import re
from pathlib import Path

from engine.ops.registry import all_ops
from engine.webidl import load_definitions

BINDINGS = Path(__file__).resolve().parents[2] / "js_bindings"
ENGINE = BINDINGS.parent / "engine"


def exported_ops() -> list[str]:
    text = (BINDINGS / "ops.js").read_text()
    block = text[text.index("export const {\n") :]
    return re.findall(r"^  (op_\w+),", block, re.MULTILINE)


def object_of(file: str, name: str) -> dict[str, str]:
    text = (BINDINGS / file).read_text()
    block = text[text.index(f"export const {name} = {{") :]
    return dict(re.findall(r'^  (\w+): "([^"]+)",', block[: block.index("\n}")], re.MULTILINE))


def test_both_sides_name_the_same_ops() -> None:
    assert sorted(exported_ops()) == [op.name for op in all_ops()]


def test_every_op_is_used_by_the_bindings() -> None:
    sources = "\n".join(file.read_text() for file in BINDINGS.rglob("*.js") if file.name != "ops.js")
    unused = [name for name in exported_ops() if not re.search(rf"\b{name}\b", sources)]
    assert not unused


def test_every_upcall_is_exported_by_its_module_and_called_by_python() -> None:
    python = "\n".join(file.read_text() for file in ENGINE.rglob("*.py"))
    for name, module in object_of("upcalls.js", "upcalls").items():
        assert re.search(
            rf"export (async )?function {name}\b|export \{{[^}}]*\b{name}\b", (BINDINGS / module).read_text()
        ), f"{module} lacks {name}"
        assert f'"{name}"' in python, f"Python never calls {name}"


def test_every_upcall_that_python_makes_is_listed() -> None:
    listed = object_of("upcalls.js", "upcalls")
    python = "\n".join(file.read_text() for file in ENGINE.rglob("*.py"))
    assert not set(re.findall(r'"(up_\w+)"', python)) - set(listed)


def test_every_registered_interface_is_defined_and_has_its_class() -> None:
    definitions = load_definitions()
    for name, module in object_of("interfaces.js", "interfaces").items():
        assert definitions.table(name)["kind"] in ("interface", "namespace", "callback interface"), name
        text = (BINDINGS / module).read_text()
        assert re.search(rf"export (class|const|function) {name}\b|export \{{[^}}]*\b{name}\b", text), (
            f"{module} does not export {name}"
        )


def test_every_relative_import_of_the_bindings_leads_to_a_file() -> None:
    for file in BINDINGS.rglob("*.js"):
        for target in re.findall(r'^(?:import|export)\b[^"\n]*?"(\.[^"]+)";', file.read_text(), re.MULTILINE):
            assert (file.parent / target).resolve().is_file(), f"{file.relative_to(BINDINGS)}: {target}"


def test_every_lazy_load_of_the_bindings_leads_to_a_file() -> None:
    for file in BINDINGS.rglob("*.js"):
        for target in re.findall(r'\bload\("([^"]+)"\)', file.read_text()):
            assert (BINDINGS / target).is_file(), f"{file.relative_to(BINDINGS)}: {target}"
