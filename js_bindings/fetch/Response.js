import { api_base_url } from "../realm/environment.js";
import { json_stringify } from "../intrinsics.js";
import { parse_url } from "../url/url_record.js";
import { body_of_handle, body_of_text, body_to_wire, cancel_body, clone_body, empty_body, extract_a_body, is_unusable } from "./body.js";
import { include_body } from "./body_mixin.js";
import { fill_headers, Headers } from "./Headers.js";
import { header_list_contains } from "./header_lists.js";
import {
  copy_of_response, is_null_body_status, is_ok_status, is_opaque, is_reason_phrase, is_redirect_status, network_error, ResponseConcept, response_concept_from_record,
} from "./responses.js";

/** https://fetch.spec.whatwg.org/#response-class */
export class Response {
  response = null;            // https://fetch.spec.whatwg.org/#concept-response-response
  inner_body = null;          // https://fetch.spec.whatwg.org/#concept-response-body
  guard = "response";         // the guard of its headers
  headers_object = null;      // https://fetch.spec.whatwg.org/#response-headers ; made when it is first asked for

  /** Internal creation: https://fetch.spec.whatwg.org/#response-create */
  constructor(response, guard, body = null) {
    this.response = response;
    this.guard = guard;
    this.inner_body = body;
  }

  /** https://fetch.spec.whatwg.org/#dom-response */
  static constructor_steps(body, init) {
    // 1–2. Make a new response, with the guard "response".
    const object = new Response(new ResponseConcept(), "response");
    // 3–5. Initialize it with init, and with the body that is extracted.
    if (body === null) {
      initialize_a_response(object, init, null, null);
    } else {
      const [extracted, type] = extract_a_body(body);
      initialize_a_response(object, init, extracted, type);
    }
    return object;
  }

  /** https://fetch.spec.whatwg.org/#dom-response-error */
  static error() {
    return new Response(network_error(), "immutable");
  }

  /** https://fetch.spec.whatwg.org/#dom-response-redirect */
  static redirect(url, status) {
    // 1–2. Parse the URL.
    const parsed_url = parse_url(url, api_base_url());
    if (parsed_url === null) throw new TypeError(`The URL "${url}" cannot be parsed`);
    // 3. The status must be a redirect status.
    if (!is_redirect_status(status)) throw new RangeError(`${status} is not the status of a redirect`);
    // 4–5. Make a Response of that status.
    const object = new Response(new ResponseConcept(), "immutable");
    object.response.status = status;
    // 6–7. Append the Location header.
    object.response.header_list.push(["Location", parsed_url.href]);
    // 8. The Response.
    return object;
  }

  /** https://fetch.spec.whatwg.org/#dom-response-json */
  static json(data, init) {
    // 1. Serialize the value to JSON bytes: https://infra.spec.whatwg.org/#serialize-a-javascript-value-to-json-bytes
    const text = json_stringify(data);
    if (text === undefined) throw new TypeError("The value has no JSON form");
    // 2–4. Make a Response with these bytes as its body.
    const object = new Response(new ResponseConcept(), "response");
    initialize_a_response(object, init, body_of_text(text), "application/json");
    // 5. The Response.
    return object;
  }

  get type() {
    return this.response.type;
  }

  /** https://fetch.spec.whatwg.org/#dom-response-url */
  get url() {
    const { url } = this.response;
    const fragment = url.indexOf("#");
    return fragment < 0 ? url : url.slice(0, fragment);
  }

  get redirected() {
    return this.response.redirected;
  }

  get status() {
    return this.response.status;
  }

  get ok() {
    return is_ok_status(this.response.status);
  }

  get statusText() {
    return this.response.status_message;
  }

  get headers() {
    return this.headers_object ??= new Headers(this.response.header_list, this.guard);
  }

  /** Ours: for the body mixin. */
  get own_header_list() {
    return this.response.header_list;
  }

  /** https://fetch.spec.whatwg.org/#dom-response-clone */
  clone() {
    // 1. A body that is unusable cannot be cloned.
    if (this.inner_body !== null && is_unusable(this.inner_body)) throw new TypeError("The body was already used, or is locked");
    // 2–3. Clone the response with its body.
    return new Response(copy_of_response(this.response), this.guard, this.inner_body === null ? null : clone_body(this.inner_body));
  }
}
include_body(Response);

/** https://fetch.spec.whatwg.org/#initialize-a-response */
function initialize_a_response(object, init, body, type) {
  const { response } = object;
  const { status, statusText: status_text, headers } = init;
  // 1–2. The status is in the range of statuses, and the status text is a reason phrase.
  if (status < 200 || status > 599) throw new RangeError(`${status} is not a status from 200 to 599`);
  if (!is_reason_phrase(status_text)) throw new TypeError("The status text has a character that it cannot have");
  // 3–4. Set the status and the status message.
  if (status !== 200) response.status = status;
  if (status_text !== "") response.status_message = status_text;
  // 5. Fill the headers.
  if (headers !== undefined) fill_headers(object.headers, headers);
  if (body !== null) {
    // 6.1. A null body status allows no body.
    if (is_null_body_status(status)) throw new TypeError(`A response with the status ${status} has no body`);
    // 6.2. Set the body.
    object.inner_body = body;
    // 6.3. Its type becomes the Content-Type unless the headers have one.
    if (type !== null && !header_list_contains(response.header_list, "content-type")) response.header_list.push(["Content-Type", type]);
  }
}

/** Ours: call `steps` when nothing more can come of the body of a response from Python. */
export function when_ended(object, steps) {
  const body = object.inner_body;
  if (body !== null && body.owner !== null) body.when_ended = steps;
  else if (!object.response.has_hidden_body) steps();
}

/**
 * Ours: a Response for what Python describes: `record` as engine/http/wire.py writes it becomes the response's own. Its member `body` (the handle of
 * the body, 0 for one without bytes, if there is one) is taken out of it.
 */
export function response_from_record(record, guard = "immutable") {
  const { body } = record;
  delete record.body;
  const object = new Response(response_concept_from_record(record), guard);
  if (body !== undefined) object.inner_body = body === 0 ? empty_body() : body_of_handle(body);
  return object;
}

/**
 * Ours: whether the body was read or is held by somebody, so that the response cannot be handed on.
 * AD-HOC: also what a filter hides can be handed on only once; else every opaque response would have to be kept twice, for a use that hardly ever comes.
 */
export function is_response_unusable(object) {
  if (is_opaque(object.response)) return object.response.internal.kept.handle === 0;
  return object.inner_body !== null && is_unusable(object.inner_body);
}

/**
 * Ours: `[record, body]` for an op; the body (see `body_to_wire`) is used up. `on_failure` hears why a script's stream failed.
 * NB: the record of a filtered response is good as long as `object` is: whoever calls an asynchronous op with it keeps that.
 */
export function response_to_wire(object, on_failure = undefined) {
  const { response } = object;
  const { internal } = response;
  if (internal === undefined) return [response, body_to_wire(object.inner_body, on_failure)];
  if (is_opaque(response)) return [{ __proto__: null, internal: internal.take() }, null];
  return [{ __proto__: null, internal: internal.kept.handle }, body_to_wire(object.inner_body, on_failure)];
}

/** Ours: nobody will look at it. */
export function throw_away(object) {
  object.response.internal?.release();
  if (object.inner_body !== null) cancel_body(object.inner_body);
}
