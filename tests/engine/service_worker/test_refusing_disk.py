"""A registration that the profile cannot forget, or store, is not told as forgotten, or lost."""

import pytest

from engine.browser.service_worker_handles import ServiceWorkerHandle
from engine.service_worker import saving
from engine.service_worker.registrations import clear_registrations
from engine.storage import Index, QuotaExceeded, StorageFailed, StorageFull, all_registrations

UNREGISTER = "navigator.serviceWorker.getRegistration().then((r) => r.unregister())"
THERE = "navigator.serviceWorker.getRegistration().then((r) => r !== undefined)"


@pytest.fixture
def disk(monkeypatch):
    class Disk:
        refusal = None

    forget = Index._forget_unowned_bodies

    def refuse(index):
        if Disk.refusal is not None:
            raise Disk.refusal(index.path, "somehow")
        forget(index)

    monkeypatch.setattr(Index, "_forget_unowned_bodies", refuse)
    return Disk


@pytest.mark.parametrize("refusal, name", [(StorageFull, "QuotaExceededError"), (StorageFailed, "UnknownError")])
async def test_unregister_rejects_and_the_registration_stays_in_this_run_and_the_next(
    new_browser, tmp_path, disk, refusal, name
):
    async with new_browser(tmp_path / "profile") as browser:
        page, registration = await browser.install("// 1")
        await browser.service_workers.saved()
        disk.refusal = refusal
        assert await page.settled(f"{UNREGISTER}.catch((e) => e.name)") == name
        assert await page.settled(THERE) is True
        with pytest.raises(refusal):
            await ServiceWorkerHandle(browser.service_workers, registration).unregister()
        assert not registration.is_unregistered
        disk.refusal = None
    async with new_browser(tmp_path / "profile") as browser:
        page = await browser.open()
        assert await page.settled(THERE) is True
        assert await page.settled(UNREGISTER) is True
        assert await page.settled(THERE) is False
    async with new_browser(tmp_path / "profile") as browser:
        assert list(browser.service_workers.registrations) == []


async def test_clearing_says_so_and_does_it_once_the_disk_takes_it(new_browser, tmp_path, disk):
    async with new_browser(tmp_path / "profile") as browser:
        _, registration = await browser.install("// 1")
        await browser.service_workers.saved()
        disk.refusal = StorageFull
        with pytest.raises(StorageFull):
            await clear_registrations(browser.service_workers, registration.storage_key)
        disk.refusal = None
        await browser.service_workers.saved()
        assert await browser.user_agent.storage.run(all_registrations) == []


async def test_a_registration_that_could_not_be_stored_is_stored_at_the_end(new_browser, tmp_path, disk, monkeypatch):
    def refuse(index, registration):
        raise StorageFull(index.path, "somehow")

    async with new_browser(tmp_path / "profile") as browser:
        with monkeypatch.context() as patch:
            patch.setattr(saving, "save_registration", refuse)
            await browser.install("// 1")
            with pytest.raises(StorageFull):
                await browser.service_workers.saved()
            assert not browser.service_workers.saving.is_under_way, "nobody waits for a disk that refuses"
            assert await browser.user_agent.storage.run(all_registrations) == []
    async with new_browser(tmp_path / "profile") as browser:
        assert browser.registration().active is not None


REGISTER = "navigator.serviceWorker.register('/sw.js').then(() => 'registered', (e) => `${e.name}: ${e.message}`)"
FULL = StorageFull("bodies/1", "No space left on device")
OVER_QUOTA = QuotaExceeded("https://example.test", 3, 2, 1)


def refusing(monkeypatch, storage, failure, which=lambda data: True):
    store = storage.store_bytes

    async def store_or_refuse(storage_key, data):
        if which(data):
            raise failure
        return await store(storage_key, data)

    monkeypatch.setattr(storage, "store_bytes", store_or_refuse)


@pytest.mark.parametrize("failure", [FULL, OVER_QUOTA])
async def test_register_rejects_when_the_worker_cannot_be_kept_instead_of_one_that_never_gets_ready(
    new_browser, tmp_path, monkeypatch, failure
):
    async with new_browser(tmp_path / "profile") as browser:
        browser.serve("/sw.js", "importScripts('/more.js')")
        browser.serve("/more.js", "1")
        page = await browser.open()
        with monkeypatch.context() as patch:
            refusing(patch, browser.user_agent.storage, failure, lambda data: data == b"1")
            assert (await page.settled(REGISTER)).startswith("QuotaExceededError: Failed to register a ServiceWorker")
            assert await page.settled(THERE) is False
        assert await page.settled(REGISTER) == "registered"


async def test_an_update_that_cannot_be_kept_is_rejected_and_leaves_what_there_was(new_browser, tmp_path, monkeypatch):
    async with new_browser(tmp_path / "profile") as browser:
        page, registration = await browser.install("// 1")
        active = registration.active
        browser.serve("/sw.js", "// 2")
        refusing(monkeypatch, browser.user_agent.storage, FULL)
        update = "navigator.serviceWorker.getRegistration().then((r) => r.update()).catch((e) => e.name)"
        assert await page.settled(update) == "QuotaExceededError"
        assert registration.active is active and active.state == "activated"
        assert (registration.installing, registration.waiting) == (None, None)


async def test_what_is_imported_while_it_installs_and_cannot_be_kept_fails_the_installation(
    new_browser, tmp_path, monkeypatch
):
    async with new_browser(tmp_path / "profile") as browser:
        browser.serve("/sw.js", "oninstall = () => importScripts('/more.js')")
        browser.serve("/more.js", "1")
        page = await browser.open()
        refusing(monkeypatch, browser.user_agent.storage, OVER_QUOTA, lambda data: data == b"1")
        assert await page.settled(REGISTER) == "registered"
        await browser.until(lambda: not browser.service_workers.registration_map)
        assert "was not installed: its scripts cannot be stored" in browser.texts
