"""However much a site wants to have kept, its process stays below the agent's limit and 100 MB; see memory_bombs.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BOMBS = Path(__file__).parent / "memory_bombs.py"
MEGABYTE = 1 << 20
LIMIT = 48 * MEGABYTE
FULL = "that may be kept outside the heap"

# The bomb, how its page's title begins when it has gone off, and whether the console says which budget was full.
OUTCOMES = [
    ("brotli", "done: read 209715200", False),
    ("brotli_text", "done: TypeError", True),
    ("zstd_text", "done: TypeError", True),
    ("gzip_in_gzip", "done: TypeError", True),
    ("endless_text", "done: TypeError", True),
    ("endless_blob", "done: TypeError", True),
    ("endless_json", "done: TypeError", True),
    ("lazy_branch", "done: TypeError What one reader of a body is behind", True),
    ("xhr", "done: error 0", False),
    ("sync_xhr", "done: NetworkError", True),
    ("unstarted_port", "done: DataCloneError", True),
    ("worker_that_does_not_listen", "done: DataCloneError", True),
    ("broadcast", "done: DataCloneError", True),
    ("message_channels", "done: TypeError", True),
    ("timers", "done: TypeError", True),
    ("operations", "done: TypeError", True),
    ("request_bodies", "done: failed true", True),
    ("blob_urls", "done: TypeError", True),
    ("blobs", "done: InternalError", False),
    ("decompression_stream", "done: InternalError", False),
    ("compression_streams", "done: TypeError", True),
    ("console", "done: said it", False),
    ("cache_put", "done: QuotaExceededError", False),
    ("cache_put_brotli", "done: QuotaExceededError", False),
    ("background_fetch", "done: failure quota-exceeded", False),
    ("inner_html", "done: TypeError", True),
    ("workers", "done: refused true", False),
    ("endless_header", "failed: NavigationFailed", False),
    ("endless_headers", "failed: NavigationFailed", False),
    ("endless_html", "over", False),
    ("endless_comment", "over", False),
]


def explode(name: str) -> dict[str, Any]:
    process = subprocess.run([sys.executable, BOMBS, name], capture_output=True, text=True, timeout=300, check=False)
    assert process.returncode == 0, process.stderr[-2000:]
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result


@pytest.mark.parametrize(("name", "title", "is_told"), OUTCOMES, ids=[name for name, _, _ in OUTCOMES])
def test_a_bomb_fills_no_more_than_the_agents_limit(name: str, title: str, is_told: bool) -> None:
    result = explode(name)
    assert result["title"].startswith(title), result
    assert any(FULL in text for text in result["said"]) == is_told or not is_told, result
    # NB: workers are agents too, of 2 MB each while they do nothing.
    allowed = 250 * MEGABYTE if name == "workers" else 100 * MEGABYTE
    assert result["peak"] < LIMIT + allowed, result
