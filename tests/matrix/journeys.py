"""Every verb, once or more, on a profile that holds some of everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from engine.background_fetch.profile_changes import _all
from engine.browser.decisions import _change_permissions
from engine.cache import CacheBatchOperation, batch_cache_operations
from engine.cache.cache_storage import _empty
from engine.cache.query import DEFAULT_OPTIONS, everything, query_all_caches, query_cache
from engine.cli.clear import _clear_everything, _clear_site
from engine.event_loop import FakeClock, run_on_thread
from engine.http.headers import HeaderList
from engine.http.request import Request
from engine.http.response import Response
from engine.storage import (
    Profile,
    RecordProgress,
    RecordState,
    all_background_fetches,
    all_cookies,
    all_entries,
    all_known_hosts,
    all_permissions,
    all_registrations,
    cache_names,
    change_cookies,
    change_entries,
    change_known_hosts,
    clear_cookies,
    clear_everything,
    clear_known_hosts,
    clear_permissions,
    clear_storage,
    create_background_fetch,
    domains_with_cookies,
    doom_cache,
    entries_of_all_caches,
    entries_with_url,
    estimate,
    event_delivered,
    find_cache,
    finish_background_fetch,
    forget_who_has_nothing,
    local_storage_items,
    open_cache,
    origins_with_permissions,
    records_of_a_background_fetch,
    release_records,
    remove_background_fetch,
    remove_cache,
    remove_dead_cookies,
    remove_doomed_caches,
    remove_permission,
    remove_registration,
    remove_settled_background_fetches,
    room,
    save_display,
    save_local_storage,
    save_paused,
    save_permission,
    save_progress,
    save_records,
    save_registration,
    save_update_check,
    storage_keys,
    unfinished_background_fetches,
)
from engine.storage.check import examine_profile
from engine.storage.deletion import delete_profile
from engine.url import origin_of, parse_url
from tests.matrix.bases import BIG, NOW, OTHER, SITE, SMALL, background_fetch, cookie, entry, registration
from tests.matrix.next_start import DOWNLOADS
from tests.matrix.steps import Journey, Steps

JOURNEYS: list[Journey] = []
REPAIRS = (
    "count_owners",
    "count_progress",
    "count_usage",
    "cut_file",
    "delete_row",
    "delete_worker",
    "fail_background_fetch",
    "forget_that_rows_were_lost",
    "give_up_bytes",
    "note_body_anew",
    "set_file_aside",
    "set_unowned_aside",
)


def of(
    verb: Callable[..., Any] | str, what: str = "", **how: Any
) -> Callable[[Callable[[Steps], Awaitable[None]]], Callable[[Steps], Awaitable[None]]]:
    """Adds a journey about a verb. `how`: as of a Journey."""

    def add(steps: Callable[[Steps], Awaitable[None]]) -> Callable[[Steps], Awaitable[None]]:
        name = verb if isinstance(verb, str) else verb.__name__
        JOURNEYS.append(Journey(name, steps, what=what, **how))
        return steps

    return add


# Opening and closing.


@of("Storage.open", "a new profile", base="nothing", from_the_start=True, also=("_begin_run",))
@of("Storage.open", "one that is there", from_the_start=True, also=("_begin_run",))
@of("Storage.open", "after a kill", base="killed", from_the_start=True, also=("_begin_run",))
async def _open(at: Steps) -> None:
    pass


@of("Storage.open", "and the first promise", base="nothing", from_the_start=True)
async def _open_and_promise(at: Steps) -> None:
    await at.run(save_registration, registration("/new/", await at.body(SMALL, SITE), "new"))


@of("Storage.close", "nothing was done", also=("_end_run",))
async def _close(at: Steps) -> None:
    await at.close()


@of("Storage.close", "after a little")
async def _close_after_a_little(at: Steps) -> None:
    cache = await at.run(open_cache, SITE, "v1")
    await at.run(change_entries, cache, put=[entry("/more", await at.body(SMALL, SITE))])
    await at.run(save_local_storage, SITE, {"three": "3"}, False)
    await at.close()


@of("Storage.close", "with bodies that nobody will own")
async def _close_with_bodies(at: Steps) -> None:
    held = await at.growing(BIG, SITE)
    await at.close()
    assert held.flushed


# Bodies.


@of("Storage.store_bytes", "a small one")
async def _small_body(at: Steps) -> None:
    await at.body(SMALL, SITE)


@of("BodyWriter.append", "one that is large")
@of("BodyWriter.finish")
async def _big_body(at: Steps) -> None:
    body = await at.growing(BIG, SITE, whole=True)
    cache = await at.run(find_cache, SITE, "v1")
    assert cache is not None
    await at.run(change_entries, cache, put=[entry("/more", body)])


@of("BodyWriter.flush")
async def _flushed(at: Steps) -> None:
    writer = at.storage.new_body(SITE, reserved=True)
    for number in range(3):
        await at.append(writer, BIG if number == 0 else SMALL)
        await at.step(writer.flush())
        await at.run(save_records, [RecordState(1, 1, {"status": 200}, writer.body, None, "", 1)])
    await at.step(writer.finish())
    await at.run(save_records, [RecordState(1, 1, {"status": 200}, writer.body, None, "success", 1)])


@of("BodyWriter.pause")
@of("Storage.resume_body", also=("BodyWriter.go_back_to_flushed",))
async def _paused(at: Steps) -> None:
    (record,) = await at.run(records_of_a_background_fetch, 1, 1, 1)
    assert record.response_body is not None
    for _ in range(2):
        writer = await at.step(at.storage.resume_body(record.response_body, reserved=True))
        await at.append(writer, SMALL)
        await at.step(writer.pause())
        await at.run(save_progress, [RecordProgress(1, 1, writer.body)])


@of("BodyWriter.fail")
async def _failed(at: Steps) -> None:
    writer = at.storage.new_body(SITE)
    await at.append(writer, BIG)
    writer.fail("the response broke off")
    del writer
    await at.run(save_paused, 1, True)


# Caches.


@of(open_cache)
async def _open_cache(at: Steps) -> None:
    await at.run(open_cache, SITE, "new")


@of(doom_cache)
async def _doom_cache(at: Steps) -> None:
    await at.run(doom_cache, SITE, "v1")


@of(remove_cache)
async def _remove_cache(at: Steps) -> None:
    cache = await at.run(doom_cache, SITE, "v1")
    assert cache is not None
    await at.run(remove_cache, cache)


@of(remove_doomed_caches)
async def _remove_doomed_caches(at: Steps) -> None:
    await at.run(doom_cache, SITE, "v1")
    await at.run(doom_cache, OTHER, "v1")
    await at.run(remove_doomed_caches)


@of(change_entries, "more")
async def _put(at: Steps) -> None:
    cache = await at.run(open_cache, SITE, "v1")
    await at.run(change_entries, cache, put=[entry("/more", await at.body(SMALL, SITE)), entry("/empty", None)])


@of(change_entries, "in place of others")
async def _replace(at: Steps) -> None:
    cache = await at.run(open_cache, SITE, "v1")
    old = [item.id for item in await at.run(all_entries, cache)]
    await at.run(change_entries, cache, delete=old, put=[entry("/big", await at.growing(BIG[::-1], SITE, whole=True))])
    await at.run(change_entries, cache, delete=[old[-1] + 1])


@of(batch_cache_operations)
async def _batch(at: Steps) -> None:
    cache = await at.run(open_cache, SITE, "v1")
    operations = []
    for path in ("/big", "/more"):
        request = _request(path)
        response = Response(url_list=request.url_list, status=200, header_list=HeaderList())
        operations.append(CacheBatchOperation("put", request, response, body=await at.body(SMALL, SITE)))
    await at.run(batch_cache_operations, cache, operations)


@of(_empty)
async def _empty_cache(at: Steps) -> None:
    await at.run(_empty, SITE, "v1")


# Registrations.


@of(save_registration, "a new one")
async def _register(at: Steps) -> None:
    await at.run(save_registration, registration("/new/", await at.body(SMALL, SITE), "new"))


@of(save_registration, "with another worker")
async def _update(at: Steps) -> None:
    await at.run(save_registration, registration("/app/", await at.body(SMALL, SITE), "newer"))
    await at.run(save_registration, registration("/app/", await at.growing(BIG, SITE, whole=True), "newest"))


@of(save_update_check)
async def _update_check(at: Steps) -> None:
    await at.run(save_update_check, SITE, f"{SITE}/app/", NOW + 1)


@of(remove_registration)
async def _unregister(at: Steps) -> None:
    await at.run(remove_registration, SITE, f"{SITE}/app/")


# Background fetches: 1 is active (an upload, a response that grows, one that has not begun), 2 has ended, 3 is settled.


@of(create_background_fetch)
async def _create(at: Steps) -> None:
    await at.run(create_background_fetch, background_fetch("more", await at.body(SMALL, SITE), None))


@of(save_records)
async def _records(at: Steps) -> None:
    body = await at.growing(BIG, SITE, whole=True)
    await at.run(
        save_records,
        [RecordState(1, 2, {"status": 200}, body, None, "success", 1), RecordState(1, 1, None, None, None, "", 2)],
    )


@of(save_progress)
async def _progress(at: Steps) -> None:
    (record,) = await at.run(records_of_a_background_fetch, 1, 1, 1)
    assert record.response_body is not None
    writer = await at.step(at.storage.resume_body(record.response_body, reserved=True))
    for _ in range(3):
        await at.append(writer, SMALL)
        await at.step(writer.flush())
        await at.run(save_progress, [RecordProgress(1, 1, writer.body)], {1: 77})


@of(finish_background_fetch)
async def _finish(at: Steps) -> None:
    await at.run(finish_background_fetch, 1, "failure", "aborted", event_due=False)


@of(save_paused)
async def _pause(at: Steps) -> None:
    await at.run(save_paused, 1, True)


@of(save_display)
async def _display(at: Steps) -> None:
    await at.run(save_display, 1, "Almost there", [])


@of(event_delivered)
async def _delivered(at: Steps) -> None:
    await at.run(event_delivered, 2)


@of(release_records)
async def _release(at: Steps) -> None:
    await at.run(release_records, 2)


@of(_all)
async def _several(at: Steps) -> None:
    await at.run(_all, [partial(save_paused, fetch=1, paused=True), partial(release_records, fetch=2)])


@of(remove_background_fetch)
async def _remove_fetch(at: Steps) -> None:
    await at.run(remove_background_fetch, 1)


@of(remove_settled_background_fetches)
async def _remove_settled(at: Steps) -> None:
    await at.run(remove_settled_background_fetches)


# Cookies, items, permissions, hosts.


@of(change_cookies)
async def _cookies(at: Steps) -> None:
    await at.run(change_cookies, save=[cookie("new"), cookie("a", NOW + 5000)], remove=[cookie("session")])


@of(remove_dead_cookies)
async def _dead_cookies(at: Steps) -> None:
    await at.run(remove_dead_cookies, NOW)


@of(clear_cookies)
async def _clear_cookies(at: Steps) -> None:
    await at.run(clear_cookies, "site.test")


@of(save_local_storage)
async def _items(at: Steps) -> None:
    await at.run(save_local_storage, SITE, {"one": None, "two": "22", "three": "3"}, False)
    await at.run(save_local_storage, SITE, {"four": "4"}, True)


@of(save_local_storage, "so much that the log is emptied")
async def _many_items(at: Steps) -> None:
    await at.run(save_local_storage, SITE, {"large": "x" * 4_300_000}, False)
    await at.run(save_local_storage, SITE, {"one": "after that"}, False)


@of(save_permission)
async def _permission(at: Steps) -> None:
    await at.run(save_permission, SITE, "notifications", "denied")
    await at.run(save_permission, SITE, "geolocation", "granted")


@of(remove_permission)
async def _no_permission(at: Steps) -> None:
    await at.run(remove_permission, SITE, "notifications")


@of(clear_permissions)
async def _clear_permissions(at: Steps) -> None:
    await at.run(clear_permissions, SITE)


@of(_change_permissions)
async def _permissions(at: Steps) -> None:
    changed = {(SITE, "notifications"): "prompt", (SITE, "geolocation"): "granted", (OTHER, "notifications"): "granted"}
    await at.run(_change_permissions, changed)


@of("Storage.write_what_is_behind")
async def _behind(at: Steps) -> None:
    async def write(notes: dict[str, str]) -> None:
        items = dict(notes)
        await at.storage.run(save_local_storage, SITE, items, False)
        for key in items:
            del notes[key]

    behind = at.storage.write_behind(write, FakeClock(), 1.0, "writing items")
    for key in ("three", "four"):
        behind.note(key, "new")
        behind.note("one", key)
        await at.step(at.storage.write_what_is_behind())


@of(change_known_hosts)
async def _hosts(at: Steps) -> None:
    await at.run(change_known_hosts, save=[("new.test", NOW, True)], remove=["site.test"])


@of(clear_known_hosts)
async def _clear_hosts(at: Steps) -> None:
    await at.run(clear_known_hosts, "site.test")


@of(clear_storage)
async def _clear_storage(at: Steps) -> None:
    await at.run(clear_storage, SITE)


@of(_clear_site)
async def _clear_all(at: Steps) -> None:
    await at.run(_clear_site, origin_of(parse_url(SITE)))  # type: ignore[arg-type]


@of(clear_everything, also=("_clear_everything",))
async def _clear_all_sites(at: Steps) -> None:
    await at.run(_clear_everything)


@of(forget_who_has_nothing)
async def _forget(at: Steps) -> None:
    await at.run(clear_storage, SITE)
    await at.run(forget_who_has_nothing)


def _delete(profile: Path) -> None:
    if profile.exists():
        held = Profile(profile)
        delete_profile(held)
        held.close()


@of("delete_profile", opens=False, from_the_start=True, next_start=_delete)
async def _deleted(at: Steps) -> None:
    await at.step(run_on_thread(None, _delete, at.folder))


# Outside the profile.


@of("SavedFile.finish", also=("SavedFile.begin", "SavedFile.append", "SavedFile.discard"))
async def _saved(at: Steps) -> None:
    for _ in range(2):
        saved = at.storage.save_file(at.folder.parent / DOWNLOADS, "report.txt")
        await at.step(saved.begin())
        await at.step(saved.append(SMALL))
        await at.step(saved.append(BIG))
        await at.step(saved.finish(), durable=True)
    given_up = at.storage.save_file(at.folder.parent / DOWNLOADS, "report.txt")
    await at.step(given_up.begin())
    await at.step(given_up.append(SMALL))
    await at.step(given_up.discard())


# The doctor, of whom the next start is asked, too.


def _see_the_doctor(profile: Path) -> None:
    examine_profile(profile, repair=True)


@of(
    "examine_profile",
    "files and counts",
    base="damaged",
    also=REPAIRS,
    opens=False,
    from_the_start=True,
    next_start=_see_the_doctor,
)
@of("examine_profile", "the index", base="damaged index", opens=False, from_the_start=True, next_start=_see_the_doctor)
async def _repaired(at: Steps) -> None:
    await at.step(run_on_thread(None, _see_the_doctor, at.folder))


# Verbs that only read.


def _request(path: str) -> Request:
    url = parse_url(SITE + path)
    return Request([url], origin=origin_of(url))  # type: ignore[list-item, arg-type]


READS: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
    (all_background_fetches, ()),
    (all_cookies, (NOW,)),
    (all_entries, (1,)),
    (all_known_hosts, (NOW - 1,)),
    (all_permissions, ()),
    (all_registrations, ()),
    (cache_names, (SITE,)),
    (domains_with_cookies, ()),
    (entries_of_all_caches, (SITE, f"{SITE}/small")),
    (entries_with_url, (1, f"{SITE}/small")),
    (estimate, (SITE,)),
    (everything, (1,)),
    (find_cache, (SITE, "v1")),
    (local_storage_items, (SITE,)),
    (origins_with_permissions, ()),
    (query_all_caches, (SITE, _request("/small"), DEFAULT_OPTIONS)),
    (query_cache, (1, _request("/small"), DEFAULT_OPTIONS)),
    (records_of_a_background_fetch, (1,)),
    (room, (SITE, 100)),
    (storage_keys, ()),
    (unfinished_background_fetches, ()),
)


def _read(verb: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    @of(verb, only_reads=True)
    async def read(at: Steps) -> None:
        found = await at.run(verb, *arguments)
        assert found, "nothing was read"
        del found
        await at.run(verb, *arguments)


for _verb, _arguments in READS:
    _read(_verb, _arguments)
