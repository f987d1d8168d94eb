"""The cells of the matrix: one journey, one thing that goes wrong, at each place where it can; then the next start.

A story is what the profile says at the next start. Those of a run in which nothing goes wrong, taken after each step, are what
is allowed: after a kill that of the last step that was answered, or of the one that was under way; after a refusal that of the last
step that was answered, and no other; after a power loss also an earlier one, down to the last step that promises to survive it.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from engine.storage import Storage, StorageError, save_permission
from tests.matrix.bases import damage, furnish, leave_much_undone
from tests.matrix.disk import Disk, Tree, digest_of, power_losses, write_tree
from tests.matrix.next_start import CANARY, LIMIT, Found, Story, next_start
from tests.matrix.recorder import Call, Recorded, Recorder, Refusal
from tests.matrix.steps import Base, Journey, Steps, watch_transactions

REFUSALS: Final = {
    "no room once": ("room", False),
    "no room any more": ("room", True),
    "a write fails once": ("write", False),
    "no write works any more": ("write", True),
    "a flush fails once": ("flush", False),
    "no flush works any more": ("flush", True),
}
FAILURES: Final = (*REFUSALS, "kill", "power loss")
_PROFILE: Final = "profile"
_PATIENCE: Final = 60.0  # seconds for a journey of milliseconds: more is a hang
_REFUSED: Final = {
    "room": (Call.CREATE, Call.WRITE, Call.MKDIR, Call.RENAME, Call.LINK),
    "write": (Call.WRITE,),
    "flush": (Call.FLUSH,),
}


@dataclass(frozen=True)
class Broken:
    """A cell that does not hold: where it went wrong, what rule was broken, and how that showed."""

    journey: str
    failure: str
    place: str
    rule: str
    what: str


@dataclass
class Result:
    """Of one journey, by failure: how many cells, and in how many what was answered is gone as its verb says that it may be."""

    about: str
    journey: str
    cells: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    `places`: at most so many for each failure in a journey, None for all; `seeds`: power losses by chance at each place; `failures`: so
    many of those there are for each journey, not always the same.
    """

    places: int | None = None
    seeds: int = 3
    seed: int = 1
    failures: int = len(FAILURES)


@dataclass
class _Run:
    root: Path
    disk: Disk
    steps: Steps
    record: list[Recorded] = field(default_factory=list)
    error: Exception | None = None
    was_refused: bool = False
    canary: bool | None = None
    """Whether what was asked for afterwards was answered; None: nothing was."""


@dataclass
class _Case:
    """A journey that is being tried, and what is allowed."""

    journey: Journey
    result: Result
    stories: list[Story] = field(default_factory=list)
    """What there is to be told before the first step, and after each."""

    def judge(self, failure: str, place: str, found: Found, answered: int, allowed: range) -> None:
        """Whether what the next start found is one of the stories that are allowed, and breaks no rule."""
        self.result.cells[failure] += 1
        for problem in found.problems:
            rule, _, what = problem.partition(": ")
            self.broken(failure, place, rule, what)
        if found.story is None or found.problems:
            return
        told = [number for number, story in enumerate(self.stories) if story == found.story]
        if any(number in allowed and number >= answered for number in told):
            return
        if any(number in allowed for number in told):
            self.result.given_up[failure] += 1
            return
        rule = "half done" if not told else "answered and not there" if max(told) < answered else "refused and there"
        self.broken(failure, place, rule, found.story.difference(self.stories[answered]))

    def broken(self, failure: str, place: str, rule: str, what: str) -> None:
        self.result.broken.append(Broken(self.journey.name, failure, place, rule, what))


class Matrix:
    """The cells of journeys, in a folder of its own."""

    def __init__(self, folder: Path, effort: Effort) -> None:
        self._folder = folder
        self._effort = effort
        self._recorder = Recorder(folder)
        watch_transactions()
        gc.freeze()  # what is there now need not be looked through after each run
        self._number = 0
        self._bases: dict[Base, Path] = {}
        self._known: dict[tuple[bytes, object], Found] = {}

    async def result_of(self, journey: Journey, failures: Sequence[str] | None = None) -> Result:
        """`failures`: those that are tried; None: as `effort` says."""
        case = _Case(journey, Result(journey.about, journey.name))
        run = await self._run(journey, None)
        if run.error is not None:
            raise run.error
        if journey.only_reads:
            self._expect_no_change(case, run)
            return case.result
        await self._tell_stories(case, run)
        if failures is None:
            failures = Random(f"{self._effort.seed} {journey.name}").sample(FAILURES, self._effort.failures)
        await self._stop_at_every_place(case, run, failures)
        for failure in REFUSALS:
            if failure in failures:
                await self._refuse_at_every_place(case, run, failure)
        return case.result

    def _expect_no_change(self, case: _Case, run: _Run) -> None:
        for failure in FAILURES:  # there is nothing that could go wrong
            case.result.cells[failure] += 1
        for recorded in _after_the_start(case.journey, run.record):
            if recorded.call is not Call.MARK:
                case.broken("kill", _words(recorded), "a read that writes", "")

    # A run.

    async def _run(self, journey: Journey, refusal: Refusal | None) -> _Run:
        root = self._new_folder()
        shutil.copytree(await self._base(journey.base), root)
        steps = Steps(root / _PROFILE, self._recorder.mark)
        run = _Run(root, Disk(root), steps)
        self._recorder.begin(root)
        try:
            async with asyncio.timeout(_PATIENCE):
                if journey.from_the_start:
                    self._recorder.refuse(refusal)
                if journey.opens:
                    await steps.open()
                if not journey.from_the_start:
                    self._recorder.refuse(refusal)
                await journey.steps(steps)
                steps.wait_for_what_goes_on()
        except Exception as error:  # it is a part of what was observed
            run.error = error.with_traceback(None)
            steps.wait_for_what_goes_on()
        run.was_refused = self._recorder.has_refused
        run.record = self._recorder.end()
        gc.collect()
        await self._go_on_and_close(run)
        return run

    async def _go_on_and_close(self, run: _Run) -> None:
        storage = run.steps.storage
        if storage is None or storage.is_closed:
            return
        try:
            if run.was_refused:
                run.canary = False
                await storage.run(save_permission, CANARY, "canary", "granted")
                run.canary = True
        except StorageError:
            pass
        try:
            await storage.close()
        except StorageError:
            pass

    async def _base(self, base: Base) -> Path:
        """A folder with a profile as it is before a journey."""
        if base not in self._bases:
            root = self._bases[base] = self._folder / base
            root.mkdir()
            if base == "killed":
                shutil.rmtree(root)
                shutil.copytree(await self._base("furnished"), before := self._new_folder())
                storage = await Storage.open(before / _PROFILE, limit=LIMIT)
                held = await leave_much_undone(storage)
                storage.index.bodies.wait_for_removals()
                shutil.copytree(before, root)
                del held
                await storage.close()
            elif base.startswith("damaged"):
                shutil.rmtree(root)
                shutil.copytree(await self._base("furnished"), root)
                damage(root / _PROFILE, the_index_too=base == "damaged index")
            elif base != "nothing":
                storage = await Storage.open(root / _PROFILE, limit=LIMIT)
                await furnish(storage)
                await storage.close()
        return self._bases[base]

    # What is allowed.

    async def _tell_stories(self, case: _Case, run: _Run) -> None:
        disk = copy.deepcopy(run.disk)
        trees = [disk.after_a_kill()]
        for recorded in run.record:
            disk.apply(recorded)
            if recorded.call is Call.MARK:
                trees.append(disk.after_a_kill())
        for tree in trees:
            found = await self._look(case.journey, tree)
            for problem in found.problems:
                rule, _, what = problem.partition(": ")
                case.broken("kill", f"{len(case.stories)} answered, nothing went wrong", rule, what)
            if found.story is None:
                raise AssertionError(f"{case.journey.name}, {len(case.stories)} answered: {found.problems}")
            case.stories.append(found.story)

    async def _look(self, journey: Journey, tree: Tree) -> Found:
        key = (digest_of(tree), journey.next_start)
        if key not in self._known:
            root = self._new_folder()
            write_tree(tree, root)
            self._known[key] = await next_start(root / _PROFILE, journey.next_start)
            shutil.rmtree(root)
        return self._known[key]

    # What goes wrong.

    async def _stop_at_every_place(self, case: _Case, run: _Run, failures: Sequence[str]) -> None:
        journey, disk, answered = case.journey, run.disk, 0
        begin = len(run.record) - len(_after_the_start(journey, run.record))
        changes = [at for at, one in enumerate(run.record) if one.call is not Call.MARK and at >= begin]
        kills, losses = (
            set(self._sample(changes, failure)) if failure in failures else set() for failure in ("kill", "power loss")
        )
        for at, recorded in enumerate(run.record):
            if recorded.call is Call.MARK:
                answered += 1
            # What was answered now must be there even if nothing comes after it.
            always = at == len(run.record) - 1 or (recorded.call is Call.MARK and self._effort.places != 1)
            disk.apply(recorded)
            if at < begin:
                continue
            place = f"after {_words(recorded)}, {answered} answered"
            if at in kills or (always and kills):
                found = await self._look(journey, disk.after_a_kill())
                case.judge("kill", place, found, answered, range(answered, answered + 2))
            if at in losses or (always and losses):
                allowed = range(_safe(run.steps.durable[:answered]), answered + 2)
                for number, tree in enumerate(power_losses(disk, self._seeds(at))):
                    found = await self._look(journey, tree)
                    case.judge("power loss", f"{place}, way {number}", found, answered, allowed)

    async def _refuse_at_every_place(self, case: _Case, run: _Run, failure: str) -> None:
        what, until_the_end = REFUSALS[failure]
        refusable = sum(one.call in _REFUSED[what] for one in _after_the_start(case.journey, run.record))
        for place in self._sample(range(1, refusable + 1), failure):
            await self._refuse(case, failure, Refusal(what, place, until_the_end))

    async def _refuse(self, case: _Case, failure: str, refusal: Refusal) -> None:
        journey = case.journey
        run = await self._run(journey, refusal)
        try:
            if not run.was_refused:
                return
            answered = run.steps.answered
            refused = next(one for one in run.record if one.call is Call.REFUSED)
            place = f"number {refusal.number}, {_words(refused)}, {answered} answered"
            if run.error is not None and not isinstance(run.error, StorageError):
                rule = "hangs" if isinstance(run.error, TimeoutError) else "a fault of ours"
                case.broken(failure, place, rule, f"{type(run.error).__name__}: {run.error}")
            only_that = range(answered, answered + 1)
            # It went on, and was closed:
            found = await next_start(run.root / _PROFILE, journey.next_start)
            if run.canary is not None and found.story is not None:
                is_there = any(CANARY in row for row in found.story.rows["permissions"])
                if is_there != run.canary:
                    rule = "answered and not there" if run.canary else "refused and there"
                    case.broken(failure, place, rule, "what was asked for afterwards")
                found.story = found.story.without_canary()
            case.judge(failure, f"{place}, closed", found, answered, only_that)
            # Or it was killed there, or lost its power:
            for recorded in run.record:
                run.disk.apply(recorded)
            found = await self._look(journey, run.disk.after_a_kill())
            case.judge(failure, f"{place}, killed", found, answered, only_that)
            allowed = range(_safe(run.steps.durable), answered + 1)
            for number, tree in enumerate(power_losses(run.disk, self._seeds(refusal.number))):
                found = await self._look(journey, tree)
                case.judge(failure, f"{place}, power loss, way {number}", found, answered, allowed)
        finally:
            shutil.rmtree(run.root)

    def _new_folder(self) -> Path:
        self._number += 1
        return self._folder / str(self._number)

    def _sample(self, places: Iterable[int], failure: str) -> list[int]:
        places = list(places)
        if self._effort.places is None or len(places) <= self._effort.places:
            return places
        return sorted(Random(f"{self._effort.seed} {failure}").sample(places, self._effort.places))

    def _seeds(self, place: int) -> list[int]:
        return [self._effort.seed * 1_000_003 + place * 101 + number for number in range(self._effort.seeds)]


def _safe(durable: list[bool]) -> int:
    """How many steps a power loss leaves, if nothing more than was promised."""
    return max((number for number, promised in enumerate(durable, start=1) if promised), default=0)


def _after_the_start(journey: Journey, record: list[Recorded]) -> list[Recorded]:
    if journey.from_the_start:
        return record
    opened = next(at for at, one in enumerate(record) if one.call is Call.MARK)
    return record[opened:]


def _words(recorded: Recorded) -> str:
    size = f" of {len(recorded.data)} bytes at {recorded.number}" if recorded.call is Call.WRITE else ""
    return f"{recorded.call.name.lower()}{size} {recorded.path.removeprefix(_PROFILE + '/')}".strip()
