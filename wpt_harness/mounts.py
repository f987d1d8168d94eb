"""Folders of tests outside of the checkout, which its server serves beside its own: tests that are to be given to the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wpt_harness.checkout import Checkout


@dataclass(frozen=True, slots=True)
class Mount:
    """`url`: where its folder is served, with a slash at either end."""

    url: str
    folder: Path


def mount_of(checkout: Checkout, part: str) -> tuple[Mount, str] | None:
    """The mount that a part of a selection lies in, and the path within it ("." for all); None for what is in the checkout.

    A folder outside is served under the names of its parent and its own; a file with its folder.
    """
    path = from_here(part)
    in_the_checkout = not is_seen_from_here(part) and (checkout.root / part.lstrip("/")).exists()
    if in_the_checkout or not path.exists() or path.is_relative_to(checkout.root):
        return None
    folder = path if path.is_dir() else path.parent
    names = [name for name in (folder.parent.name, folder.name) if name]
    return Mount("/".join(["", *names, ""]), folder), "." if path.is_dir() else path.name


def is_seen_from_here(part: str) -> bool:
    """Whether it says itself that it is a path from the folder one is in, as "." and "../tests" do."""
    return part in (".", "..") or part.startswith(("./", "../"))


def from_here(part: str) -> Path:
    """The path in full, without "." and ".."."""
    return Path(os.path.normpath(Path(part).absolute()))


def mounts_of(checkout: Checkout, selection: Sequence[str]) -> list[Mount]:
    """Every mount that a selection needs."""
    found = [mount_of(checkout, part) for part in selection]
    return list(dict.fromkeys(one[0] for one in found if one is not None))
