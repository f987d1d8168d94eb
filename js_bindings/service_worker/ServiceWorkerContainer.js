import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { api_base_url, origin_of_environment } from "../realm/environment.js";
import {
  op_service_worker_controller, op_service_worker_get_registration, op_service_worker_get_registrations, op_service_worker_ready,
  op_service_worker_register,
} from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { a_promise_rejected_with, new_promise, react } from "../webidl/promises.js";
import { implementation_of, platform_object_of } from "../webidl/platform_objects.js";
import { promise_for_script } from "../webidl/promises.js";
import { enable_client_message_queue } from "./client_messages.js";
import { promise_of_a_job } from "./jobs.js";
import { service_worker_object, service_worker_registration_object } from "./objects.js";

let container = null;

/** The ServiceWorkerContainer of this realm's navigator. */
export function service_worker_container_of_this_realm() {
  return container ??= new ServiceWorkerContainer();
}

/** https://w3c.github.io/ServiceWorker/#serviceworkercontainer-interface ; its service worker client is this realm's environment. */
export class ServiceWorkerContainer extends EventTarget {
  ready_promise = null;   // https://w3c.github.io/ServiceWorker/#serviceworkercontainer-ready-promise , as {promise, resolve}; always the same for scripts

  get controller() {
    return service_worker_object(op_service_worker_controller());
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready */
  get ready() {
    // 1–3. Make the ready promise. NB: asked for once; Python remembers who waits.
    if (this.ready_promise === null) {
      this.ready_promise = new_promise();
      promise_for_script(this.ready_promise.promise);
      op_service_worker_ready();
    }
    // 4. The ready promise.
    return this.ready_promise.promise;
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-register */
  register(script_url, options) {
    // AD-HOC: who has gone does not learn what becomes of it, and registers nothing, as in browsers.
    if (implementation_of(globalThis).is_closed === true) {
      return a_promise_rejected_with(new DOMException("the window has been closed", "InvalidStateError"));
    }
    // 1–2. FIXME: trusted types.
    const base_url = api_base_url();
    // 3–4. Parse the script URL.
    const parsed_script_url = parse_url(`${script_url}`, base_url);
    if (parsed_script_url === null) {
      return a_promise_rejected_with(new TypeError(`the script URL "${script_url}" cannot be parsed`));
    }
    // 5–6. Parse the scope URL, if a scope is given.
    let scope_url = null;
    if (options.scope !== undefined) {
      scope_url = parse_url(options.scope, base_url)?.href;
      if (scope_url === undefined) {
        return a_promise_rejected_with(new TypeError(`the scope URL "${options.scope}" cannot be parsed`));
      }
    }
    // 7–8. Start Register, with a promise for its job.
    return promise_of_a_job((promise) => {
      op_service_worker_register(promise, parsed_script_url.href, scope_url, options.type, options.updateViaCache);
    });
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-getRegistration */
  getRegistration(client_url) {
    // 1–5. Parse the client URL, and drop its fragment.
    const url = parse_url(client_url, api_base_url());
    if (url === null) {
      return a_promise_rejected_with(new TypeError(`the URL "${client_url}" cannot be parsed`));
    }
    // 6. It must be of the client's own origin.
    if (url.origin !== origin_of_environment()) {
      return a_promise_rejected_with(new DOMException(`the origin of "${url.href}" is not that of the page`, "SecurityError"));
    }
    // 7–9. Match a registration; the promise gets its object, or undefined.
    const without_fragment = url.href.split("#", 1)[0];
    return react(op_service_worker_get_registration(without_fragment), (record) => (
      record === null ? undefined : service_worker_registration_object(record)
    ));
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-getRegistrations */
  getRegistrations() {
    return react(op_service_worker_get_registrations(), (records) => records.map(service_worker_registration_object));
  }

  /** https://w3c.github.io/ServiceWorker/#navigator-service-worker-startMessages */
  startMessages() {
    enable_client_message_queue();
  }

  /** The first `onmessage` enables the client message queue. */
  set_event_handler(name, value) {
    super.set_event_handler(name, value);
    if (name === "onmessage") {
      enable_client_message_queue();
    }
  }
}

/** An upcall: https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready , its step 3.4 */
export function up_service_worker_ready(record) {
  service_worker_container_of_this_realm().ready_promise.resolve(platform_object_of(service_worker_registration_object(record)));
}

/** An upcall: https://w3c.github.io/ServiceWorker/#notify-controller-change-algorithm , in the task. */
export function up_service_worker_controller_changed(record) {
  service_worker_object(record);
  // NB: nobody listens to an object that nobody has seen.
  if (container !== null) {
    fire_an_event("controllerchange", container);
  }
}
