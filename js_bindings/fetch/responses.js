// The concept response, as JavaScript holds it. Specification: https://fetch.spec.whatwg.org/#responses (2025-09)

/**
 * https://fetch.spec.whatwg.org/#concept-response
 *
 * Exactly the record that crosses the border: what its holder sees, as engine/http/records.py writes it, defaults left to the prototype. A filtered
 * response that hides something has the record of what lies behind in `internal`, which is never looked into here. The body is kept by the
 * Response object.
 */
export class ResponseConcept {
  header_list = [];
}

const DEFAULTS = ResponseConcept.prototype;
Object.setPrototypeOf(DEFAULTS, null);
delete DEFAULTS.constructor;
Object.assign(DEFAULTS, {
  type: "default",
  url_list: Object.freeze([]),
  status: 200,
  status_message: "",
  internal: undefined,
});

/** Ours: the response that a record from Python describes; the record becomes it. */
export function response_concept_from_record(record) {
  record.header_list ??= [];
  return Object.setPrototypeOf(record, DEFAULTS);
}

/** Ours: a copy with a header list of its own; what https://fetch.spec.whatwg.org/#concept-response-clone does but for the body. */
export function copy_of_response(response) {
  const copy = Object.assign(Object.setPrototypeOf({}, DEFAULTS), response);
  copy.header_list = response.header_list.map((header) => [header[0], header[1]]);
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
