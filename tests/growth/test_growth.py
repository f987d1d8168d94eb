"""Four times as many are no more than five times the work; the long list: python -m tests.growth."""

from __future__ import annotations

import pytest

from engine.http import HeaderList
from engine.storage import Index, Storage
from tests.growth.__main__ import grow, what_grows_too_much
from tests.growth.counts import Count, counts_of_parts, counts_of_scripts, of_a_script
from tests.growth.work import Counting, Work, counted_work

ALL = counts_of_parts() + counts_of_scripts()


@pytest.mark.parametrize("count", [count for count in ALL if count.quick], ids=lambda count: count.name)
async def test_work_grows_with_what_there_is_and_no_faster(count: Count) -> None:
    few, many = await grow(count)
    assert what_grows_too_much(few, many) == {}, (few, many)


def test_each_count_has_a_name_of_its_own() -> None:
    assert len({count.name for count in ALL}) == len(ALL)


async def quadratic_in_sql(n: int, counting: Counting) -> Work:
    def compare(index: Index) -> None:
        index.rows(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?) SELECT count(*) FROM c a, c b", (n,)
        )

    storage = await Storage.open(None)
    try:
        return await counting.of(lambda: storage.run(compare))
    finally:
        await storage.close()


async def test_what_grows_with_the_square_in_the_database_is_noticed() -> None:
    few, many = await grow(Count("square", 60, quadratic_in_sql))
    assert list(what_grows_too_much(few, many)) == ["sql"]


async def test_what_grows_with_the_square_in_a_script_is_noticed() -> None:
    work_of = of_a_script({"action": "let k = 0; for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) k++"})
    few, many = await grow(Count("square", 200, work_of))
    assert list(what_grows_too_much(few, many)) == ["javascript"]


async def test_work_in_the_engine_s_python_is_counted_by_lines() -> None:
    async def append(headers: HeaderList, n: int) -> None:
        for number in range(n):
            headers.append(b"%d" % number, b"")  # looks through all that there are

    with counted_work() as counting:
        few, many = HeaderList(), HeaderList()
        before = await counting.of(lambda: append(few, 100))
        after = await counting.of(lambda: append(many, 400))
    assert list(what_grows_too_much(before, after)) == ["python"]
