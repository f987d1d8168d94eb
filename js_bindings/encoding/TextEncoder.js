import { typed_array_byte_length, typed_array_set } from "../intrinsics.js";
import { utf8_decode_without_bom, utf8_encode } from "../infra/utf8.js";

/** https://encoding.spec.whatwg.org/#textencoder */
export class TextEncoder {
  encoding = "utf-8";     // https://encoding.spec.whatwg.org/#dom-textencoder-encoding

  /** https://encoding.spec.whatwg.org/#dom-textencoder-encode */
  encode(input) {
    return utf8_encode(input);
  }

  /** https://encoding.spec.whatwg.org/#dom-textencoder-encodeinto */
  encodeInto(source, destination) {
    // 1–6. NB: not code point by code point: encode as much as could fit, then cut where the last whole code point ends.
    const capacity = typed_array_byte_length(destination);
    let text = source;
    if (text.length > capacity) {
      text = text.slice(0, capacity);
      // Half a pair has no room for the other half.
      if (is_leading_surrogate(text.charCodeAt(text.length - 1))) text = text.slice(0, -1);
    }
    let bytes = utf8_encode(text);
    let read = text.length;
    if (bytes.length > capacity) {
      let end = capacity;
      while ((bytes[end] & 0xc0) === 0x80) end--;
      bytes = bytes.subarray(0, end);
      read = utf8_decode_without_bom(bytes).length;
    }
    if (bytes.length > 0) typed_array_set(destination, bytes);
    // 7. How much was read and written.
    return { read, written: bytes.length };
  }
}

const is_leading_surrogate = (unit) => unit >= 0xd800 && unit < 0xdc00;
