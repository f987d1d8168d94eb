"""The parts of the README that are made or checked by programmes: its commands, and its list of gaps.

python docs/readme.py gaps           print the list of gaps, as it has to stand in the README
python docs/readme.py test-command   print the command of the second block of "Quick start"
python docs/readme.py update         write the list of gaps into the README
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- gaps: made by docs/readme.py update -->", "<!-- end of gaps -->"

_ON_PROTOTYPE = re.compile(r'(\w+)(\.prototype)?\.(\w+) = not_implemented\(\s*"([^"]+)"')
_FIELD = re.compile(r'^  (?:static )?(\w+) = not_implemented\(\s*"([^"]+)"', re.MULTILINE)


def gaps() -> list[str]:
    """One line for each member that is declared and not there, with its reason."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "js_bindings").rglob("*.js")):
        source = file.read_text("utf-8")
        for holder, _, member, reason in _ON_PROTOTYPE.findall(source):
            found.setdefault(reason, []).append(_name(holder if holder[0].isupper() else file.stem, member))
        for member, reason in _FIELD.findall(source):
            found.setdefault(reason, []).append(_name(file.stem, member))
    return [
        f"* {', '.join(sorted(set(members)))}: {reason}"
        for reason, members in sorted(found.items(), key=lambda item: min(item[1]))
    ]


def _name(owner: str, member: str) -> str:
    """Files with small letters hold members of several interfaces."""
    return f"`{owner}.{member}`" if owner[0].isupper() else f"`{member}`"


def blocks(section: str, language: str) -> list[str]:
    """The fenced blocks of a language in the section with that heading."""
    text = README.read_text("utf-8")
    start = text.index(f"## {section}\n")
    end = text.find("\n## ", start + 1)
    return re.findall(rf"^```{language}\n(.*?)^```$", text[start : end if end >= 0 else None], re.MULTILINE | re.DOTALL)


def with_gaps(text: str) -> str:
    """The README's text with the list of gaps as it is now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + "\n" + "\n".join(gaps()) + "\n" + END + after


def main() -> None:
    match sys.argv[1:]:
        case ["gaps"]:
            print("\n".join(gaps()))
        case ["test-command"]:
            print(blocks("Quick start", "sh")[1].strip())
        case ["update"]:
            README.write_text(with_gaps(README.read_text("utf-8")), "utf-8")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
