// UTF-8 for the other bindings. Specification: https://encoding.spec.whatwg.org/ (2024-11)
//
// NB: short text stays in JavaScript, longer text crosses the border, where it is transcoded at memory speed. The limits were measured:
// an op costs about as much (5 µs) as a loop over this many elements.

import { op_encoding_utf8_decode, op_encoding_utf8_encode } from "../ops.js";

const SHORT_ASCII = 40;
const SHORT_STRING = 12;
const SHORT_BYTES = 40;

/**
 * https://encoding.spec.whatwg.org/#utf-8-encode
 * A fresh Uint8Array over a buffer of just its length. Lone surrogates become U+FFFD.
 */
export function utf8_encode(string) {
  const length = string.length;
  if (length > SHORT_ASCII) return new Uint8Array(op_encoding_utf8_encode(string));
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    const unit = string.charCodeAt(index);
    if (unit > 0x7f) return length > SHORT_STRING ? new Uint8Array(op_encoding_utf8_encode(string)) : encode_short(string);
    bytes[index] = unit;
  }
  return bytes;
}

function encode_short(string) {
  const bytes = [];
  for (let index = 0; index < string.length; index++) {
    let point = string.codePointAt(index);
    if (point > 0xffff) index++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    push_utf8(bytes, point);
  }
  return new Uint8Array(bytes);
}

function push_utf8(bytes, point) {
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | point >> 6, 0x80 | point & 0x3f);
  else if (point < 0x10000) bytes.push(0xe0 | point >> 12, 0x80 | point >> 6 & 0x3f, 0x80 | point & 0x3f);
  else bytes.push(0xf0 | point >> 18, 0x80 | point >> 12 & 0x3f, 0x80 | point >> 6 & 0x3f, 0x80 | point & 0x3f);
}

/**
 * https://encoding.spec.whatwg.org/#utf-8-decode
 * `bytes` is a Uint8Array (or an ArrayBuffer); a leading byte order mark is dropped.
 */
export function utf8_decode(bytes) {
  const text = utf8_decode_without_bom(bytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * https://encoding.spec.whatwg.org/#utf-8-decode-without-bom
 * A leading byte order mark stays.
 */
export function utf8_decode_without_bom(bytes) {
  return short_ascii(bytes) ?? op_encoding_utf8_decode(bytes, false);
}

/**
 * https://encoding.spec.whatwg.org/#utf-8-decode-without-bom-or-fail
 * Throws a TypeError where the definition returns failure.
 */
export function utf8_decode_without_bom_or_throw(bytes) {
  return short_ascii(bytes) ?? op_encoding_utf8_decode(bytes, true);
}

/** Ours: the text of a few ASCII bytes, or null where the border has to be asked. */
function short_ascii(bytes) {
  if (bytes.byteLength > SHORT_BYTES) return null;
  if (!(bytes instanceof Uint8Array)) bytes = new Uint8Array(bytes);
  let all = 0;
  for (let index = 0; index < bytes.length; index++) all |= bytes[index];
  return all > 0x7f ? null : from_char_code(undefined, bytes);
}

const from_char_code = Function.prototype.apply.bind(String.fromCharCode);
