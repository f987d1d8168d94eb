"""Faults: one line each, in our own Background Fetch, that the conformance tests must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file` the text `old`, which is there exactly once, becomes `new`. `tests`: the files of the suite that are to notice."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, root: Path) -> None:
        """Put it into a copy of the project. Raises ValueError when it does not fit the source any more."""
        path = root / self.file
        source = path.read_text("utf-8")
        if source.count(self.old) != 1:
            raise ValueError(f"{self.file}: {self.old!r} is there {source.count(self.old)} times")
        path.unlink()  # the copy may share its files with the original
        path.write_text(source.replace(self.old, self.new), "utf-8")


def _in(file: str, *faults: tuple[str, str, str]) -> list[Fault]:
    return [Fault(file, old, new, tuple(tests.split())) for old, new, tests in faults]


_PY = "engine/background_fetch"
_JS = "js_bindings/background_fetch"

FAULTS: Final = [
    *_in(
        f"{_PY}/received_bytes.py",
        ("bg_fetch.download_total or float(", "bg_fetch.download_total + 1 or float(", "totals_and_quota"),
        ("+ size > download_total", "+ size >= download_total", "totals_and_quota"),
        ("bg_fetch.stored_body_bytes_total + size > download", "size > download", "totals_and_quota"),
        ('settle("download-total-exceeded"', 'settle("fetch-error"', "totals_and_quota"),
        ("bg_fetch.stored_body_bytes_total += size", "bg_fetch.stored_body_bytes_total += 0", "attributes"),
        ("bg_fetch.stored_body_bytes_total += size", "bg_fetch.stored_body_bytes_total = size", "totals_and_quota attributes"),
        ("news.bytes_arrived(downloads, bg_fetch, record, writer, size)", "pass", "attributes progress"),
        ("part.is_complete = values.complete_length == record.response_data.length", "part.is_complete = True", "partial_responses"),
    ),
    *_in(
        f"{_PY}/record_request.py",
        ("request.add_a_range_header(range_start)", "request.add_a_range_header(range_start + 1)", "partial_responses"),
        ("if range_start == 0:", "if True:", "partial_responses"),
        ("request.body = Body(record.request_body)", "request.body = None", "uploads"),
        ('request.policy_container = PolicyContainer.from_record(creator["policy_container"])', "pass", "policies"),
        ('request.origin = origin_from_record(creator["origin"])', 'request.origin = "client"', "cors"),
        ("bg_fetch.uploaded += transmitted - record.transmitted", "bg_fetch.uploaded = transmitted - record.transmitted", "uploads"),
        ("transmitted = min(sent, body.length)", "transmitted = 1", "uploads"),
        ("record.transmitted = transmitted", "record.transmitted = 0", "uploads attributes progress"),
    ),
    *_in(
        f"{_PY}/stored_part.py",
        ("bg_fetch.stored_body_bytes_total -= old.length", "pass", "partial_responses totals_and_quota"),
    ),
    *_in(
        f"{_PY}/complete_a_record.py",
        ("if record.is_get and is_transient_failure(response):", "if False:", "partial_responses"),
        ("if response.status == 206:\n        if is_coded", "if response.status == 299:\n        if is_coded", "partial_responses"),
        ("if data.length == 0:\n                record.fail(", "if False:\n                record.fail(", "partial_responses"),
        ("elif data.response is not None:", "elif False:", "partial_responses"),
        ("is_bad = not is_an_ok_status(response.status)", "is_bad = response.status >= 500", "statuses"),
        ("is_bad = not is_an_ok_status(response.status)", "is_bad = response.status > 200", "statuses"),
        ('data.settle("bad-status", f"the server', 'data.settle("fetch-error", f"the server', "statuses"),
        ("if response.body is None:\n        data.settle(\"success\")", "if response.body is None:\n        data.settle(\"fetch-error\")", "statuses"),
        ("if not record.request.url.is_http:", "if False:", "policies redirects"),
        ('if again is None:\n            if bg_fetch.abort_all:\n                record.response_data.settle("aborted")',
         'if again is None:\n            if bg_fetch.abort_all:\n                record.response_data.settle("fetch-error")', "abort"),
        ("record.response_data.result == \"\":\n        length_before", "record.response_data.response is None:\n        length_before", "partial_responses"),
    ),
    *_in(
        f"{_PY}/partial_responses.py",
        ("if values.first != expected_range_start:", "if False:", "partial_responses"),
        ("if values is None:\n        return False", "if values is None:\n        return True", "partial_responses"),
        ("return previous_response is None or is_of_the_same_whole(", "return True or is_of_the_same_whole(", "partial_responses"),
        ('for name in (b"ETag", b"Last-Modified"):', 'for name in (b"ETag",):', "partial_responses"),
        ('for name in (b"ETag", b"Last-Modified"):', 'for name in (b"Last-Modified",):', "partial_responses"),
        ("if had is not None and had != has and not", "if had != has and not", "partial_responses"),
        ("previous is not None and previous.complete_length in (None, complete_length)", "True", "partial_responses"),
    ),
    *_in(
        f"{_PY}/perform.py",
        ('if failure_reason == "" and result != "success":', 'if failure_reason != "" and result != "success":', "statuses"),
        ('if failure_reason == "" and result != "success":', 'if result != "success":', "responses"),
        ('if result == "download-total-exceeded" or unsettled == 0:', "if unsettled == 0:", "totals_and_quota"),
        ('if result == "download-total-exceeded" or unsettled == 0:', 'if result != "success" or unsettled == 0:', "responses"),
        ('            failure_reason = "aborted"', "            pass", "abort"),
        ('result = "failure" if failure_reason else "success"\n        # 8.7', 'result = "success"\n        # 8.7', "statuses"),
        ("bg_fetch.failure_reason = failure_reason\n", "pass\n", "statuses"),
        ("news.ended(downloads, bg_fetch)", "pass", "attributes"),
        ("await deliver_the_terminal_event(downloads, bg_fetch)", "pass", "statuses"),
    ),
    *_in(
        f"{_PY}/terminal_events.py",
        ('if bg_fetch.failure_reason == "aborted":', "if False:", "abort"),
        ('name, interface = "backgroundfetchsuccess", "BackgroundFetchUpdateUIEvent"', 'name, interface = "backgroundfetchsuccess", "BackgroundFetchEvent"', "events_and_update_ui"),
        ('name, interface = "backgroundfetchabort", "BackgroundFetchEvent"', 'name, interface = "backgroundfetchabort", "BackgroundFetchUpdateUIEvent"', "abort"),
        ("bg_fetch.records_available = False", "pass", "attributes"),
        ("news.records_went(downloads, bg_fetch)", "pass", "attributes"),
    ),
    *_in(
        f"{_PY}/record_objects.py",
        ("if request is None or request_matches_cached_item(", "if request_matches_cached_item(", "match"),
        ("            matching.append(record)", "            matching.insert(0, record)", "match"),
        ('while data.response is None and data.result == "":', "while False:", "streaming"),
        ("if data.response is not None and (data.exposed or data_of_object.was_exposed):", "if data.response is not None:", "abort"),
        ('(b"Content-Range", b"Content-Length")', '(b"Content-Range",)', "responses"),
        ('(b"Content-Range", b"Content-Length")', '(b"Content-Length",)', "responses partial_responses"),
        ('if data.result == "aborted":', "if False:", "abort"),
        ("        request.body = Body(record.request_body)", "        request.body = None", "requests"),
    ),
    *_in(
        f"{_PY}/manager.py",
        ('if permission == "denied":', "if False:", "permissions_and_registrations"),
        ('paused=permission == "prompt"', "paused=True", "statuses"),
        ("if id in state.active or id in state.beginning:", "if id in state.beginning:", "get_and_getids"),
        ("if id in state.active or id in state.beginning:", "if id in state.active:", "uploads"),
        ("state.beginning.discard(id)", "pass", "uploads get_and_getids"),
        ("state.active[id] = bg_fetch", "pass", "get_and_getids"),
        ("upload_total=sum(body.length for body in bodies if body is not None)", "upload_total=0", "uploads"),
        ('download_total=max(0, min(int(options.get("downloadTotal", 0)), _LARGEST_TOTAL))', "download_total=0", "totals_and_quota"),
        ("return list(downloads.registration_state(registration).active)", "return sorted(downloads.registration_state(registration).active)", "get_and_getids"),
        ("is not bg_fetch:\n            return False", "is not bg_fetch:\n            return True", "abort"),
        ("if get(downloads, bg_fetch.registration, bg_fetch.id) is not bg_fetch:", "if get(downloads, bg_fetch.registration, bg_fetch.id) is None:", "abort"),
        ("bg_fetch.set_abort_all()\n        return True", "return True", "abort"),
    ),
    *_in(
        f"{_PY}/downloads.py",
        ("del active[bg_fetch.id]", "pass", "abort get_and_getids"),
        ("return [] if state is None else list(state.shown.values())", "return []", "permissions_and_registrations"),
    ),
    *_in(
        "engine/storage/errors_for_scripts.py",
        ('raise DOMException(error.what, "QuotaExceededError")', 'raise DOMException(error.what, "UnknownError")', "totals_and_quota"),
    ),
    *_in(
        f"{_PY}/concepts.py",
        ('_EXPOSED: frozenset[RecordResult] = frozenset({"", "success", "bad-status"})', '_EXPOSED: frozenset[RecordResult] = frozenset({"", "success"})', "statuses"),
    ),
    *_in(
        f"{_PY}/update_instances.py",
        ('"downloaded": bg_fetch.stored_body_bytes_total', '"downloaded": 0', "attributes"),
        ('"uploaded": bg_fetch.uploaded', '"uploaded": 0', "attributes"),
    ),
    *_in(
        f"{_JS}/BackgroundFetchManager.js",
        ("if (list.length === 0) throw", "if (false) throw", "get_and_getids"),
        ('request.mode === "no-cors"', "false", "get_and_getids"),
        ("Array.isArray(requests) ? requests : [requests]", "Array.isArray(requests) ? requests.slice(0, 1) : [requests]", "responses"),
        ('if (id === "") throw', "if (false) throw", "arguments"),
        ("snapshot === null ? undefined :", "snapshot === null ? null :", "get_and_getids"),
    ),
    *_in(
        f"{_JS}/BackgroundFetchRegistration.js",
        ("return (await match_all(this, request, options, true))[0];", "return (await match_all(this, request, options, false)).at(-1);", "match"),
        ("return match_all(this, request, options, false);", "return match_all(this, request, options, true);", "match"),
        ("request === undefined ? null : inner_request_of(request)", "null", "match"),
    ),
    *_in(
        f"{_JS}/BackgroundFetchRecord.js",
        ("return this.response_promise ??= promise_for_script", "return this.response_promise = promise_for_script", "responses"),
    ),
    *_in(
        f"{_JS}/BackgroundFetchUpdateUIEvent.js",
        ("if (!this.isTrusted) throw", "if (false) throw", "events_and_update_ui"),
        ("if (this.ui_updated_flag) throw", "if (false) throw", "events_and_update_ui"),
        ("if (!this.is_active) throw", "if (false) throw", "events_and_update_ui"),
        ("this.ui_updated_flag = true;", "", "events_and_update_ui"),
    ),
    *_in(
        f"{_JS}/instances.js",
        ("if (known !== undefined) return known;", "", "attributes"),
        ("if (!recordsAvailable) end_instance", "if (false) end_instance", "attributes"),
        # (Without `if (instance.result !== "") return;` nothing changes: the figures that come after the result are the final ones again.)
        ("instance.result = result;", "", "progress attributes"),
        ("instance.uploaded = uploaded;", "", "progress uploads"),
        ("instance.downloaded = downloaded;", "", "attributes"),
        ("instance.failureReason = failureReason;", "", "attributes"),
        ('fire_an_event("progress", instance);', "", "progress"),
        ("op_background_fetch_instance(number);", "", "progress attributes"),
    ),
]  # fmt: skip
