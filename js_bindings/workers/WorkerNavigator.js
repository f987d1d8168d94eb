import { load } from "../webidl/lazy.js";
import { include } from "../webidl/properties.js";
import { NavigatorConcurrentHardware, NavigatorID, NavigatorLanguage, NavigatorOnLine } from "../html/window/navigator_mixins.js";

/** https://html.spec.whatwg.org/multipage/workers.html#workernavigator ; partial interfaces add their attributes in their own areas. */
export class WorkerNavigator {
  static {
    for (const Mixin of [NavigatorID, NavigatorLanguage, NavigatorOnLine, NavigatorConcurrentHardware]) {
      include(this, Mixin);
    }
  }

  get serviceWorker() {
    return load("service_worker/ServiceWorkerContainer.js").service_worker_container_of_this_realm();
  }

  get permissions() {
    return load("permissions/Permissions.js").permissions_of_this_realm();
  }

  get storage() {
    return load("storage/StorageManager.js").storage_manager_of_this_realm();
  }
}
