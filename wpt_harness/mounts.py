"""Folders of tests outside of the checkout, which its server serves beside its own: tests that are to be given to the project."""

from __future__ import annotations

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
    path = Path(part).absolute()
    if (checkout.root / part.lstrip("/")).exists() or not path.exists() or path.is_relative_to(checkout.root):
        return None
    folder = path if path.is_dir() else path.parent
    return Mount(f"/{folder.parent.name}/{folder.name}/", folder), "." if path.is_dir() else path.name


def mounts_of(checkout: Checkout, selection: Sequence[str]) -> list[Mount]:
    """Every mount that a selection needs."""
    found = [mount_of(checkout, part) for part in selection]
    return list(dict.fromkeys(one[0] for one in found if one is not None))
