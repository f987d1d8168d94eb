// Decoding piece by piece, for TextDecoder and TextDecoderStream. Specification: https://encoding.spec.whatwg.org/ (2025-11)

import { op_encoding_decode, op_encoding_decode_chunk } from "../ops.js";
import { utf8_decode_without_bom, utf8_decode_without_bom_or_throw } from "../infra/utf8.js";

const NO_BYTES = new Uint8Array(0);

/**
 * https://encoding.spec.whatwg.org/#textdecodercommon
 * The slots decoder, I/O queue and BOM seen of that mixin, in one object.
 */
export class Decoder {
  encoding = "utf-8";      // a name that get_an_encoding gave
  fatal = false;           // https://encoding.spec.whatwg.org/#textdecoder-error-mode is "fatal"
  ignore_bom = false;
  bom_seen = false;        // whether the place where a byte order mark could be is past
  left = NO_BYTES;         // bytes of an unfinished character (UTF-8 and UTF-16)
  state = "";              // what the decoder in Python has to go on from (the others)

  constructor(encoding, fatal, ignore_bom) {
    this.encoding = encoding;
    this.fatal = fatal;
    this.ignore_bom = ignore_bom;
  }

  /** A new decoder, an empty queue. */
  reset() {
    this.bom_seen = false;
    this.left = NO_BYTES;
    this.state = "";
  }

  /** The text of `bytes` (a Uint8Array, not kept), and with `final` of all that was left over. Throws a TypeError for an error in fatal mode. */
  decode(bytes, final) {
    switch (this.encoding) {
      case "utf-8":
        return this.serialize(this.decode_utf8(bytes, final));
      case "utf-16le": case "utf-16be":
        return this.serialize(this.decode_utf16(bytes, final));
      default:
        return this.decode_legacy(bytes, final);
    }
  }

  /** https://encoding.spec.whatwg.org/#concept-td-serialize */
  serialize(text) {
    if (this.ignore_bom || this.bom_seen || text === "") return text;
    this.bom_seen = true;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  decode_utf8(bytes, final) {
    const whole = this.take(bytes, final ? no_rest : incomplete_utf8);
    return this.fatal ? utf8_decode_without_bom_or_throw(whole) : utf8_decode_without_bom(whole);
  }

  decode_utf16(bytes, final) {
    const whole = this.take(bytes, this.encoding === "utf-16le" ? incomplete_utf16le : incomplete_utf16be);
    const text = whole.length === 0 ? "" : op_encoding_decode(this.encoding, whole, this.fatal);
    if (!final || this.left.length === 0) return text;
    // At the end of the queue what is left is one error.
    this.left = NO_BYTES;
    if (this.fatal) throw new TypeError(`The encoded data is not valid ${this.encoding}`);
    return text + "\ufffd";
  }

  decode_legacy(bytes, final) {
    if (final && this.state === "") return op_encoding_decode(this.encoding, bytes, this.fatal);
    const state = this.state;
    this.state = "";
    const answer = op_encoding_decode_chunk(this.encoding, state, bytes, final, this.fatal);
    const end_of_state = answer.indexOf("\n");
    this.state = answer.slice(0, end_of_state);
    return answer.slice(end_of_state + 1);
  }

  /** What was left over and `bytes`, without the rest that `length_of_rest` wants to leave over; `left` is set to that. */
  take(bytes, length_of_rest) {
    if (this.left.length > 0) {
      const joined = new Uint8Array(this.left.length + bytes.length);
      joined.set(this.left);
      joined.set(bytes, this.left.length);
      bytes = joined;
      this.left = NO_BYTES;
    }
    const rest = length_of_rest(bytes);
    if (rest === 0) return bytes;
    this.left = bytes.slice(bytes.length - rest);
    return bytes.subarray(0, bytes.length - rest);
  }
}

const no_rest = () => 0;

/** How many bytes at the end may be the beginning of a character. */
function incomplete_utf8(bytes) {
  for (let length = 1; length <= 3 && length <= bytes.length; length++) {
    const byte = bytes[bytes.length - length];
    if ((byte & 0xc0) === 0x80) continue;
    const expected = byte < 0xc2 || byte > 0xf4 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length < expected && (length === 1 || second_byte_fits(byte, bytes[bytes.length - length + 1])) ? length : 0;
  }
  return 0;
}

function second_byte_fits(first, second) {
  switch (first) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second < 0xa0;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second < 0x90;
    default: return true;
  }
}

const incomplete_utf16le = (bytes) => incomplete_utf16(bytes, 1);
const incomplete_utf16be = (bytes) => incomplete_utf16(bytes, 2);

/** The byte of half a code unit, and a leading surrogate before it; `high` is how far before the end of a code unit its high byte is. */
function incomplete_utf16(bytes, high) {
  const odd = bytes.length % 2;
  const whole = bytes.length - odd;
  return whole > 0 && (bytes[whole - high] & 0xfc) === 0xd8 ? odd + 2 : odd;
}
