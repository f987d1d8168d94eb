"""The parts of the papers that are made or checked by programmes: the README's commands, and what is not there.

python docs/readme.py gaps           print docs/GAPS.md, as it has to be
python docs/readme.py test-command   print the command of the second block of "Quick start"
python docs/readme.py update         write docs/GAPS.md, and its summary into the README
"""

from __future__ import annotations

import asyncio
import fnmatch
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README, GAPS, ABSENT = ROOT / "README.md", ROOT / "docs" / "GAPS.md", ROOT / "docs" / "absent.toml"
BEGIN, END = "<!-- gaps: made by docs/readme.py update -->", "<!-- end of gaps -->"

_STEP = re.compile(r"(?:#|//|\*)\s*((?:\d[\d.–, ]*\.\s+)?)(?:.*?)FIXME:\s*(.+)")


def members() -> list[str]:
    """One line for each reason: the members that are defined and that scripts do not find, as the loaded bindings say."""
    found: dict[str, list[str]] = {}
    for interface, member, reason in asyncio.run(_declared_gaps()):
        found.setdefault(reason, []).append(f"`{interface}.{member}`")
    return [f"* {', '.join(sorted(names))}: {reason}" for reason, names in sorted(found.items(), key=lambda item: min(item[1]))]


async def _declared_gaps() -> list[list[str]]:
    sys.path.insert(0, str(ROOT))  # this file is also read where the project is not installed
    from engine import Browser

    async with Browser() as browser:
        await browser.open("data:text/html,")
        (environment,) = browser.user_agent.environments.values()

        def look() -> list[list[str]]:
            gaps = environment.bindings.load("webidl/gaps.js").get("declared_gaps")
            found: list[list[str]] = environment.realm.call_for_wire(gaps)
            return found

        return await environment.agent.run(look)


@dataclass(frozen=True)
class Area:
    """Names that are not there: patterns as in a shell, but for some names that are."""

    names: list[str]
    but: list[str]
    reason: str

    def has(self, name: str) -> bool:
        return name not in self.but and any(fnmatch.fnmatchcase(name, pattern) for pattern in self.names)

    def __str__(self) -> str:
        named = ", ".join(f"`{name}`" for name in self.names)
        but = f", but for {', '.join(f'`{name}`' for name in self.but)}" if self.but else ""
        return f"({named}{but}): {self.reason}"


def areas() -> dict[str, Area]:
    """What docs/absent.toml lists."""
    listed = tomllib.loads(ABSENT.read_text("utf-8"))
    return {
        area: Area(entry["names"].split(), entry.get("but", "").split(), entry["reason"]) for area, entry in listed.items()
    }


def steps() -> list[str]:
    """The steps of algorithms that are not taken, with the files they stand in."""
    found = []
    for folder, suffix in (("engine", "py"), ("js_bindings", "js")):
        for file in sorted((ROOT / folder).rglob(f"*.{suffix}")):
            for line in file.read_text("utf-8").splitlines():
                match = _STEP.search(line)
                if match is not None:
                    found.append(f"* `{file.relative_to(ROOT)}`: {match[1]}{match[2].strip()}")
    return found


def page() -> str:
    """docs/GAPS.md."""
    absent = [f"* **{area}** {listed}" for area, listed in areas().items()]
    return "\n".join(
        [
            "# What is not there",
            "",
            "Made by `python docs/readme.py update`. Scripts do not find any of it: `in`, `typeof` and `?.` tell the truth, so that",
            "what detects features works.",
            "",
            "## Members of interfaces",
            "",
            *members(),
            "",
            "## Names",
            "",
            "`*` stands for any letters. From `docs/absent.toml`, which is held to what realms have.",
            "",
            *absent,
            "",
            "## Steps of algorithms",
            "",
            "Marked FIXME in the code.",
            "",
            *steps(),
            "",
        ]
    )


def summary() -> str:
    """The README's part of it."""
    return "\n".join([*members(), f"* Altogether: {'; '.join(areas())}"])


def with_gaps(text: str) -> str:
    """The README's text with the summary as it is now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + "\n" + summary() + "\n" + END + after


def blocks(section: str, language: str) -> list[str]:
    """The fenced blocks of a language in the section with that heading."""
    text = README.read_text("utf-8")
    start = text.index(f"## {section}\n")
    end = text.find("\n## ", start + 1)
    return re.findall(rf"^```{language}\n(.*?)^```$", text[start : end if end >= 0 else None], re.MULTILINE | re.DOTALL)


def main() -> None:
    match sys.argv[1:]:
        case ["gaps"]:
            print(page(), end="")
        case ["test-command"]:
            print(blocks("Quick start", "sh")[1].strip())
        case ["update"]:
            README.write_text(with_gaps(README.read_text("utf-8")), "utf-8")
            GAPS.write_text(page(), "utf-8")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
