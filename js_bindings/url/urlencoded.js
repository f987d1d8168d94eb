// application/x-www-form-urlencoded. Specification: https://url.spec.whatwg.org/ (2024-11)

import { utf8_decode_without_bom, utf8_encode } from "../infra/utf8.js";

/**
 * https://url.spec.whatwg.org/#concept-urlencoded-parser
 * `bytes` is a Uint8Array. Gives an array of `[name, value]`.
 */
export function parse_urlencoded(bytes) {
  return parse_urlencoded_string(utf8_decode_without_bom(bytes), bytes);
}

/**
 * https://url.spec.whatwg.org/#concept-urlencoded-string-parser
 * NB: works on the string: "&", "=", "+" and "%" are ASCII, so only what is percent-encoded ever has to be seen as bytes. `bytes` is where
 * the string came from, if it was decoded: U+FFFD may then stand for a byte sequence that only becomes whole next to percent-encoded bytes.
 */
export function parse_urlencoded_string(string, bytes = null) {
  // 1. Split at the ampersands.
  const exact = bytes !== null && string.includes("\ufffd") ? isomorphic_decode(bytes) : null;
  const pieces = (exact ?? string).split("&");
  // 2–3. A tuple for each sequence that is not empty.
  const output = [];
  for (const piece of pieces) {
    if (piece === "") continue;
    // 3.2–3.3. The name ends at the first equals sign; without one the value is empty.
    const equals = piece.indexOf("=");
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? "" : piece.slice(equals + 1);
    // 3.4–3.6. Replace plus signs by spaces, percent-decode, and decode.
    output.push(exact === null ? [decode_component(name), decode_component(value)] : [decode_binary(name), decode_binary(value)]);
  }
  return output;
}

function decode_component(text) {
  if (text.includes("+")) text = text.replaceAll("+", " ");
  if (!text.includes("%")) return text.toWellFormed();
  try {
    return decodeURIComponent(text);   // OPTIMIZATION: throws for everything but whole, valid UTF-8; then it gives the same.
  } catch {
    return utf8_decode_without_bom(percent_decode(utf8_encode(text)));
  }
}

function decode_binary(text) {
  const bytes = Uint8Array.from(text.replaceAll("+", " "), (unit) => unit.charCodeAt(0));
  return utf8_decode_without_bom(percent_decode(bytes));
}

function isomorphic_decode(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** https://url.spec.whatwg.org/#percent-decode */
export function percent_decode(bytes) {
  const output = new Uint8Array(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index];
    if (byte === 0x25 && index + 2 < bytes.length) {
      const high = hex_digit(bytes[index + 1]);
      const low = hex_digit(bytes[index + 2]);
      if (high >= 0 && low >= 0) {
        byte = high << 4 | low;
        index += 2;
      }
    }
    output[length++] = byte;
  }
  return output.subarray(0, length);
}

function hex_digit(byte) {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  byte |= 0x20;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/**
 * https://url.spec.whatwg.org/#concept-urlencoded-serializer
 * `tuples` are `[name, value]` pairs of scalar value strings; the encoding is UTF-8.
 */
export function serialize_urlencoded(tuples) {
  let output = "";
  for (const [name, value] of tuples) {
    if (output !== "") output += "&";
    output += encode_component(name) + "=" + encode_component(value);
  }
  return output;
}

const PLAIN = /^[*\-._0-9A-Za-z]*$/;
const LEFT_BY_ECMASCRIPT = /%20|[!'()~]/g;
const REPLACEMENTS = { "%20": "+", "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E" };

/**
 * https://url.spec.whatwg.org/#string-percent-encode-after-encoding
 * Over the application/x-www-form-urlencoded percent-encode set, with spaces as plus signs.
 */
function encode_component(string) {
  if (PLAIN.test(string)) return string;
  return encodeURIComponent(string.toWellFormed()).replace(LEFT_BY_ECMASCRIPT, (found) => REPLACEMENTS[found]);
}
