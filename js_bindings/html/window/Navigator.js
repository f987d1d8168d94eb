import { load } from "../../webidl/lazy.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { include } from "../../webidl/properties.js";
import { NavigatorConcurrentHardware, NavigatorID, NavigatorLanguage, NavigatorOnLine } from "./navigator_mixins.js";

/** https://html.spec.whatwg.org/multipage/system-state.html#the-navigator-object */
export class Navigator {
  static {
    for (const Mixin of [NavigatorID, NavigatorLanguage, NavigatorOnLine, NavigatorConcurrentHardware]) {
      include(this, Mixin);
    }
    this.prototype.registerProtocolHandler = not_implemented("no other application can be started");
    this.prototype.unregisterProtocolHandler = not_implemented("no other application can be started");
    this.prototype.plugins = not_implemented("there are no plug-ins");
    this.prototype.mimeTypes = not_implemented("there are no plug-ins");
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

  sendBeacon(url, data) {
    return load("beacon/send_beacon.js").send_beacon(url, data);
  }

  get cookieEnabled() {
    return true;
  }

  get pdfViewerEnabled() {
    return false;
  }

  javaEnabled() {
    return false;
  }
}
