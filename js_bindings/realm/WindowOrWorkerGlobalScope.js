import { invoke_callback_and_report } from "../webidl/callbacks.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { environment_facts } from "./environment_facts.js";
import { report_an_exception } from "./report_an_exception.js";
import { clear_timer, timer_initialization_steps } from "./timers.js";

// The engine's own, which make room for the members of the mixin.
const { atob: engine_atob, btoa: engine_btoa, queueMicrotask: engine_queue_microtask } = globalThis;
for (const name of ["atob", "btoa", "performance", "queueMicrotask"]) {
  delete globalThis[name];
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#windoworworkerglobalscope-mixin ; Window and WorkerGlobalScope include it. */
export class WindowOrWorkerGlobalScope {
  static {
    this.prototype.createImageBitmap = not_implemented("images are not decoded");
  }

  /** Ours: event handlers tell by this whether they are on a global. */
  get is_global_scope() {
    return true;
  }

  get origin() {
    return environment_facts().origin;
  }

  get isSecureContext() {
    return environment_facts().is_secure_context;
  }

  get crossOriginIsolated() {
    return environment_facts().cross_origin_isolated;
  }

  get performance() {
    return load("performance/Performance.js").performance_of_this_realm();
  }

  get crypto() {
    return load("webcrypto/Crypto.js").crypto_of_this_realm();
  }

  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror */
  reportError(error) {
    report_an_exception(error);
  }

  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-btoa */
  btoa(data) {
    return engine_btoa(data);
  }

  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-atob */
  atob(data) {
    return engine_atob(data);
  }

  get caches() {
    return load("cache/CacheStorage.js").cache_storage_of_this_realm();
  }

  /** https://fetch.spec.whatwg.org/#dom-global-fetch */
  fetch(input, init) {
    return load("fetch/fetch_method.js").fetch(input, init);
  }

  setTimeout(handler, timeout, ...args) {
    return timer_initialization_steps(handler, timeout, args, false);
  }

  clearTimeout(id) {
    clear_timer(id);
  }

  setInterval(handler, timeout, ...args) {
    return timer_initialization_steps(handler, timeout, args, true);
  }

  clearInterval(id) {
    clear_timer(id);
  }

  /** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#microtask-queuing */
  queueMicrotask(callback) {
    engine_queue_microtask(() => invoke_callback_and_report(callback, undefined, []));
  }

  /** https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone */
  structuredClone(value, options) {
    // 1. Serialize with transfer,
    const serialized = load("html/structured_clone/structured_serialize.js").structured_serialize_with_transfer(value, options.transfer);
    // 2–3. and deserialize here.
    return load("html/structured_clone/structured_deserialize.js").structured_deserialize_with_transfer(serialized).deserialized;
  }
}

