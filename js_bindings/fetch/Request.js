import { api_base_url, origin_of_environment } from "../realm/environment.js";
import { parse_url } from "../url/url_record.js";
import { load } from "../webidl/lazy.js";
import { body_of_handle, body_to_wire, clone_body, extract_a_body, is_unusable, proxy_of_body } from "./body.js";
import { include_body } from "./body_mixin.js";
import { append_header, fill_headers, Headers } from "./Headers.js";
import { header_list_contains } from "./header_lists.js";
import { is_cors_safelisted_method, is_forbidden_method, is_method, normalize_method } from "./header_names.js";
import { copy_of_request, current_url_of_request, RequestConcept, request_concept_from_record, url_of_request } from "./requests.js";

/** https://fetch.spec.whatwg.org/#request-class */
export class Request {
  request = null;               // https://fetch.spec.whatwg.org/#concept-request-request
  inner_body = null;            // https://fetch.spec.whatwg.org/#concept-request-body
  guard = "request";            // the guard of its headers
  headers_object = null;        // https://fetch.spec.whatwg.org/#request-headers ; made when it is first asked for
  source_signal = null;         // the signal that the next one depends on, if any
  signal_object = null;         // https://fetch.spec.whatwg.org/#request-signal ; made when it is first asked for

  /** Internal creation: https://fetch.spec.whatwg.org/#request-create ; `signal` may be null, for one that nobody can abort. */
  constructor(request, guard, signal = null, body = null) {
    this.request = request;
    this.guard = guard;
    this.signal_object = signal;
    this.inner_body = body;
  }

  /** https://fetch.spec.whatwg.org/#dom-request */
  static constructor_steps(input, init) {
    const has_init = Object.keys(init).length > 0;
    // 1–2, 4. There is no request, no fallback mode and no signal yet.
    let request;
    let fallback_mode = null;
    let signal = null;
    // 3. The base URL.
    const base_url = api_base_url();
    if (typeof input === "string") {
      // 5. From a string: its URL has to parse and to be without credentials.
      const parsed_url = parse_url(input, base_url);
      if (parsed_url === null) throw new TypeError(`The URL ${quoted(input)} cannot be parsed`);
      if (parsed_url.credentials !== "") throw new TypeError(`The URL ${quoted(input)} holds a user name or password`);
      request = new RequestConcept([parsed_url.href]);
      if (parsed_url.protocol === "blob:") request.blob_url_entry = load("file/blob_url.js").blob_url_entry_of(parsed_url);
      fallback_mode = "cors";
    } else {
      // 6. From another Request: its request and its signal.
      request = input.request;
      signal = input.abort_signal;
    }
    // 7–9, 11. NB: whom to ask for credentials does not depend on a request here.
    // 10. The window member can only be null. NB: there are no other windows to prompt in.
    if (init.window !== undefined && init.window !== null) throw new TypeError("The window of a request can only be null");
    // 12. A new request, with a copy of what the other one says.
    request = typeof input === "string" ? initialize(request) : copy_for_constructor(request);
    if (has_init) {
      // 13. A request that is changed loses what the other one has as a navigation, and its referrer.
      if (request.mode === "navigate") request.mode = "same-origin";
      request.reload_navigation = false;
      request.history_navigation = false;
      request.navigation = 0;
      request.referrer = "client";
      request.referrer_policy = "";
      request.url_list = [current_url_of_request(request)];
      // 14–27. The members of init.
      signal = apply_init(request, init, base_url, fallback_mode, signal);
    } else {
      // 16–18, 21. The mode and the cache mode, for an empty init.
      if (fallback_mode !== null) request.mode = fallback_mode;
      refuse_only_if_cached(request);
    }
    // 28. The object of this request.
    const object = new Request(request, "request");
    // 29–30. Its signal depends on the one given. OPTIMIZATION: the dependent signal is made when somebody asks for it.
    object.source_signal = signal;
    // 31. Its headers are those of the request, and their guard depends on the mode.
    if (request.mode === "no-cors") {
      // 32. Mode "no-cors" needs a CORS-safelisted method, and has a guard of its own.
      if (!is_cors_safelisted_method(request.method)) throw new TypeError(`The method ${request.method} needs a mode other than "no-cors"`);
      object.guard = "request-no-cors";
    }
    // 33. Fill the headers anew, because the guard may not allow all that were copied.
    if (has_init && (init.headers !== undefined || request.header_list.length > 0)) refill_headers(object, init.headers);
    // 34–42. The body.
    set_the_body(object, init, typeof input === "string" ? null : input);
    return object;
  }

  get method() {
    return this.request.method;
  }

  get url() {
    return url_of_request(this.request);
  }

  get headers() {
    return this.headers_object ??= new Headers(this.request.header_list, this.guard);
  }

  /** Ours: for the body mixin. */
  get own_header_list() {
    return this.request.header_list;
  }

  get destination() {
    return this.request.destination;
  }

  /** https://fetch.spec.whatwg.org/#dom-request-referrer */
  get referrer() {
    // 1–3. The referrers "no-referrer" and "client" are no URLs, and have names of their own.
    const { referrer } = this.request;
    return referrer === "no-referrer" ? "" : referrer === "client" ? "about:client" : referrer;
  }

  get referrerPolicy() {
    return this.request.referrer_policy;
  }

  get mode() {
    return this.request.mode;
  }

  get credentials() {
    return this.request.credentials_mode;
  }

  get cache() {
    return this.request.cache_mode;
  }

  get redirect() {
    return this.request.redirect_mode;
  }

  get integrity() {
    return this.request.integrity_metadata;
  }

  get keepalive() {
    return this.request.keepalive;
  }

  get isReloadNavigation() {
    return this.request.reload_navigation;
  }

  get isHistoryNavigation() {
    return this.request.history_navigation;
  }

  get signal() {
    if (this.signal_object === null) {
      const { AbortSignal, create_a_dependent_abort_signal } = load("dom/AbortSignal.js");
      this.signal_object = this.source_signal === null ? new AbortSignal() : create_a_dependent_abort_signal([this.source_signal]);
    }
    return this.signal_object;
  }

  /** Ours: the signal if there is one, or can be one that somebody aborts; else null. */
  get abort_signal() {
    return this.signal_object === null && this.source_signal === null ? null : this.signal;
  }

  get duplex() {
    return "half";
  }

  /** https://fetch.spec.whatwg.org/#dom-request-clone */
  clone() {
    // 1. A body that is unusable cannot be cloned.
    if (this.inner_body !== null && is_unusable(this.inner_body)) throw new TypeError("The body was already used, or is locked");
    // 2. Clone the request with its body.
    const cloned_request = new Request(copy_of_request(this.request), this.guard);
    if (this.inner_body !== null) cloned_request.inner_body = clone_body(this.inner_body);
    // 3–5. The signal of the clone depends on this one.
    cloned_request.source_signal = this.abort_signal;
    // 6. The clone.
    return cloned_request;
  }
}
include_body(Request);

/** Step 12 of the constructor for a request just made. */
function initialize(request) {
  request.initiator_type = "fetch";
  return request;
}

/** Step 12 of the constructor for the request of another Request. */
function copy_for_constructor(given) {
  const request = new RequestConcept([...given.url_list], given.header_list.map((header) => [header[0], header[1]]));
  request.blob_url_entry = given.blob_url_entry;
  request.method = given.method;
  request.navigation = given.navigation;
  request.referrer = given.referrer;
  request.referrer_policy = given.referrer_policy;
  request.mode = given.mode;
  request.credentials_mode = given.credentials_mode;
  request.cache_mode = given.cache_mode;
  request.redirect_mode = given.redirect_mode;
  request.integrity_metadata = given.integrity_metadata;
  request.keepalive = given.keepalive;
  request.reload_navigation = given.reload_navigation;
  request.history_navigation = given.history_navigation;
  return initialize(request);
}

/** Steps 14–27 of the constructor; gives the signal. */
function apply_init(request, init, base_url, fallback_mode, signal) {
  // 14. The referrer: none, or a URL of the same origin; anything else is the client's to say.
  if (init.referrer !== undefined) set_the_referrer(request, init.referrer, base_url);
  // 15. The referrer policy.
  if (init.referrerPolicy !== undefined) request.referrer_policy = init.referrerPolicy;
  // 16–18. The mode, which cannot be "navigate".
  const mode = init.mode ?? fallback_mode;
  if (mode === "navigate") throw new TypeError('The mode of a request cannot be set to "navigate"');
  if (mode !== null) request.mode = mode;
  // 19. The credentials mode.
  if (init.credentials !== undefined) request.credentials_mode = init.credentials;
  // 20–21. The cache mode; "only-if-cached" needs the mode "same-origin".
  if (init.cache !== undefined) request.cache_mode = init.cache;
  refuse_only_if_cached(request);
  // 22. The redirect mode.
  if (init.redirect !== undefined) request.redirect_mode = init.redirect;
  // 23. The integrity metadata.
  if (init.integrity !== undefined) request.integrity_metadata = init.integrity;
  // 24. The keepalive flag.
  if (init.keepalive !== undefined) request.keepalive = init.keepalive;
  // 25. The method, which cannot be a forbidden one, normalized.
  if (init.method !== undefined) {
    if (!is_method(init.method) || is_forbidden_method(init.method)) throw new TypeError(`${quoted(init.method)} is not a method that may be used`);
    request.method = normalize_method(init.method);
  }
  // 26. The signal replaces that of the other Request, also if it is null.
  if (init.signal !== undefined) signal = init.signal;
  // 27. NB: we have no internal priorities.
  if (init.priority !== undefined) request.priority = init.priority;
  return signal;
}

/** Step 14 of the constructor. */
function set_the_referrer(request, referrer, base_url) {
  // 14.2. The empty string is "no-referrer".
  if (referrer === "") {
    request.referrer = "no-referrer";
    return;
  }
  // 14.3. Parse the URL; one of another origin is the client's to say, and so is about:client.
  const parsed_referrer = parse_url(referrer, base_url);
  if (parsed_referrer === null) throw new TypeError(`The referrer ${quoted(referrer)} cannot be parsed`);
  const is_client = parsed_referrer.protocol === "about:" && parsed_referrer.pathname === "client";
  request.referrer = is_client || !is_same_origin(parsed_referrer.origin, origin_of_environment()) ? "client" : parsed_referrer.href;
}

/** https://html.spec.whatwg.org/#same-origin for serialized origins; an opaque one is the same as no URL's */
function is_same_origin(one, other) {
  return one === other && one !== "null";
}

/** Step 21 of the constructor. */
function refuse_only_if_cached(request) {
  if (request.cache_mode === "only-if-cached" && request.mode !== "same-origin") {
    throw new TypeError('The cache mode "only-if-cached" needs the mode "same-origin"');
  }
}

/** Step 33 of the constructor. */
function refill_headers(object, init_headers) {
  // 33.1–33.2. The headers it has, unless others are given.
  const { headers, request } = object;
  const earlier = request.header_list;
  // 33.3. Empty its header list.
  request.header_list = headers.header_list = [];
  if (init_headers === undefined) {
    // 33.4. Append them one by one, under the guard.
    for (const header of earlier) append_header(headers, header[0], header[1]);
  } else {
    // 33.5. Or fill it with those that are given.
    fill_headers(headers, init_headers);
  }
}

/** Steps 34–42 of the constructor. */
function set_the_body(object, init, input) {
  const { request } = object;
  // 34. The body of the other Request, if there is one.
  const input_body = input === null ? null : input.inner_body;
  const has_init_body = init.body !== undefined && init.body !== null;
  if (!has_init_body && input_body === null) return;
  // 35. A request with GET or HEAD has no body.
  if (request.method === "GET" || request.method === "HEAD") throw new TypeError(`A request with the method ${request.method} has no body`);
  // 36–37. Extract the body of init; its type becomes the Content-Type unless the headers have one.
  let init_body = null;
  if (has_init_body) {
    const [body, type] = extract_a_body(init.body, request.keepalive);
    init_body = body;
    if (type !== null && !header_list_contains(request.header_list, "content-type")) append_header(object.headers, "Content-Type", type);
  }
  // 38–39. A body without a source can be sent only once: it needs `duplex`, and a mode that can refuse it.
  const input_or_init_body = init_body ?? input_body;
  if (input_or_init_body.source_is_null) {
    if (init_body !== null && init.duplex === undefined) throw new TypeError('A body that is a stream needs the member duplex: "half"');
    if (request.mode !== "same-origin" && request.mode !== "cors") throw new TypeError(`A body that is a stream cannot be sent in mode "${request.mode}"`);
    request.use_cors_preflight = true;
  }
  // 40, 42. Set the body.
  object.inner_body = input_or_init_body;
  // 41. The body of the other Request must be usable; a proxy takes what it still has.
  if (init_body === null) {
    if (is_unusable(input_body)) throw new TypeError("The body of the given request was already used, or is locked");
    object.inner_body = proxy_of_body(input_body);
  }
}

function quoted(text) {
  return `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}

/**
 * Ours: a Request for what Python describes. `record` (see engine/http/records.py) becomes the request's own; `body_handle` is null or the handle of
 * its body, whose source is null if `record.body_source_is_null`; `signal` may be null.
 */
export function request_from_record(record, guard, body_handle = null, signal = null) {
  const source_is_null = record.body_source_is_null === true;
  delete record.body_source_is_null;
  const body = body_handle === null || body_handle === undefined ? null : body_of_handle(body_handle, source_is_null);
  return new Request(request_concept_from_record(record), guard, signal, body);
}

/** Ours: the record of a Request's request, for an op. It is the concept itself: not to be changed. */
export function request_to_record(object) {
  return object.request;
}

/** Ours: `[record, body]` for an op; the body (see `body_to_wire`) is used up. `on_failure` hears why a script's stream failed. */
export function request_to_wire(object, on_failure = undefined) {
  return [object.request, body_to_wire(object.inner_body, on_failure)];
}
