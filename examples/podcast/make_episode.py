"""Write the big episode to disk, for static servers that cannot make it on the fly."""

from __future__ import annotations

import tomllib
from pathlib import Path

SITE = Path(__file__).parent


def main() -> None:
    for path, made in tomllib.loads((SITE / "afterpage.toml").read_text())["generated"].items():
        target = SITE / path.lstrip("/")
        target.write_bytes((SITE / made["repeat"]).read_bytes() * made["times"])
        print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
