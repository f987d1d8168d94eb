import { EventTarget } from "../dom/EventTarget.js";
import { load } from "../webidl/lazy.js";
import { WindowOrWorkerGlobalScope } from "../realm/WindowOrWorkerGlobalScope.js";
import { include } from "../webidl/properties.js";

/** https://html.spec.whatwg.org/multipage/workers.html#workerglobalscope */
export class WorkerGlobalScope extends EventTarget {
  location_object = null;
  navigator_object = null;

  static {
    include(this, WindowOrWorkerGlobalScope);
  }

  get self() {
    return this;
  }

  get location() {
    this.location_object ??= new (load("workers/WorkerLocation.js").WorkerLocation)();
    return this.location_object;
  }

  get navigator() {
    this.navigator_object ??= new (load("workers/WorkerNavigator.js").WorkerNavigator)();
    return this.navigator_object;
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-workerglobalscope-importscripts */
  importScripts(...urls) {
    load("workers/import_scripts.js").import_scripts_into_worker_global_scope(this, urls);
  }
}
