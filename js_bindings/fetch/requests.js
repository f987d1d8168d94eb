// The concept request, as JavaScript holds it. Specification: https://fetch.spec.whatwg.org/#requests (2025-09)

/**
 * https://fetch.spec.whatwg.org/#concept-request
 *
 * Exactly the record that crosses the border (engine/http/records.py): what a request does not say itself it has from the prototype, so that only
 * what differs from the default is written when it becomes JSON. The body is kept by the Request object; whose request it is, and what follows
 * from that, Python knows.
 */
export class RequestConcept {
  url_list;
  header_list;

  constructor(url_list, header_list = []) {
    this.url_list = url_list;
    this.header_list = header_list;
  }
}

const DEFAULTS = RequestConcept.prototype;
Object.setPrototypeOf(DEFAULTS, null);
delete DEFAULTS.constructor;
Object.assign(DEFAULTS, {
  blob_url_entry: undefined,        // of the URL: see blob_url_entry_of in file/blob_url.js
  method: "GET",
  keepalive: false,
  initiator_type: null,
  destination: "",
  priority: "auto",
  navigation: 0,                    // of a navigation that a service worker handles: what Python knows by this number of who began it
  referrer: "client",
  referrer_policy: "",
  mode: "no-cors",
  use_cors_preflight: false,
  credentials_mode: "same-origin",
  cache_mode: "default",
  redirect_mode: "follow",
  integrity_metadata: "",
  reload_navigation: false,
  history_navigation: false,
});

/** Ours: the request that a record from Python describes; the record becomes it. */
export function request_concept_from_record(record) {
  record.url_list ??= [record.url];
  record.header_list ??= [];
  return Object.setPrototypeOf(record, DEFAULTS);
}

/** Ours: a copy with lists of its own; what https://fetch.spec.whatwg.org/#concept-request-clone does but for the body. */
export function copy_of_request(request) {
  const copy = Object.assign(Object.setPrototypeOf({}, DEFAULTS), request);
  copy.url_list = [...request.url_list];
  copy.header_list = request.header_list.map((header) => [header[0], header[1]]);
  return copy;
}

/** https://fetch.spec.whatwg.org/#concept-request-url , serialized */
export function url_of_request(request) {
  return request.url_list[0];
}

/** https://fetch.spec.whatwg.org/#concept-request-current-url , serialized */
export function current_url_of_request(request) {
  return request.url_list[request.url_list.length - 1];
}
