import { normalize_header_value, is_header_value } from "../fetch/header_names.js";
import { op_service_worker_preload_get_state, op_service_worker_preload_set, op_service_worker_preload_set_header_value } from "../ops.js";
import { a_promise_rejected_with } from "../webidl/promises.js";

/** https://w3c.github.io/ServiceWorker/#navigation-preload-manager */
export class NavigationPreloadManager {
  registration;   // https://w3c.github.io/ServiceWorker/#dfn-service-worker-registration it belongs to

  constructor(registration) {
    this.registration = registration;
  }

  enable() {
    return op_service_worker_preload_set(this.registration.number, true);
  }

  disable() {
    return op_service_worker_preload_set(this.registration.number, false);
  }

  /** https://w3c.github.io/ServiceWorker/#navigation-preload-manager-setheadervalue */
  setHeaderValue(value) {
    // 1–2. Normalize the header value. AD-HOC: line breaks at its ends are not taken off first: browsers and tests refuse them.
    const normalized = normalize_header_value(value);
    if (!is_header_value(value)) {
      return a_promise_rejected_with(new TypeError("the value cannot be that of a header"));
    }
    // 3–5. Set the navigation preload header value.
    return op_service_worker_preload_set_header_value(this.registration.number, normalized);
  }

  getState() {
    return op_service_worker_preload_get_state(this.registration.number);
  }
}
