"""Ways to damage a profile: page by page, row by row, file by file. Each is a function of the folder and of chance."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

from engine.storage.salvage import SALVAGED_NAME, SALVAGING_NAME, salvage_index
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, tables, tables_at

PAGE = 4096

Harm: TypeAlias = Callable[[Path, Random], object]


class Damage(NamedTuple):
    name: str
    harm: Harm
    was_killed: bool = False
    """Of a profile whose process died, else of one that was closed in good order."""


def index(folder: Path) -> Path:
    return folder / "index.sqlite"


def bodies(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "bodies").rglob("*") if path.is_file())


# Pages of the index --------------------------------------------------------------------------------------------------


def zeroed(page: bytearray, chance: Random) -> None:
    page[:] = bytes(len(page))


def noise(page: bytearray, chance: Random) -> None:
    page[:] = chance.randbytes(len(page))


def one_byte(page: bytearray, chance: Random) -> None:
    page[chance.randrange(len(page))] ^= chance.randrange(1, 256)


def its_head(page: bytearray, chance: Random) -> None:
    """What says how its rows lie in it."""
    for place in range(8):
        page[place] ^= chance.randrange(1, 256)


def half(page: bytearray, chance: Random) -> None:
    page[len(page) // 2 :] = chance.randbytes(len(page) - len(page) // 2)


WAYS = (zeroed, noise, its_head, one_byte, half)


def harm_pages(
    folder: Path, chance: Random, choose: Callable[[Path, Random], list[int]], way: Callable[[bytearray, Random], None]
) -> None:
    data = bytearray(index(folder).read_bytes())
    for number in choose(folder, chance):
        page = data[(number - 1) * PAGE : number * PAGE]
        way(page, chance)
        data[(number - 1) * PAGE : number * PAGE] = page
    index(folder).write_bytes(data)


def root_of(name: str, folder: Path, chance: Random) -> list[int]:
    database = sqlite3.connect(index(folder))
    (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    database.close()
    return [page]


def pages_that_begin_with(kinds: bytes, folder: Path, chance: Random) -> list[int]:
    """One of them."""
    data = index(folder).read_bytes()
    pages = [number for number in range(2, len(data) // PAGE + 1) if data[(number - 1) * PAGE] in kinds]
    return [chance.choice(pages)]


def some_pages(count: int, folder: Path, chance: Random) -> list[int]:
    return chance.sample(pages := range(2, index(folder).stat().st_size // PAGE + 1), min(count, len(pages)))


def this_page(number: int, folder: Path, chance: Random) -> list[int]:
    return [number]


def of_pages() -> Iterator[Damage]:
    for number, table in enumerate(tables()):
        yield Damage(
            f"root of {table}, {WAYS[number % 3].__name__}",
            partial(harm_pages, choose=partial(root_of, table), way=WAYS[number % 3]),
        )
    for name in ("cache_entries_by_url", "bodies_without_owners", "script_resources_by_body"):
        yield Damage(f"root of the index {name}", partial(harm_pages, choose=partial(root_of, name), way=noise))
    for kind, name in (
        (b"\x0d", "rows"),
        (b"\x0a", "entries"),
        (b"\x05\x02", "ways to others"),
        (b"\x00", "what is too long"),
    ):
        for way in (zeroed, its_head):
            yield Damage(
                f"a page of {name}, {way.__name__}",
                partial(harm_pages, choose=partial(pages_that_begin_with, kind), way=way),
            )
    for count in (3, 12):
        yield Damage(f"{count} pages, noise", partial(harm_pages, choose=partial(some_pages, count), way=noise))
    for way in (one_byte, half, zeroed):
        yield Damage(f"the first page, {way.__name__}", partial(harm_pages, choose=partial(this_page, 1), way=way))


# Files ---------------------------------------------------------------------------------------------------------------


def cut_index(folder: Path, chance: Random, share: float) -> None:
    os.truncate(index(folder), int(index(folder).stat().st_size * share))


def replace_index(folder: Path, chance: Random, data: bytes | None) -> None:
    index(folder).unlink()
    if data is not None:
        index(folder).write_bytes(data)


def harm_log(folder: Path, chance: Random, share: float | None) -> None:
    log = folder / "index.sqlite-wal"
    if share is None:
        data = bytearray(log.read_bytes())
        for _ in range(4):
            data[chance.randrange(len(data))] ^= 0xFF
        log.write_bytes(data)
    else:
        os.truncate(log, int(log.stat().st_size * share))


def lose_log(folder: Path, chance: Random) -> None:
    (folder / "index.sqlite-wal").unlink()


def foreign_journal(folder: Path, chance: Random) -> None:
    (folder / "index.sqlite-journal").write_bytes(chance.randbytes(3000))


def lose_a_body(folder: Path, chance: Random) -> None:
    chance.choice(bodies(folder)).unlink()


def lose_all_bodies(folder: Path, chance: Random) -> None:
    shutil.rmtree(folder / "bodies")


def change_a_body(folder: Path, chance: Random) -> None:
    path = chance.choice(bodies(folder))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def cut_a_body(folder: Path, chance: Random) -> None:
    path = chance.choice(bodies(folder))
    os.truncate(path, chance.randrange(path.stat().st_size))


def lengthen_a_body(folder: Path, chance: Random) -> None:
    with chance.choice(bodies(folder)).open("ab") as stream:
        stream.write(b"more")


def swap_bodies(folder: Path, chance: Random) -> None:
    one, other = chance.sample(bodies(folder), 2)
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)


def folder_for_a_body(folder: Path, chance: Random) -> None:
    path = chance.choice(bodies(folder))
    path.unlink()
    path.mkdir()


def add_files(folder: Path, chance: Random) -> None:
    (folder / "bodies/00000/0000ffff").write_bytes(b"orphan")
    (folder / "bodies/00000/notes").write_bytes(b"foreign")


def of_files() -> Iterator[Damage]:
    for share in (0.0, 0.4, 0.9):
        yield Damage(f"{share:.0%} of the index", partial(cut_index, share=share))
    yield Damage("no index", partial(replace_index, data=None))
    yield Damage("an index that is a letter", partial(replace_index, data=b"Dear reader, " * 900))
    for share in (0.0, 0.5, 0.97):
        yield Damage(f"{share:.0%} of the log", partial(harm_log, share=share), was_killed=True)
    yield Damage("bytes of the log", partial(harm_log, share=None), was_killed=True)
    yield Damage("no log", lose_log, was_killed=True)
    yield Damage("a page and a log", partial(harm_pages, choose=partial(some_pages, 6), way=noise), was_killed=True)
    for harm in (
        foreign_journal,
        lose_a_body,
        lose_all_bodies,
        change_a_body,
        cut_a_body,
        lengthen_a_body,
        swap_bodies,
    ):
        yield Damage(harm.__name__.replace("_", " "), harm)
    yield Damage("folder for a body", folder_for_a_body)
    yield Damage("add files", add_files)


# Rows ----------------------------------------------------------------------------------------------------------------


def run(folder: Path, chance: Random, *statements: str) -> None:
    database = sqlite3.connect(index(folder), isolation_level=None)
    database.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        database.execute(statement)
    database.close()


ROWS = {
    "bodies without rows": "DELETE FROM bodies WHERE id % 3 = 0",
    "bodies of a wrong length": "UPDATE bodies SET size = size + 1 WHERE id % 4 = 0",
    "bodies of a smaller length": "UPDATE bodies SET size = size - 1 WHERE id % 4 = 0",
    "bodies of a wrong checksum": "UPDATE bodies SET checksum = checksum + 1 WHERE id % 5 = 0",
    "bodies in a state there is not": "UPDATE bodies SET state = 'fine' WHERE id % 5 = 0",
    "owners": "UPDATE bodies SET owners = owners + 1 WHERE id % 2 = 0",
    "entries without a cache": "DELETE FROM caches WHERE id = 1",
    "records without a fetch": "DELETE FROM background_fetches WHERE id = 1",
    "scripts without a worker": "DELETE FROM workers WHERE id = 1",
    "a worker without its script": "DELETE FROM script_resources WHERE position = 0 AND worker = 1",
    "a worker without scripts": "DELETE FROM script_resources WHERE worker = 1",
    "a fetch without a record": "DELETE FROM background_fetch_records WHERE fetch = 1 AND position = 3",
    "a fetch without its last record": "DELETE FROM background_fetch_records WHERE fetch = 1 AND position = 11",
    "requests that are none": "UPDATE cache_entries SET request = '[1' WHERE id % 7 = 0",
    "addresses that are none": "UPDATE registrations SET scope = 'nowhere' WHERE id = 1",
    "permissions there are not": "UPDATE permissions SET name = 'everything' WHERE origin LIKE '%p1%'",
    "times that are none": "UPDATE cookies SET created = 'then' WHERE name LIKE 'n1%'",
}


def of_rows() -> Iterator[Damage]:
    for name, statement in ROWS.items():
        yield Damage(name, lambda folder, chance, statement=statement: run(folder, chance, statement))
    yield Damage(
        "strange columns",
        lambda folder, chance: run(folder, chance, "ALTER TABLE cookies ADD COLUMN theirs", "CREATE TABLE theirs (x)"),
    )
    yield Damage("an earlier format", earlier_format)
    yield Damage(
        "an earlier format, and a page",
        lambda folder, chance: (
            earlier_format(folder, chance),
            harm_pages(folder, chance, partial(root_of, "permissions"), noise),
        ),
    )


def earlier_format(folder: Path, chance: Random | None = None, version: int = 3) -> None:
    """As an earlier version of this software would have written it."""
    new = sqlite3.connect(folder / "earlier.sqlite", isolation_level=None)
    new.executescript(" ".join(MIGRATIONS[:version]))
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        new.execute(f"DROP TRIGGER {name}")
    new.execute("ATTACH ? AS now", (str(index(folder)),))
    for table, form in tables_at(version).items():
        columns = ", ".join(column.name for column in form.columns)
        new.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
    for _, statement in triggers:
        new.execute(statement)
    new.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    new.execute(f"PRAGMA user_version = {version}")
    new.close()
    (folder / "earlier.sqlite").rename(index(folder))


# Repairs that were interrupted ----------------------------------------------------------------------------------------


def interrupted(folder: Path, chance: Random, moved: int) -> None:
    """After the renaming that decides, and so many others."""
    harm_pages(folder, chance, partial(root_of, "permissions"), noise)
    copy = folder.with_name(f"{folder.name}-copy")
    shutil.copytree(folder, copy)
    salvage_index(index(copy))
    index(copy).rename(folder / SALVAGED_NAME)
    shutil.rmtree(copy)
    for name in ("index.sqlite-wal", "index.sqlite")[:moved]:
        if (folder / name).exists():
            (folder / name).rename(folder / name.replace("index", "index-damaged-1"))


def begun(folder: Path, chance: Random) -> None:
    harm_pages(folder, chance, partial(root_of, "permissions"), noise)
    (folder / SALVAGING_NAME).write_bytes(chance.randbytes(5000))


def of_repairs() -> Iterator[Damage]:
    yield Damage("a repair that had begun", begun)
    for moved in range(3):
        yield Damage(f"a repair after {moved} renamings", partial(interrupted, moved=moved))
    yield Damage(
        "a repair that had not come to its end",
        lambda folder, chance: run(folder, chance, "INSERT INTO profile VALUES ('rows were lost', 1)"),
    )


def all_damages() -> list[Damage]:
    return [*of_pages(), *of_files(), *of_rows(), *of_repairs()]


def every_page(count: int) -> Iterator[Damage]:
    """The long form: every page of an index of so many, in every way."""
    for number in range(1, count + 1):
        for way in WAYS:
            yield Damage(
                f"page {number}, {way.__name__}", partial(harm_pages, choose=partial(this_page, number), way=way)
            )
