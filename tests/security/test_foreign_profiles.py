"""A profile that somebody else has prepared: nothing outside of it is touched, nothing waits, and every answer is one sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine import Browser
from engine.browser.row_readers import ROW_READERS
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import ProfileError
from engine.storage.check import examine_profile
from engine.storage.schema import tables

ROOT = Path(__file__).resolve().parents[2]
SITE = "http://localhost:8123/"
WORKER = b"addEventListener('install', () => skipWaiting()); addEventListener('activate', (e) => e.waitUntil(clients.claim()));"
FILL = """(async () => {
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  const cache = await caches.open("v1");
  await cache.add("/data");
  localStorage.setItem("key", "value");
  document.cookie = "kept=1; max-age=100000";
  await registration.backgroundFetch.fetch("paused", ["/data", new Request("/upload", {method: "POST", body: "body"})], {title: "title"});
})()"""


def transport() -> FakeTransport:
    html = ((b"Content-Type", b"text/html"),)
    script = ((b"Content-Type", b"text/javascript"),)
    fake = FakeTransport()
    fake.route(SITE, FakeResponse(b"<title>x</title>", headers=html))
    fake.route(SITE + "sw.js", FakeResponse(WORKER, headers=script))
    fake.route(SITE + "data", b"the data")
    fake.route(SITE + "upload", b"thanks")
    return fake


async def fill(folder: Path) -> None:
    """One row, at least, of every table, and a fetch that is not over."""
    async with Browser(profile=folder, transport=transport()) as browser:
        browser.permissions.set("notifications", "denied", SITE[:-1])
        browser.permissions.set("background-fetch", "prompt", SITE[:-1])  # begins paused
        page = await browser.open(SITE)
        await page.evaluate(FILL)


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign") / "profile"
    asyncio.run(fill(folder))
    return folder


@pytest.fixture
async def profile(filled_once: Path, tmp_path: Path) -> AsyncIterator[Path]:
    folder = tmp_path / "profile"
    shutil.copytree(filled_once, folder)
    yield folder


async def use(folder: Path) -> str:
    """Start with it, look at everything, leave: "fine", or what the profile is refused for. Anything else raises."""
    try:
        async with Browser(profile=folder, transport=transport()) as browser:
            page = await browser.open(SITE)
            await page.evaluate(
                """(async () => {
                  const tries = [() => caches.match("/data"), async () => (await caches.open("v1")).keys(),
                    () => localStorage.getItem("key"), () => document.cookie,
                    async () => (await navigator.serviceWorker.getRegistrations()).map((r) => r.scope),
                    async () => (await (await navigator.serviceWorker.getRegistration())?.backgroundFetch?.get("paused"))?.matchAll?.()];
                  for (const one of tries) { try { await one(); } catch {} }
                })()"""
            )
    except ProfileError as error:
        return str(error)
    return "fine"


def in_its_place(path: Path, kind: str, bait: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True, parents=True)
    match kind:
        case "link":
            path.symlink_to(bait)
        case "dangling link":
            path.symlink_to(bait.with_name("made-through-a-link"))
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")


FILES = ["lock", "index.sqlite", "index.sqlite-wal", "index.sqlite-shm", "index.sqlite-journal"]


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "fifo", "device"])
@pytest.mark.parametrize("name", [*FILES, "bodies", "bodies/00000"])
async def test_nothing_stands_in_for_a_file_of_the_profile(profile: Path, tmp_path: Path, name: str, kind: str) -> None:
    if kind == "folder" and name.startswith("bodies"):
        pytest.skip("it is a folder")
    bait = tmp_path / "letter"
    bait.write_text("dear")
    in_its_place(profile / name, kind, bait)
    answer = await use(profile)
    if name == "bodies/00000":
        assert answer == "fine"  # only its bodies are lost
    else:
        assert "in the place of" in answer and str(profile) in answer
    assert bait.read_text() == "dear"
    assert not bait.with_name("made-through-a-link").exists()


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "fifo", "device"])
async def test_a_body_that_is_no_file_is_lost_and_nothing_else(profile: Path, tmp_path: Path, kind: str) -> None:
    bait = tmp_path / "letter"
    bait.write_text("dear")
    bodies = sorted(path for path in (profile / "bodies").rglob("*") if path.is_file())
    assert len(bodies) >= 3
    for body in bodies:
        in_its_place(body, kind, bait)
    assert await use(profile) == "fine"
    examine_profile(profile, repair=True, readers=ROW_READERS)
    assert await use(profile) == "fine"
    assert bait.read_text() == "dear"
    assert not bait.with_name("made-through-a-link").exists()


def change(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
    for statement in statements:
        database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER theirs AFTER INSERT ON cookies BEGIN DELETE FROM registrations; END",
        "CREATE VIEW theirs AS SELECT * FROM cookies",
        "CREATE TABLE theirs (x)",
        "CREATE INDEX theirs ON cookies (value)",
        "DROP TRIGGER cache_entries_body_inserted",
        "ALTER TABLE cookies ADD COLUMN theirs",
        "DROP TABLE usage",
        "DROP TABLE local_storage",
    ],
)
async def test_a_schema_that_is_not_ours_is_refused_and_repaired(profile: Path, statement: str) -> None:
    change(profile, "PRAGMA foreign_keys = OFF", statement)
    answer = await use(profile)
    assert "is damaged" in answer and "afterpage doctor" in answer
    diagnosis = examine_profile(profile, repair=True, readers=ROW_READERS)
    assert diagnosis.found and not diagnosis.left
    assert await use(profile) == "fine"
    assert examine_profile(profile, readers=ROW_READERS).found == []


VALUES = {
    "a number": "1234567890123456789",
    "a fraction": "1e300",
    "nothing": "NULL",
    "a text": "'\x01 text'",
    "bytes": "x'ff00fe'",
    "a text that is none": "CAST(x'fffe41' AS TEXT)",
    "JSON": """'{"url_list": 5, "header_list": {"a": []}, "origin": 7, "csp_list": [1], "status": "x"}'""",
    "an empty JSON": "'{}'",
    "a list": "'[1, null]'",
    "deep": "'" + "[" * 50_000 + "'",
}


def columns_of(folder: Path) -> list[tuple[str, str]]:
    database = sqlite3.connect(folder / "index.sqlite")
    found = [(table, row[1]) for table in tables() for row in database.execute(f"PRAGMA table_info({table})")]
    database.close()
    return found


@pytest.mark.parametrize("table", tables())
async def test_rows_of_any_content_are_a_clear_error_and_the_doctors(
    filled_once: Path, tmp_path: Path, table: str, request: pytest.FixtureRequest
) -> None:
    """Two values for each column, each value in its turn; `--every-value`: all for each."""
    columns = columns_of(filled_once)
    for number, (one, column) in enumerate(columns):
        if one != table:
            continue
        values = list(VALUES)
        if not request.config.getoption("--every-value"):
            values = [values[number % len(values)], values[(number * 3 + 5) % len(values)]]
        for value in values:
            folder = tmp_path / f"{column}-{value}"
            shutil.copytree(filled_once, folder)
            try:
                change(folder, "PRAGMA ignore_check_constraints = ON", f"UPDATE {table} SET {column} = {VALUES[value]}")
            except sqlite3.Error:
                continue  # not even SQLite takes it
            answer = await use(folder)
            assert answer == "fine" or "afterpage doctor" in answer, (column, value)
            examine_profile(folder, repair=True, readers=ROW_READERS)
            assert await use(folder) == "fine", (column, value)
            left = examine_profile(folder, readers=ROW_READERS)
            assert left.found == [], (column, value)


COMMANDS = ["run SITE --timeout 5 --profile", "doctor", "doctor --repair", "clear --all", "clear --delete"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("damage", ["a FIFO", "a link", "a trigger", "junk", "a body that is a folder"])
def test_every_command_says_so_in_one_sentence(filled_once: Path, tmp_path: Path, command: str, damage: str) -> None:
    folder, bait = tmp_path / "profile", tmp_path / "letter"
    shutil.copytree(filled_once, folder)
    bait.write_text("dear")
    match damage:
        case "a FIFO":
            in_its_place(folder / "lock", "fifo", bait)
        case "a link":
            in_its_place(folder / "index.sqlite", "link", bait)
        case "a trigger":
            change(folder, "CREATE TRIGGER theirs AFTER INSERT ON cookies BEGIN DELETE FROM registrations; END")
        case "junk":
            (folder / "index.sqlite").write_bytes(b"junk" * 5000)
        case "a body that is a folder":
            body = next(path for path in (folder / "bodies").rglob("*") if path.is_file())
            in_its_place(body, "folder", bait)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<title>x</title>")
    done = subprocess.run(
        [sys.executable, "-m", "engine", *(str(site) if word == "SITE" else word for word in command.split()), str(folder)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1, 2, 3, 5)
    assert len(done.stderr.splitlines()) <= 1
    assert bait.read_text() == "dear"


