"""Finding the web-platform-tests, and knowing which ones they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.storage.cache_folder import user_cache_folder
from wpt_harness.errors import BrokenCheckout, NoCheckout

_NEEDED: Final = (
    "resources/testharness.js",
    "resources/testdriver.js",
    "tools/localpaths.py",
    "tools/serve/serve.py",
    "tools/manifest/sourcefile.py",
    "tools/certs/web-platform.test.pem",
)
_PROGRAMS: Final = Path(__file__).parent / "in_the_checkout"
REVISION_FILE: Final = ".afterpage-revision"
"""Where `fetch` writes down the revision (ours; git knows it too, but a copy without .git does not)."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the web-platform-tests. `revision`: the full hash, or None when nothing tells it."""

    root: Path
    revision: str | None


def default_checkout() -> Path:
    """Where `fetch` puts the tests."""
    return user_cache_folder() / "wpt"


def find_checkout(
    given: Path | None, environment: Mapping[str, str] = os.environ, revision: str | None = None
) -> Checkout:
    """The checkout of --wpt, else of $WPT_ROOT, else the one in the user's cache folder.

    `revision` overrides what the folder says of itself. Raises NoCheckout, BrokenCheckout.
    """
    named = environment.get("WPT_ROOT")
    if given is not None:
        root, source = given, "--wpt"
    elif named:
        root, source = Path(named), "$WPT_ROOT"
    else:
        root, source = default_checkout(), "the user's cache folder"
    root = root.expanduser().absolute()
    if not root.is_dir():
        how = "name one with --wpt DIR or $WPT_ROOT, or get one with: afterpage-wpt fetch"
        raise NoCheckout(f"no web-platform-tests checkout: {root} ({source}) is not a folder; {how}")
    missing = [name for name in _NEEDED if not (root / name).is_file()]
    if missing:
        raise BrokenCheckout(
            f"{root} ({source}) is not a whole web-platform-tests checkout: {', '.join(missing)} missing"
        )
    return Checkout(root, revision or _revision_of(root))


def wants_plain_quota_errors(root: Path) -> bool:
    """Whether a checkout's tests are older than the class QuotaExceededError (2025): their harness has no assertion for it."""
    return b"assert_throws_quotaexceedederror" not in (root / "resources" / "testharness.js").read_bytes()


def command_in_the_checkout(program: str) -> list[str]:
    """How a program of ours that uses the checkout's own tools is started (in_the_checkout/)."""
    # OPTIMIZATION: nothing may be written into the checkout, and to compile its tools anew takes half of the time they need.
    compiled = user_cache_folder() / "pycache"
    return [sys.executable, "-E", "-X", f"pycache_prefix={compiled}", str(_PROGRAMS / program)]


def _revision_of(root: Path) -> str | None:
    try:
        written = (root / REVISION_FILE).read_text().strip()
    except OSError:
        written = ""
    if re.fullmatch(r"[0-9a-f]{40}", written):
        return written
    if not (root / ".git").exists():
        return None
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None
