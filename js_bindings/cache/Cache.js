import { new_promise, react, upon_settlement } from "../webidl/promises.js";
import { serialize_an_abort_reason } from "../fetch/errors.js";
import { next_fetch_id } from "../fetch/fetch_ids.js";
import { header_list_get } from "../fetch/header_lists.js";
import { is_response_unusable, response_from_record, response_to_wire } from "../fetch/Response.js";
import { Request, request_from_record, request_to_record } from "../fetch/Request.js";
import {
  op_cache_add_all, op_cache_delete, op_cache_keys, op_cache_match_all, op_cache_put, op_cache_release, op_fetch_abort,
} from "../ops.js";

const let_go = new FinalizationRegistry((handle) => op_cache_release(handle));

/** https://w3c.github.io/ServiceWorker/#cache-interface */
export class Cache {
  handle = 0;   // stands for the https://w3c.github.io/ServiceWorker/#dfn-relevant-request-response-list

  /** Internal creation: `new Cache(handle)`. */
  constructor(handle) {
    this.handle = handle;
    let_go.register(this, handle);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-match */
  async match(request, options) {
    // 1–3. The first response of all that match, or undefined.
    return (await match_all(this, request, options, true))[0];
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-matchall */
  async matchAll(request, options) {
    return match_all(this, request, options, false);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-add */
  add(request) {
    // 1–3. Add a list of one request.
    return this.addAll([request]);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-addAll */
  addAll(requests) {
    const { promise, resolve, reject } = new_promise();
    try {
      // 3. Requests that cannot be cached are refused before any is made.
      for (const request of requests) if (typeof request !== "string") refuse_uncacheable(request.request);
      // 1–2, 4–5. Make the requests as their constructor does.
      const request_list = requests.map((request) => Request.constructor_steps(request, {}));
      for (const { request } of request_list) {
        // 5.2. NB: no fetch has begun yet, so none has to be aborted.
        refuse_other_schemes(request);
        // 5.3. NB: what a service worker fetches does not come back to it: Python sees to it.
      }
      const ids = request_list.map(next_fetch_id);
      // AD-HOC: the definition forgets the requests' signals; browsers and tests do not.
      if (!follow_signals(request_list, ids, reject)) return promise;
      // 5.4–5.8. In Python.
      upon_settlement(op_cache_add_all(this.handle, request_list.map(request_to_record), ids), () => resolve(undefined), reject);
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-put */
  async put(request, response) {
    // 1–3. Get the inner request.
    const inner_request = inner_request_of(request);
    // 4. Its URL must be HTTP(S), its method GET.
    refuse_uncacheable(inner_request);
    // 5–6. A partial response is refused.
    const inner_response = response.response;
    if (inner_response.status === 206) throw new TypeError("A partial response (206) cannot be cached");
    // 7. So is one with a Vary header of "*".
    const vary = header_list_get(inner_response.header_list, "vary");
    if (vary !== null && vary.split(",").some((value) => value.trim() === "*")) throw new TypeError("A response with Vary: * cannot be cached");
    // 8. The body must be usable.
    if (is_response_unusable(response)) throw new TypeError("The body of the response was already used, or is locked");
    // 9–10. NB: the clone is what crosses the border; the script's response is left locked and read, and stays (it is an argument) until then.
    let failure = null;
    const [record, body] = response_to_wire(response, (error) => {
      failure = { error };
    });
    // 11–18. In Python. What a script's stream failed with comes back as it was.
    await react(op_cache_put(this.handle, inner_request, record, body), undefined, (error) => {
      throw failure === null ? error : failure.error;
    });
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-delete */
  async delete(request, options) {
    // 1–3. Get the request; only GET is ever cached.
    const r = inner_request_of(request);
    if (r.method !== "GET" && !options.ignoreMethod) return false;
    // 4–13. In Python.
    return op_cache_delete(this.handle, r, options);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cache-keys */
  async keys(request, options) {
    // 1–2. Get the request, if one is asked for; only GET is ever cached.
    const r = request === undefined ? null : inner_request_of(request);
    if (r !== null && r.method !== "GET" && !options.ignoreMethod) return [];
    // 3–5. In Python; 5.4. and make Request objects of what it found.
    const records = await op_cache_keys(this.handle, r, options);
    return records.map((record) => request_from_record(record, "immutable"));
  }
}

/** https://w3c.github.io/ServiceWorker/#dom-cache-matchall ; `only_first` when no more are wanted. */
async function match_all(cache, request, options, only_first) {
  // 1–2. Get the request, if one is asked for; only GET is ever cached.
  const r = request === undefined ? null : inner_request_of(request);
  if (r !== null && r.method !== "GET" && !options.ignoreMethod) return [];
  // 3–5. In Python; 5.5. and make Response objects of what it found.
  const records = await op_cache_match_all(cache.handle, r, options, only_first);
  return records.map((record) => response_from_record(record, "immutable"));
}

/** The steps of many definitions that begin with a RequestInfo: the request of a Request, or of one made of a string. */
export function inner_request_of(request) {
  return (typeof request === "string" ? Request.constructor_steps(request, {}) : request).request;
}

function refuse_uncacheable(request) {
  refuse_other_schemes(request);
  if (request.method !== "GET") throw new TypeError(`A ${request.method} request cannot be cached`);
}

function refuse_other_schemes(request) {
  if (!/^https?:/.test(request.url_list[0])) throw new TypeError(`Only requests over HTTP(S) can be cached, not ${request.url_list[0]}`);
}

/** Ours: when a signal of one of the requests is aborted, so are all their fetches. False if one is already: then `reject` was called. */
function follow_signals(request_list, ids, reject) {
  const signals = request_list.map((request) => request.abort_signal).filter((signal) => signal !== null);
  for (const signal of signals) {
    if (signal.aborted) {
      reject(signal.reason);
      return false;
    }
  }
  for (const signal of signals) {
    signal.add_algorithm(() => {
      for (const id of ids) op_fetch_abort(id, serialize_an_abort_reason(signal.reason));
      reject(signal.reason);
    });
  }
  return true;
}
