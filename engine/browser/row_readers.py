"""What the engine makes of each row of a profile, for `afterpage doctor`: a row that cannot be read here would stop a start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from engine.background_fetch.concepts import BackgroundFetchFailureReason, BackgroundFetchResult, RecordResult
from engine.http import PolicyContainer
from engine.http.records import request_from_record, response_from_stored_record
from engine.infra import FAILURE
from engine.infra.words import word_of
from engine.network.cookie_parsing import SameSite
from engine.security.permissions import PERMISSION_NAMES, PermissionState
from engine.service_worker.concepts import UpdateViaCache, WorkerState, WorkerType
from engine.storage.check_rows import Reader
from engine.url import origin_from_record, parse_url

Values = Mapping[str, Any]


def _read_registration(row: Values) -> None:
    _read_url(row["scope"])
    word_of(UpdateViaCache, row["update_via_cache"])
    str(json.loads(row["details"]).get("navigation_preload_header_value", "")).encode("latin-1")


def _read_worker(row: Values) -> None:
    _read_url(row["script_url"])
    word_of(WorkerState, row["state"])
    word_of(WorkerType, row["type"])
    PolicyContainer.from_record(json.loads(row["policy"]))


def _read_script(row: Values) -> None:
    _read_url(row["url"])
    response_from_stored_record(json.loads(row["response"]))


def _read_cache_entry(row: Values) -> None:
    _read_url(row["url"])
    request_from_record(json.loads(row["request"]))
    response_from_stored_record(json.loads(row["response"]))


def _read_background_fetch(row: Values) -> None:
    _read_url(row["scope"])
    word_of(BackgroundFetchResult, row["result"])
    word_of(BackgroundFetchFailureReason, row["failure_reason"])
    creator = json.loads(row["creator"])
    origin_from_record(creator["origin"])
    PolicyContainer.from_record(creator["policy_container"])


def _read_record(row: Values) -> None:
    request_from_record(json.loads(row["request"]))
    if row["response"] is not None:
        response_from_stored_record(json.loads(row["response"]))
    word_of(RecordResult, row["result"])


def _read_permission(row: Values) -> None:
    word_of(PermissionState, row["state"])
    if row["name"] not in PERMISSION_NAMES:
        raise ValueError(f"there is no permission {row['name']}")


def _read_cookie(row: Values) -> None:
    word_of(SameSite, row["same_site"])


def _read_url(text: str) -> None:
    if parse_url(text) is FAILURE:
        raise ValueError(f"{text} is no URL")


ROW_READERS: Final[Mapping[str, Reader]] = {
    "registrations": _read_registration,
    "workers": _read_worker,
    "script_resources": _read_script,
    "cache_entries": _read_cache_entry,
    "background_fetches": _read_background_fetch,
    "background_fetch_records": _read_record,
    "permissions": _read_permission,
    "cookies": _read_cookie,
}
