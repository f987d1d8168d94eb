import { WorkerGlobalScope } from "../workers/WorkerGlobalScope.js";
import { op_console_log, op_service_worker_skip_waiting } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { objects_of_this_worker } from "./objects.js";

/** https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-interface */
export class ServiceWorkerGlobalScope extends WorkerGlobalScope {
  clients_object = null;
  has_been_evaluated = false;   // whether its script has run

  static {
    this.prototype.cookieStore = not_implemented("there is no cookie store for scripts");
  }

  get clients() {
    return this.clients_object ??= new (load("service_worker/Clients.js").Clients)();
  }

  get registration() {
    return objects_of_this_worker().registration;
  }

  get serviceWorker() {
    return objects_of_this_worker().worker;
  }

  /** https://w3c.github.io/ServiceWorker/#service-worker-global-scope-skipwaiting */
  skipWaiting() {
    return op_service_worker_skip_waiting();
  }

  /** https://dom.spec.whatwg.org/#add-an-event-listener , its step 1, and #remove-an-event-listener , its step 1 */
  event_listeners_will_change({ type }) {
    if (this.has_been_evaluated && SERVICE_WORKER_EVENTS.has(type)) {
      const advice = `Event handler of '${type}' event must be added on the initial evaluation of worker script.`;
      op_console_log("warn", advice, null);
    }
  }
}

/** https://w3c.github.io/ServiceWorker/#dfn-service-worker-events , and those of the specifications that extend it */
const SERVICE_WORKER_EVENTS = new Set([
  "install", "activate", "fetch", "message", "messageerror", "push", "notificationclick", "notificationclose", "sync", "periodicsync",
  "backgroundfetchsuccess", "backgroundfetchfail", "backgroundfetchabort", "backgroundfetchclick",
]);
