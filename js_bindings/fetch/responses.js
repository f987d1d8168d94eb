// The concept response, as JavaScript holds it. Specification: https://fetch.spec.whatwg.org/#responses (2025-09)

import { op_fetch_clone_response, op_fetch_release_response } from "../ops.js";

/**
 * https://fetch.spec.whatwg.org/#concept-response
 *
 * Exactly the record that crosses the border: what its holder sees, as engine/http/script_responses.py writes it, defaults left to the prototype.
 * What lies behind a filtered response is in Python; `internal` stands for it. The body is kept by the Response object.
 */
export class ResponseConcept {
  header_list = [];
}

const DEFAULTS = ResponseConcept.prototype;
Object.setPrototypeOf(DEFAULTS, null);
delete DEFAULTS.constructor;
Object.assign(DEFAULTS, {
  type: "default",
  url: "",              // https://fetch.spec.whatwg.org/#concept-response-url , serialized; "" for null
  redirected: false,    // whether the URL list has more than one item
  status: 200,
  status_message: "",
  internal: undefined,  // an InternalResponse
  has_hidden_body: false,
});

/** Ours: what Python knows by a handle: the internal response of a filtered one. Clones share it, unless its body is hidden too. */
export class InternalResponse {
  kept;

  constructor(handle) {
    this.kept = { handle };
    abandoned.register(this, this.kept);
  }

  /** The handle, which is the caller's from now on. */
  take() {
    const { handle } = this.kept;
    this.kept.handle = 0;
    return handle;
  }

  release() {
    if (this.kept.handle !== 0) op_fetch_release_response(this.take());
  }

  clone() {
    return new InternalResponse(this.kept.handle === 0 ? 0 : op_fetch_clone_response(this.kept.handle));
  }
}

const abandoned = new FinalizationRegistry((kept) => {
  if (kept.handle !== 0) op_fetch_release_response(kept.handle);
});

/** Ours: whether nothing of it is seen here, so that its body is with the internal response. */
export function is_opaque(response) {
  return response.type === "opaque" || response.type === "opaqueredirect";
}

/** Ours: the response that a record from Python describes; the record becomes it. */
export function response_concept_from_record(record) {
  record.header_list ??= [];
  if (record.internal !== undefined) record.internal = new InternalResponse(record.internal);
  return Object.setPrototypeOf(record, DEFAULTS);
}

/** Ours: a copy with a header list of its own; what https://fetch.spec.whatwg.org/#concept-response-clone does but for the body. */
export function copy_of_response(response) {
  const copy = Object.assign(Object.setPrototypeOf({}, DEFAULTS), response);
  copy.header_list = response.header_list.map((header) => [header[0], header[1]]);
  if (is_opaque(copy)) copy.internal = copy.internal.clone();
  return copy;
}

/** https://fetch.spec.whatwg.org/#concept-network-error */
export function network_error() {
  const response = new ResponseConcept();
  response.type = "error";
  response.status = 0;
  return response;
}

/** https://fetch.spec.whatwg.org/#null-body-status */
export function is_null_body_status(status) {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

/** https://fetch.spec.whatwg.org/#redirect-status */
export function is_redirect_status(status) {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** https://fetch.spec.whatwg.org/#ok-status */
export function is_ok_status(status) {
  return status >= 200 && status <= 299;
}

const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** https://httpwg.org/specs/rfc9112.html#status.line : reason-phrase */
export function is_reason_phrase(text) {
  return text === "" || REASON_PHRASE.test(text);
}
