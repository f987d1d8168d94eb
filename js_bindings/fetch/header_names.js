// What is said of single headers and methods. Specification: https://fetch.spec.whatwg.org/ (2025-09)

import { op_fetch_is_cors_safelisted_request_header } from "../ops.js";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_REQUEST_HEADER_NAMES = new Set([
  "accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method", "connection", "content-length",
  "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer",
  "transfer-encoding", "upgrade", "via",
]);
const METHOD_OVERRIDES = new Set(["x-http-method", "x-http-method-override", "x-method-override"]);
const NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES = new Set(["accept", "accept-language", "content-language", "content-type"]);
const NORMALIZED_METHODS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);
const FORBIDDEN_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);

const KEPT_NAMES = 512;
const known_names = new Map();

/**
 * https://fetch.spec.whatwg.org/#header-name
 * The byte-lowercased name, or null if `name` is no header name. OPTIMIZATION: names come again and again; their lowercase forms are kept.
 */
export function lowercase_header_name(name) {
  let lower = known_names.get(name);
  if (lower === undefined) {
    lower = TOKEN.test(name) ? name.toLowerCase() : null;
    if (known_names.size >= KEPT_NAMES) known_names.clear();
    known_names.set(name, lower);
  }
  return lower;
}

/** https://fetch.spec.whatwg.org/#header-value, for a value that was normalized */
export function is_header_value(value) {
  return !value.includes("\n") && !value.includes("\r") && !value.includes("\0");
}

/** https://fetch.spec.whatwg.org/#concept-header-value-normalize */
export function normalize_header_value(value) {
  let start = 0;
  let end = value.length;
  while (start < end && is_http_whitespace(value.charCodeAt(start))) start++;
  while (end > start && is_http_whitespace(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

function is_http_whitespace(unit) {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}

/** https://fetch.spec.whatwg.org/#forbidden-request-header ; `lower` is the lowercased name */
export function is_forbidden_request_header(lower, value) {
  // 1. The names that are forbidden.
  if (FORBIDDEN_REQUEST_HEADER_NAMES.has(lower)) return true;
  // 2. The prefixes that are forbidden.
  if (lower.startsWith("proxy-") || lower.startsWith("sec-")) return true;
  // 3. The headers that override the method, with a forbidden method.
  if (METHOD_OVERRIDES.has(lower)) return get_decode_and_split(value).some(is_forbidden_method);
  // 4. Any other is allowed.
  return false;
}

/** https://fetch.spec.whatwg.org/#forbidden-response-header-name ; `lower` is the lowercased name */
export function is_forbidden_response_header_name(lower) {
  return lower === "set-cookie" || lower === "set-cookie2";
}

/** https://fetch.spec.whatwg.org/#privileged-no-cors-request-header-name ; `lower` is the lowercased name */
export function is_privileged_no_cors_request_header_name(lower) {
  return lower === "range";
}

/** https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name ; `lower` is the lowercased name */
export function is_no_cors_safelisted_request_header_name(lower) {
  return NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES.has(lower);
}

/** https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header ; `lower` is the lowercased name */
export function is_no_cors_safelisted_request_header(lower, value) {
  // 1. The name must be no-CORS-safelisted,
  if (!NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES.has(lower)) return false;
  // 2. and the value too. NB: rare (only requests in mode "no-cors" ask), so the one place that can tell is Python.
  return op_fetch_is_cors_safelisted_request_header(lower, value);
}

/** https://fetch.spec.whatwg.org/#concept-method */
export function is_method(string) {
  return NORMALIZED_METHODS.has(string) || TOKEN.test(string);
}

/** https://fetch.spec.whatwg.org/#forbidden-method */
export function is_forbidden_method(method) {
  return FORBIDDEN_METHODS.has(method.toUpperCase());
}

/** https://fetch.spec.whatwg.org/#cors-safelisted-method */
export function is_cors_safelisted_method(method) {
  return method === "GET" || method === "HEAD" || method === "POST";
}

/** https://fetch.spec.whatwg.org/#concept-method-normalize */
export function normalize_method(method) {
  const upper = method.toUpperCase();
  return NORMALIZED_METHODS.has(upper) ? upper : method;
}

/**
 * https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
 * `input` is a header value, isomorphically decoded.
 */
export function get_decode_and_split(input) {
  // 1–4. Walk over the value, in which a comma outside of quotes ends a piece.
  const values = [];
  let piece = "";
  let position = 0;
  for (;;) {
    // 5.1. Collect what is neither a quote nor a comma.
    const from = position;
    while (position < input.length && input[position] !== '"' && input[position] !== ",") position++;
    piece += input.slice(from, position);
    // 5.2. A quoted string belongs to the piece as it stands.
    if (input[position] === '"') {
      const end = end_of_http_quoted_string(input, position);
      piece += input.slice(position, end);
      position = end;
      if (position < input.length) continue;
    }
    // 5.3–5.5. Append the piece, without the space around it.
    values.push(piece.replace(/^[\t ]+|[\t ]+$/g, ""));
    piece = "";
    // 5.6. At the end these are all.
    if (position >= input.length) return values;
    // 5.7–5.8. Skip the comma.
    position++;
  }
}

/** https://fetch.spec.whatwg.org/#collect-an-http-quoted-string, as far as finding its end */
function end_of_http_quoted_string(input, position) {
  for (position++; position < input.length; position++) {
    if (input[position] === "\\") position++;
    else if (input[position] === '"') return position + 1;
  }
  return input.length;
}
