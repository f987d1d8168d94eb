import { inner_request_of } from "../cache/Cache.js";
import { EventTarget } from "../dom/EventTarget.js";
import { op_background_fetch_abort, op_background_fetch_match_all } from "../ops.js";
import { BackgroundFetchRecord } from "./BackgroundFetchRecord.js";

/**
 * https://wicg.github.io/background-fetch/#background-fetch-registration
 * Its attributes are a snapshot of the background fetch, which instances.js keeps up to date.
 */
export class BackgroundFetchRegistration extends EventTarget {
  number;           // https://wicg.github.io/background-fetch/#backgroundfetchregistration-background-fetch ; Python knows it by this
  id;
  uploadTotal;
  uploaded;
  downloadTotal;
  downloaded;
  result;
  failureReason;
  recordsAvailable; // https://wicg.github.io/background-fetch/#backgroundfetchregistration-records-available-flag

  constructor({ number, id, uploadTotal, uploaded, downloadTotal, downloaded, result, failureReason, recordsAvailable }) {
    super();
    this.number = number;
    this.id = id;
    this.uploadTotal = uploadTotal;
    this.uploaded = uploaded;
    this.downloadTotal = downloadTotal;
    this.downloaded = downloaded;
    this.result = result;
    this.failureReason = failureReason;
    this.recordsAvailable = recordsAvailable;
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-abort */
  abort() {
    // 1–3. In Python.
    return op_background_fetch_abort(this.number);
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-match */
  async match(request, options) {
    // 1–2. The first record of all that match, or undefined.
    return (await match_all(this, request, options, true))[0];
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-matchall */
  async matchAll(request, options) {
    return match_all(this, request, options, false);
  }
}

/** https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-matchall ; `only_first` when no more are wanted. */
async function match_all(registration, request, options, only_first) {
  // 1. Records are available until the last event is over.
  if (!registration.recordsAvailable) {
    throw new DOMException("the records of this background fetch are not available any more", "InvalidStateError");
  }
  // 2–3. In Python; 3.3. and what it found, as record objects.
  const inner_request = request === undefined ? null : inner_request_of(request);
  const found = await op_background_fetch_match_all(registration.number, inner_request, options, only_first);
  return found.map((record) => new BackgroundFetchRecord(record));
}
