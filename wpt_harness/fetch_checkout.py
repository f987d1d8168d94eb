"""Getting the web-platform-tests: a shallow, sparse checkout at one revision, in the user's cache folder."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wpt_harness.checkout import REVISION_FILE
from wpt_harness.errors import HarnessError

UPSTREAM: Final = "https://github.com/web-platform-tests/wpt.git"
PINNED_REVISION: Final = "0d4f5079526492412a427152fcc1d08958bdf952"
"""7 November 2024: our expectations speak of this one."""

NEEDED: Final = ("common", "fonts", "images", "interfaces", "media", "resources", "tools", "websockets")
"""Folders that the server and tests of all folders use."""
COVERED: Final = (
    "FileAPI", "IndexedDB", "WebCryptoAPI", "background-fetch", "background-sync", "beacon", "clear-site-data", "compression", "console",
    "content-index", "content-security-policy", "cookie-store", "cookies", "cors", "dom", "ecmascript", "encoding", "eventsource", "fetch",
    "hr-time", "html", "js", "mixed-content", "notifications", "performance-timeline", "periodic-background-sync", "permissions",
    "push-api", "referrer-policy", "resource-timing", "scheduler", "secure-contexts", "service-workers", "storage", "streams",
    "upgrade-insecure-requests", "url", "urlpattern", "user-timing", "web-locks", "webidl", "webmessaging", "webstorage", "workers", "xhr",
)  # fmt: skip


class FetchFailed(HarnessError):
    """The tests could not be got."""


def fetch(
    target: Path,
    source: str = UPSTREAM,
    revision: str = PINNED_REVISION,
    folders: Sequence[str] = COVERED,
    *,
    everything: bool = False,
) -> None:
    """Make `target` a checkout of `revision`, or bring an earlier one there to it. git's own progress goes to the terminal.

    `source`: a git address, or a folder with a clone. Raises FetchFailed; what was there before then still is.
    """
    if shutil.which("git") is None:
        raise FetchFailed(
            "git is needed to get the web-platform-tests, and is not installed; or name a checkout with --wpt DIR or $WPT_ROOT"
        )
    if target.exists() and any(target.iterdir()) and not (target / ".git").exists():
        raise FetchFailed(f"{target} is there already, and was not made by git: use it as it is, or move it away first")
    target.mkdir(parents=True, exist_ok=True)
    address = str(Path(source).expanduser().absolute()) if Path(source).expanduser().exists() else source
    if not (target / ".git").exists():
        _git(target, "init", "--quiet")
    if everything:
        _git(target, "sparse-checkout", "disable")
    else:
        _git(target, "sparse-checkout", "set", "--cone", *sorted({*NEEDED, *folders}))
    _get(target, address, revision)
    _git(target, "checkout", "--quiet", "--detach", "--force", revision, progress=True)
    (target / REVISION_FILE).write_text(_git(target, "rev-parse", "HEAD"))


def _get(target: Path, address: str, revision: str) -> None:
    if _git(target, "cat-file", "-t", revision, check=False).strip() == "commit":
        return
    _git(target, "config", "remote.origin.url", address)
    _git(target, "config", "remote.origin.promisor", "true")
    _git(target, "config", "remote.origin.partialclonefilter", "blob:none")
    try:
        _git(target, "fetch", "--depth", "1", "--filter", "blob:none", "origin", revision, progress=True)
    except FetchFailed as error:
        raise FetchFailed(
            f"the web-platform-tests cannot be got from {address}: {error}; without a network, name an existing checkout "
            "with --wpt DIR or $WPT_ROOT, or a clone on this machine with --from"
        ) from error


def _git(folder: Path, *arguments: str, progress: bool = False, check: bool = True) -> str:
    """Run git in `folder`; what it printed. With `progress`, what it says of itself goes to the terminal."""
    command = ["git", "-C", str(folder), *arguments]
    if progress:
        command.insert(command.index(arguments[0]) + 1, "--progress")
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=None if progress else subprocess.PIPE, text=True)
    if check and answer.returncode != 0:
        last = (answer.stderr or "").strip().splitlines()[-1:] or [
            f"git {arguments[0]} ended with status {answer.returncode}"
        ]
        raise FetchFailed(last[0])
    return answer.stdout
