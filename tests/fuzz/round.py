"""One round, in a process of its own: a browser whose realms all make odd calls at once. Ours.

Its last line of output is a JSON object: the calls that each scope has made, and what went wrong.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from engine import Browser, BrowserFailed, ConsoleMessage
from engine.js import Limits
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE = Path(__file__).parent
SITE = "https://fuzz.test/"
SILENCE = 60.0  # seconds without a call anywhere: something hangs


@dataclass(frozen=True)
class Round:
    """`mode`: "plain", "patched" (the language of every realm is), "wild" (realms may end themselves), "small" (heaps of a few MB)."""

    seed: int
    mode: str
    calls: int
    trace: bool = False


def transport(plan: Round) -> FakeTransport:
    source = (HERE / "calls.js").read_text()

    def options(scope: str, number: int) -> str:
        given = {"scope": scope, "seed": plan.seed * 8 + number, "calls": plan.calls, "trace": plan.trace}
        return json.dumps(given | {mode: plan.mode == mode for mode in ("patched", "wild", "small")})

    html, script = ((b"Content-Type", b"text/html"),), ((b"Content-Type", b"text/javascript"),)
    page = f"""<!doctype html><body><form id=f><input name=a></form><script src=calls.js></script><script>
      const register = navigator.serviceWorker.register("sw.js").catch(() => {{}});
      new Worker("worker.js"); new SharedWorker("shared.js");
      fuzz({options("page", 1)});
    </script>"""
    fake = FakeTransport()
    fake.route(SITE + "*", FakeResponse(b"something", headers=html))
    fake.route(SITE, FakeResponse(page.encode(), headers=html))
    fake.route(SITE + "calls.js", FakeResponse(source.encode(), headers=script))
    for name, scope, number in (("worker", "worker", 2), ("shared", "shared worker", 3), ("sw", "service worker", 4)):
        own = f"{source}\nfuzz({options(scope, number)});"
        if scope == "shared worker":
            # One that the calls themselves have begun, by another name, would make all of them once more.
            own = f"if (name === '') {{ {own} }}"
        if scope == "service worker":
            own += (
                "addEventListener('install', (e) => e.waitUntil(new Promise((resolve) => setTimeout(resolve, 5000))));"
            )
        fake.route(f"{SITE}{name}.js", FakeResponse(own.encode(), headers=script))
    return fake


class Watch:
    """Hears how far each scope is."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.last = ""
        self.foreign: set[str] = set()
        self.never: dict[str, list[str]] = {}
        self.heard = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, message: ConsoleMessage) -> None:
        text = message.text.strip()  # it may stand in a group
        found = re.fullmatch(r"fuzz ([a-z ]+) (\d+)", text)
        with self._lock:
            if found is not None:
                self.made[found[1]] = max(self.made[found[1]], int(found[2]))
                self.heard = time.monotonic()
            elif (unreached := re.fullmatch(r"never ([a-z ]+): (.*)", text)) is not None:
                self.never[unreached[1]] = unreached[2].split()
            elif text.startswith("foreign "):
                self.foreign.add(text)
            elif text.startswith("trace "):
                self.last = text

    @property
    def is_silent(self) -> bool:
        return time.monotonic() - self.heard > SILENCE


async def play(plan: Round) -> dict[str, object]:
    """Calls by scope, members called on nothing that has them (of scopes that came to an end), and what went wrong (None: nothing)."""
    watch = Watch()
    limits = Limits(memory=(16 + 16 * (plan.seed % 2) << 20) if plan.mode == "small" else (256 << 20), task_time=20.0)
    wrong = None
    try:
        async with Browser(transport=transport(plan), limits=limits, on_console=watch) as browser:
            await browser.open(SITE)
            goals = plan.calls * 4
            last, same = 0, 0
            while sum(watch.made.values()) < goals and not watch.is_silent:
                await asyncio.sleep(0.25)
                made = sum(watch.made.values())
                same, last = (same + 1 if made == last else 0), made
                if same > 40 and plan.mode in ("wild", "small"):
                    break  # realms that have ended make no more
    except BrowserFailed as failure:
        wrong = f"BrowserFailed: {failure} ({failure.__cause__!r})"
    if (
        wrong is None
        and watch.is_silent
        and plan.mode in ("plain", "patched")
        and min(watch.made.values(), default=0) == 0
    ):
        wrong = "nothing happened"
    if wrong is None and watch.foreign:
        wrong = f"objects of the realm of the bindings reached scripts: {sorted(watch.foreign)}"
    return {"plan": asdict(plan), "made": dict(watch.made), "never": watch.never, "wrong": wrong, "last": watch.last}


def main() -> None:
    seed, mode, calls, *rest = sys.argv[1:]
    result = asyncio.run(play(Round(int(seed), mode, int(calls), "--trace" in rest)))
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
