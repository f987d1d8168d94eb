import {
  is_forbidden_request_header, is_forbidden_response_header_name, is_header_value, is_no_cors_safelisted_request_header,
  is_no_cors_safelisted_request_header_name, is_privileged_no_cors_request_header_name, lowercase_header_name, normalize_header_value,
} from "./header_names.js";
import {
  header_list_append, header_list_contains, header_list_delete, header_list_get, header_list_get_all, header_list_set, sort_and_combine,
} from "./header_lists.js";

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  header_list = [];         // https://fetch.spec.whatwg.org/#concept-headers-header-list : often that of a request or response
  guard = "none";           // https://fetch.spec.whatwg.org/#concept-headers-guard
  sorted_and_combined = null; // OPTIMIZATION: what an iteration sees, until the list changes

  /** Internal creation: `new Headers(header list, guard)`. */
  constructor(header_list = [], guard = "none") {
    this.header_list = header_list;
    this.guard = guard;
  }

  /** https://fetch.spec.whatwg.org/#dom-headers */
  static constructor_steps(init) {
    // 1. The guard is "none".
    const headers = new Headers();
    // 2. Fill the headers.
    if (init !== undefined) fill_headers(headers, init);
    return headers;
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-append */
  append(name, value) {
    append_header(this, name, value);
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-delete */
  delete(name) {
    // 1. Validate name and value; the guard may forbid the change.
    const lower = validate_header(this, name, "");
    if (lower === null) return;
    // 2. The guard "request-no-cors" allows only few names.
    if (this.guard === "request-no-cors" && !is_no_cors_safelisted_request_header_name(lower)
        && !is_privileged_no_cors_request_header_name(lower)) return;
    // 3. Without a header of that name nothing is deleted.
    if (!header_list_contains(this.header_list, lower)) return;
    // 4. Delete the headers of that name.
    header_list_delete(this.header_list, lower);
    // 5. The guard "request-no-cors" removes the privileged headers.
    headers_changed(this);
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-get */
  get(name) {
    // 1–2. Get the combined value of a valid name.
    return header_list_get(this.header_list, lowercase_or_throw(name));
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-getsetcookie */
  getSetCookie() {
    // 1–2. The values of all Set-Cookie headers, uncombined.
    return header_list_get_all(this.header_list, "set-cookie");
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-has */
  has(name) {
    // 1–2. Does the header list contain that valid name?
    return header_list_contains(this.header_list, lowercase_or_throw(name));
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-set */
  set(name, value) {
    // 1. Normalize the value.
    value = normalize_header_value(value);
    // 2. Validate name and value; the guard may forbid the change.
    const lower = validate_header(this, name, value);
    if (lower === null) return;
    // 3. The guard "request-no-cors" allows only safelisted headers.
    if (this.guard === "request-no-cors" && !is_no_cors_safelisted_request_header(lower, value)) return;
    // 4. Set the header.
    header_list_set(this.header_list, name, value);
    // 5. The guard "request-no-cors" removes the privileged headers.
    headers_changed(this);
  }

  value_pairs() {
    return this.sorted_and_combined ??= sort_and_combine(this.header_list);
  }
}

function lowercase_or_throw(name) {
  const lower = lowercase_header_name(name);
  if (lower === null) throw new TypeError(`"${name}" is not a header name`);
  return lower;
}

/**
 * https://fetch.spec.whatwg.org/#headers-validate
 * The lowercased name where the definition returns true, null where it returns false.
 */
function validate_header(headers, name, value) {
  // 1. Name and value must be those of a header.
  const lower = lowercase_or_throw(name);
  if (!is_header_value(value)) throw new TypeError(`The value of the header "${name}" holds a line break or a NUL`);
  // 2. The guard "immutable" forbids every change.
  if (headers.guard === "immutable") throw new TypeError("These headers are immutable");
  // 3. The guard "request" forbids the forbidden request-headers,
  if (headers.guard === "request" && is_forbidden_request_header(lower, value)) return null;
  // 4. and "response" the forbidden response-header names.
  if (headers.guard === "response" && is_forbidden_response_header_name(lower)) return null;
  // 5. The change is allowed.
  return lower;
}

/** https://fetch.spec.whatwg.org/#concept-headers-append */
export function append_header(headers, name, value) {
  // 1. Normalize the value.
  value = normalize_header_value(value);
  // 2. Validate name and value; the guard may forbid the change.
  const lower = validate_header(headers, name, value);
  if (lower === null) return;
  // 3. The guard "request-no-cors" allows only safelisted headers, also when combined with the values that are there.
  if (headers.guard === "request-no-cors") {
    const earlier_value = header_list_get(headers.header_list, lower);
    const temporary_value = earlier_value === null ? value : earlier_value + ", " + value;
    if (!is_no_cors_safelisted_request_header(lower, temporary_value)) return;
  }
  // 4. Append the header.
  header_list_append(headers.header_list, name, value);
  // 5. The guard "request-no-cors" removes the privileged headers.
  headers_changed(headers);
}

/** The last step of everything that changes headers; and our own bookkeeping. */
function headers_changed(headers) {
  headers.sorted_and_combined = null;
  if (headers.guard === "request-no-cors") remove_privileged_no_cors_request_headers(headers);
}

/** https://fetch.spec.whatwg.org/#concept-headers-remove-privileged-no-cors-request-headers */
export function remove_privileged_no_cors_request_headers(headers) {
  // 1. Delete the privileged header names, of which there is one.
  header_list_delete(headers.header_list, "range");
}

/**
 * https://fetch.spec.whatwg.org/#concept-headers-fill
 * `object` is a converted HeadersInit: an array of arrays, or a record.
 */
export function fill_headers(headers, object) {
  if (Array.isArray(object)) {
    // 1. A sequence has pairs of name and value.
    for (const header of object) {
      if (header.length !== 2) throw new TypeError(`A header is a pair of a name and a value, not ${header.length} items`);
      append_header(headers, header[0], header[1]);
    }
  } else {
    // 2. A record has names as its keys.
    for (const header of object instanceof Map ? object : Object.entries(object)) append_header(headers, header[0], header[1]);
  }
}
