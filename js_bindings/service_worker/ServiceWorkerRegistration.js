import { EventTarget } from "../dom/EventTarget.js";
import { is_service_worker_global } from "../realm/environment.js";
import { op_service_worker_unregister, op_service_worker_update, op_service_worker_update_via_cache } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { a_promise_rejected_with } from "../webidl/promises.js";
import { promise_of_a_job } from "./jobs.js";
import { objects_of_this_worker } from "./objects.js";

/** https://w3c.github.io/ServiceWorker/#serviceworkerregistration-interface */
export class ServiceWorkerRegistration extends EventTarget {
  number;                            // Python knows the registration by it
  scope;
  update_via_cache;                  // as it was when it last came over; see the getter
  installing = null;
  waiting = null;
  active = null;
  navigation_preload_manager = null;
  background_fetch_manager = null;

  static {
    const { prototype } = this;
    prototype.pushManager = not_implemented("there is no push service");
    prototype.sync = not_implemented("background sync is not part of this browser");
    prototype.periodicSync = not_implemented("periodic background sync is not part of this browser");
    prototype.index = not_implemented("content indexing is not part of this browser");
    prototype.cookies = not_implemented("there is no cookie store for scripts");
    prototype.showNotification = not_implemented("there is nothing to show notifications on");
    prototype.getNotifications = not_implemented("there is nothing to show notifications on");
  }

  constructor({ number, scope, update_via_cache }) {
    super();
    this.number = number;
    this.scope = scope;
    this.update_via_cache = update_via_cache;
  }

  /** https://w3c.github.io/ServiceWorker/#service-worker-registration-updateviacache . NB: as it is now; no task tells of it. */
  get updateViaCache() {
    return op_service_worker_update_via_cache(this.number) ?? this.update_via_cache;
  }

  get navigationPreload() {
    return this.navigation_preload_manager ??= new (load("service_worker/NavigationPreloadManager.js").NavigationPreloadManager)(this);
  }

  /** https://wicg.github.io/background-fetch/#dom-serviceworkerregistration-backgroundfetch */
  get backgroundFetch() {
    return this.background_fetch_manager ??= new (load("background_fetch/BackgroundFetchManager.js").BackgroundFetchManager)(this);
  }

  /** https://w3c.github.io/ServiceWorker/#service-worker-registration-update */
  update() {
    // 1–3. The registration has a newest worker.
    if (this.installing === null && this.waiting === null && this.active === null) {
      return a_promise_rejected_with(new DOMException("the registration has no worker", "InvalidStateError"));
    }
    // 4. A worker that is installing cannot update its registration.
    if (is_service_worker_global() && objects_of_this_worker().worker.state === "installing") {
      return a_promise_rejected_with(new DOMException("a worker that is being installed cannot update its registration", "InvalidStateError"));
    }
    // 5–9. Schedule an update job.
    return promise_of_a_job((promise) => op_service_worker_update(promise, this.number));
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-unregister */
  unregister() {
    // 1–5. Schedule an unregister job.
    return promise_of_a_job((promise) => op_service_worker_unregister(promise, this.number));
  }
}
