"""Door 2, the disk: the only importer of sqlite3 and the only opener of the profile's files.

A `Storage` is an open profile. What it keeps is reached by *verbs*, one function and one transaction each, run in
order on one thread: `await storage.run(verb, …)`. Bytes go into body files through a `BodyWriter` and are read from a
`StoredBody`, without a verb per chunk. What survives which accident is written down in index.py and bodies.py.
"""

from __future__ import annotations

from engine.storage.background_fetch_verbs import (
    NewBackgroundFetch,
    NewRecord,
    RecordProgress,
    RecordState,
    StoredBackgroundFetch,
    StoredRecord,
    all_background_fetches,
    create_background_fetch,
    event_delivered,
    finish_background_fetch,
    records_of_a_background_fetch,
    release_records,
    remove_background_fetch,
    remove_settled_background_fetches,
    save_display,
    save_paused,
    save_progress,
    save_records,
    unfinished_background_fetches,
)
from engine.storage.bodies import Bodies
from engine.storage.body_writer import BodyWriter, flush_all
from engine.storage.cache_verbs import (
    CacheEntry,
    NewCacheEntry,
    all_entries,
    cache_names,
    change_entries,
    doom_cache,
    entries_of_all_caches,
    entries_with_url,
    find_cache,
    open_cache,
    remove_cache,
    remove_doomed_caches,
)
from engine.storage.cookie_verbs import StoredCookie, all_cookies, change_cookies, remove_dead_cookies
from engine.storage.errors import (
    BodyLost,
    NotAProfile,
    ProfileDamaged,
    ProfileError,
    ProfileInUse,
    ProfileNotWritable,
    ProfileTooNew,
    QuotaExceeded,
    StorageError,
    StorageFailed,
    StorageFull,
)
from engine.storage.index import Index, disk_verb, durable_disk_verb
from engine.storage.local_storage_verbs import local_storage_items, save_local_storage
from engine.storage.permission_verbs import all_permissions, remove_permission, save_permission
from engine.storage.profile import Profile
from engine.storage.quota import Estimate, Quota, check_quota, estimate, room
from engine.storage.saved_files import SavedFile, safe_file_name
from engine.storage.service_worker_verbs import (
    StoredRegistration,
    StoredScript,
    StoredWorker,
    WorkerSlot,
    all_registrations,
    remove_registration,
    save_registration,
    save_update_check,
)
from engine.storage.site_data_verbs import clear_cookies, clear_permissions, clear_storage, storage_keys
from engine.storage.storage import Storage
from engine.storage.stored_body import BodyState, StoredBody

__all__ = [
    "Bodies",
    "BodyLost",
    "BodyState",
    "BodyWriter",
    "CacheEntry",
    "Estimate",
    "Index",
    "NewBackgroundFetch",
    "NewCacheEntry",
    "NewRecord",
    "NotAProfile",
    "Profile",
    "ProfileDamaged",
    "ProfileError",
    "ProfileInUse",
    "ProfileNotWritable",
    "ProfileTooNew",
    "Quota",
    "QuotaExceeded",
    "RecordProgress",
    "RecordState",
    "SavedFile",
    "Storage",
    "StorageError",
    "StorageFailed",
    "StorageFull",
    "StoredBackgroundFetch",
    "StoredBody",
    "StoredCookie",
    "StoredRecord",
    "StoredRegistration",
    "StoredScript",
    "StoredWorker",
    "WorkerSlot",
    "all_background_fetches",
    "all_cookies",
    "all_entries",
    "all_permissions",
    "all_registrations",
    "cache_names",
    "change_cookies",
    "change_entries",
    "check_quota",
    "clear_cookies",
    "clear_permissions",
    "clear_storage",
    "create_background_fetch",
    "disk_verb",
    "doom_cache",
    "durable_disk_verb",
    "entries_of_all_caches",
    "entries_with_url",
    "estimate",
    "event_delivered",
    "find_cache",
    "finish_background_fetch",
    "flush_all",
    "local_storage_items",
    "open_cache",
    "records_of_a_background_fetch",
    "release_records",
    "remove_background_fetch",
    "remove_cache",
    "remove_dead_cookies",
    "remove_doomed_caches",
    "remove_permission",
    "remove_registration",
    "remove_settled_background_fetches",
    "room",
    "safe_file_name",
    "save_display",
    "save_local_storage",
    "save_paused",
    "save_permission",
    "save_progress",
    "save_records",
    "save_registration",
    "save_update_check",
    "storage_keys",
    "unfinished_background_fetches",
]
