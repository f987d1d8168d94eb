import { host } from "../ops.js";
import { platform_object_of } from "./platform_objects.js";

/**
 * https://webidl.spec.whatwg.org/#quotaexceedederror
 *
 * Its platform object is a DOMException of the engine with another prototype: see define_interface.js.
 */
export class QuotaExceededError {
  message;            // https://webidl.spec.whatwg.org/#domexception-message
  quota;              // https://webidl.spec.whatwg.org/#quotaexceedederror-quota , null when it is not told
  requested;          // https://webidl.spec.whatwg.org/#quotaexceedederror-requested , likewise

  constructor(message = "", { quota = null, requested = null } = {}) {
    this.message = message;
    this.quota = quota;
    this.requested = requested;
  }

  /** https://webidl.spec.whatwg.org/#dom-quotaexceedederror-quotaexceedederror */
  static constructor_steps(message, options) {
    // 1–2. NB: the name and the message are the DOMException's.
    const error = new QuotaExceededError(message, options);
    const { quota, requested } = error;
    // 3. The quota must not be negative,
    if (quota !== null && quota < 0) throw new RangeError("quota is negative");
    // 4. nor what was requested,
    if (requested !== null && requested < 0) throw new RangeError("requested is negative");
    // 5. nor must that fit into the quota.
    if (quota !== null && requested !== null && requested < quota) throw new RangeError("requested is less than quota");
    return error;
  }
}

/**
 * An error to be thrown; `details`: `{ quota, requested }`, both optional.
 *
 * NB: where the browser was told so (`plain_quota_errors`), and the interface is not there, it is the DOMException of the same name that
 * it was until 2025.
 */
export function quota_exceeded_error(message, details = {}) {
  return host.exposed.includes("QuotaExceededError")
    ? platform_object_of(new QuotaExceededError(message, details))
    : new DOMException(message, "QuotaExceededError");
}
