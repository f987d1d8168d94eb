import { host } from "../ops.js";
import { environment_facts } from "./environment_facts.js";

let base_url = null;

/** https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url of this realm's settings object, serialized */
export function api_base_url() {
  return base_url ??= environment_facts().api_base_url;
}

/** Ours: a document's base element has changed it. */
export function set_api_base_url(url) {
  base_url = url;
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#concept-settings-object-origin , serialized ("null" for an opaque one) */
export function origin_of_environment() {
  return environment_facts().origin;
}

/** Whether this realm's global object is a ServiceWorkerGlobalScope. */
export function is_service_worker_global() {
  return host.global_names.includes("ServiceWorker");
}
