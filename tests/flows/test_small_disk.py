"""A whole life on a disk of 8 MB: it fills up, says so, is emptied by the site and by the person, goes on, and is in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from engine.background_fetch import BackgroundFetchHandle, BackgroundFetchView
from engine.browser import Browser
from engine.cli.exit_codes import ExitCode
from engine.cli.main import afterpage
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import ConsoleMessage
from engine.storage import StorageFull
from engine.storage.check import examine_profile
from engine.window import Page

from .small_disk import SIZE, SmallDisk

SITE = "https://example.test"
PUT = "caches.open('%s').then((c) => c.put('/%s', new Response('x'.repeat(%d)))).then(() => 'stored', (e) => e.name)"
WORKER = """
for (const name of ['success', 'fail', 'abort']) addEventListener(`backgroundfetch${name}`, (event) => event.waitUntil((async () => {
  const told = [event.type, event.registration.failureReason];
  for (const record of await event.registration.matchAll()) {
    told.push(await record.responseReady.then((response) => response.text()).then((text) => text.length, (error) => error.name));
  }
  await event.updateUI({ title: told.join() });
})()));
"""
REGISTER = "navigator.serviceWorker.register('/%s').then(() => navigator.serviceWorker.ready).then(() => 'ready', (e) => e.name)"
BEGIN = "navigator.serviceWorker.ready.then((r) => r.backgroundFetch.fetch('%s', %s)).then((f) => f.id, (e) => e.name)"


@pytest.fixture
def gate() -> Event:
    """What the rest of /large waits for."""
    return Event()


@pytest.fixture
def transport(gate: Event) -> FakeTransport:
    transport = FakeTransport()
    for path, kind, body in (
        ("", "html", b"<title>p</title>"),
        ("worker.js", "javascript", WORKER.encode()),
        ("other.js", "javascript", WORKER.encode()),
        ("small", "plain", b"x" * 1000),
        ("large", "plain", [b"x" * 1000, gate, b"x" * 2_000_000]),
    ):
        transport.route(f"{SITE}/{path}", FakeResponse(body, headers={"Content-Type": f"text/{kind}"}))
    return transport


async def fill_up(page: Page) -> set[str]:
    """Let the site put into its caches as long as anything fits; all that it was told."""
    answers = []
    for size in (1_000_000, 100_000, 10_000):
        number = 0
        while not answers or answers[-1] == "stored" or number == 0:
            answers.append(await page.evaluate(PUT % (f"of {size}", number, size)))
            number += 1
    assert answers.count("stored") >= 5
    return set(answers)


async def test_it_fills_up_says_so_deletes_goes_on_and_opens_clean(disk: SmallDisk, transport: FakeTransport) -> None:
    said: list[ConsoleMessage] = []
    options: dict[str, Any] = {"transport": transport, "quota": 1 << 40}
    profile = disk.folder / "profile"
    async with Browser(profile=profile, on_console=said.append, **options) as browser:
        page = await browser.open(f"{SITE}/")
        await page.evaluate("localStorage.session = 'open'; document.cookie = 'session=open; Max-Age=9999'")
        # It fills up, and says so to the site at every attempt, to the person once.
        assert await fill_up(page) == {"stored", "QuotaExceededError"}
        assert len([message for message in said if "The disk is full" in message.text]) == 1
        # What the site ends stays ended.
        await page.evaluate("localStorage.clear(); document.cookie = 'session=; Max-Age=0'")
        # It can be emptied, and goes on.
        assert await page.evaluate("caches.delete('of 1000000')") is True
        assert await page.evaluate(PUT % ("again", 0, 1_000_000)) == "stored"
        assert await page.evaluate("caches.keys().then((keys) => keys.includes('again'))") is True
    assert examine_profile(profile).found == []
    async with Browser(profile=profile, **options) as browser:
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate("[localStorage.length, document.cookie].join()") == "0,"
        length = "caches.match('/0', { cacheName: 'again' }).then((r) => r.text()).then((t) => t.length)"
        assert await page.evaluate(length) == 1_000_000
        assert await page.evaluate("caches.has('of 1000000')") is False
        # As often as it likes.
        for _ in range(2):
            await fill_up(page)
            for name in ("again", "of 1000000", "of 100000", "of 10000"):
                await page.evaluate(f"caches.delete('{name}')")
            assert await page.evaluate(PUT % ("again", 0, 1_000_000)) == "stored"
    # Somebody else fills it to the last byte: what the person asks for is done, or refused with its exit code.
    ballast = disk.fill()
    cleared = await asyncio.to_thread(CliRunner().invoke, afterpage, ["clear", str(profile), "--all"])
    assert cleared.exit_code == ExitCode.SUCCESS, cleared.output
    ballast.unlink()
    assert disk.free > SIZE // 2
    checked = await asyncio.to_thread(CliRunner().invoke, afterpage, ["doctor", str(profile)])
    assert checked.exit_code == ExitCode.SUCCESS, checked.output


async def test_a_background_fetch_for_which_there_is_no_room_ends_and_its_worker_and_the_person_hear_of_it(
    disk: SmallDisk, transport: FakeTransport, gate: Event
) -> None:
    said: list[ConsoleMessage] = []
    options: dict[str, Any] = {"transport": transport, "quota": 1 << 40}
    profile = disk.folder / "profile"
    async with Browser(profile=profile, on_console=said.append, **options) as browser:
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate(REGISTER % "worker.js") == "ready"
        assert await page.evaluate(BEGIN % ("before", "['/large', '/small']")) == "before"
        (handle,) = browser.background_fetches()
        await handle_has(handle, lambda view: (view.downloaded, view.settled_records) == (2000, 1))
        ballast = disk.fill()
        gate.set()
        view = await handle.wait()
        assert (view.failure_reason, view.event_due) == ("quota-exceeded", False)
        assert view.title == "backgroundfetchfail,quota-exceeded,TypeError,1000"
        # What the disk has no room for is refused, or kept until there is some.
        ballast.unlink()
        ballast = disk.fill(with_the_reserve=True)
        assert await page.evaluate(BEGIN % ("after", "['/small']")) == "QuotaExceededError"
        assert await page.evaluate(REGISTER % "other.js") == "QuotaExceededError"
        await page.evaluate("document.cookie = 'late=1; Max-Age=9999'")
        browser.permissions.set("background-fetch", "denied", SITE)
        assert [message.text.partition(":")[0] for message in said] == ["The disk is full"]
        ballast.unlink()
    assert examine_profile(profile).found == []
    async with Browser(profile=profile, **options) as browser:
        assert browser.background_fetches() == []
        assert browser.permissions.state("background-fetch", SITE) == "denied"
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate("document.cookie") == "late=1"
        browser.permissions.set("background-fetch", "granted", SITE)
        assert await page.evaluate(BEGIN % ("again", "['/small']")) == "again"
        (handle,) = browser.background_fetches()
        assert (await handle.wait()).title == "backgroundfetchsuccess,,1000"


async def test_an_end_for_which_there_is_not_even_a_row_is_told_and_stored_once_there_is(
    disk: SmallDisk, transport: FakeTransport, gate: Event
) -> None:
    profile = disk.folder / "profile"
    with pytest.raises(StorageFull):
        async with Browser(profile=profile, transport=transport) as browser:
            page = await browser.open(f"{SITE}/")
            assert await page.evaluate(REGISTER % "worker.js") == "ready"
            assert await page.evaluate(BEGIN % ("id", "['/large', '/small']")) == "id"
            (handle,) = browser.background_fetches()
            await handle_has(handle, lambda view: (view.downloaded, view.settled_records) == (2000, 1))
            ballast = disk.fill(with_the_reserve=True)
            gate.set()
            view = await handle.wait()
            assert view.title == "backgroundfetchfail,quota-exceeded,TypeError,1000"
    ballast.unlink()
    # NB: its event has been handled, which nobody could write down: at least once is what is promised.
    async with Browser(profile=profile, transport=transport) as browser:
        (handle,) = browser.background_fetches()
        assert (await handle.wait()).title == "backgroundfetchsuccess,,2001000,1000"
    async with Browser(profile=profile, transport=transport) as browser:
        assert browser.background_fetches() == []
    assert examine_profile(profile).found == []


async def handle_has(handle: BackgroundFetchHandle, wanted: Callable[[BackgroundFetchView], bool]) -> None:
    async with asyncio.timeout(20):
        while not wanted(handle.view):
            await asyncio.sleep(0.001)


async def test_what_finds_no_room_until_the_end_is_told_and_the_profile_opens_clean(
    disk: SmallDisk, transport: FakeTransport
) -> None:
    profile = disk.folder / "profile"
    async with Browser(profile=profile, transport=transport) as browser:
        page = await browser.open(f"{SITE}/")
        await page.evaluate("localStorage.kept = 1")
    with pytest.raises(StorageFull):
        async with Browser(profile=profile, transport=transport) as browser:
            page = await browser.open(f"{SITE}/")
            ballast = disk.fill()
            await page.evaluate("localStorage.large = 'x'.repeat(2_000_000)")
    ballast.unlink()
    async with Browser(profile=profile, transport=transport) as browser:
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate("Object.keys(localStorage).join()") == "kept"
    assert examine_profile(profile).found == []
