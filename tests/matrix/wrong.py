"""Verbs as they must not be: the matrix has to notice each. Only for its own tests."""

from __future__ import annotations

from engine.storage import Index, change_entries, disk_verb, durable_disk_verb, save_local_storage
from tests.matrix.bases import BIG, SITE
from tests.matrix.steps import Journey, Steps


async def _row_before_its_bytes(at: Steps) -> None:
    """The row is flushed, and its body is not."""
    await at.step(at.storage.run(_own_what_is_not_flushed))


@durable_disk_verb
def _own_what_is_not_flushed(index: Index) -> None:
    index.bodies.path(999).write_bytes(BIG)
    index.execute("INSERT INTO bodies (id, storage_key, size, state) VALUES (999, ?, ?, 'complete')", (SITE, len(BIG)))
    index.execute("UPDATE cache_entries SET body = 999 WHERE body IS NULL AND storage_key = ?", (SITE,))


async def _file_before_the_commit(at: Steps) -> None:
    """The file goes, and then the row."""
    found = at.storage.index.row("SELECT body FROM cache_entries WHERE body IS NOT NULL ORDER BY id LIMIT 1")
    at.storage.index.bodies.path(found[0]).unlink()
    await at.step(at.storage.run(change_entries, 1, delete=[1]))


async def _two_transactions(at: Steps) -> None:
    """One step, and in its middle it is half done."""

    async def both() -> None:
        for key in ("first", "second"):
            await at.storage.run(save_local_storage, SITE, {key: "1"}, False)

    await at.step(both())


async def _answered_too_early(at: Steps) -> None:
    """The answer comes before the change."""

    async def nothing() -> None:
        pass

    await at.step(nothing())
    await at.storage.run(save_local_storage, SITE, {"late": "1"}, False)


async def _promise_without_a_flush(at: Steps) -> None:
    """It says that it survives a power loss."""
    await at.step(at.storage.run(save_local_storage, SITE, {"promised": "1"}, False), durable=True)


async def _refusal_that_is_kept(at: Steps) -> None:
    """The disk refuses, and nobody is told: a body that is not stored counts as stored."""

    async def whatever_comes() -> None:
        try:
            await at.storage.run(save_local_storage, SITE, {"told": "1"}, False)
        except Exception:
            return

    await at.step(whatever_comes())


@disk_verb
def _leak(index: Index) -> None:
    index.execute("UPDATE usage SET used = used + 1")


async def _wrong_count(at: Steps) -> None:
    await at.step(at.storage.run(_leak))


WRONG = tuple(
    (Journey(steps.__name__.strip("_").replace("_", " "), steps), failure, rule)
    for steps, failure, rule in (
        (_row_before_its_bytes, "power loss", "a row without its bytes"),
        (_file_before_the_commit, "kill", "a row without its bytes"),
        (_two_transactions, "kill", "half done"),
        (_answered_too_early, "kill", "half done"),
        (_promise_without_a_flush, "power loss", "answered and not there"),
        (_refusal_that_is_kept, "no room once", "answered and not there"),
        (_wrong_count, "kill", "a wrong count"),
    )
)
"""Journeys, what goes wrong then, and the rule that is broken."""
