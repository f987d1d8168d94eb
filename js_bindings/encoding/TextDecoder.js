import { bytes_of_buffer_source } from "../webidl/buffer_sources.js";
import { Decoder } from "./decoder.js";
import { get_an_encoding } from "./encodings.js";

const NO_BYTES = new Uint8Array(0);

/** https://encoding.spec.whatwg.org/#textdecoder */
export class TextDecoder {
  decoder = null;           // decoder, I/O queue, BOM seen: https://encoding.spec.whatwg.org/#textdecodercommon
  do_not_flush = false;     // https://encoding.spec.whatwg.org/#textdecoder-do-not-flush-flag

  /** https://encoding.spec.whatwg.org/#dom-textdecoder */
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    // 1–5. A decoder of the encoding of that label, with its error mode.
    this.decoder = new Decoder(encoding_for_decoding(label), fatal, ignoreBOM);
  }

  /** https://encoding.spec.whatwg.org/#dom-textdecoder-encoding */
  get encoding() {
    return this.decoder.encoding;
  }

  /** https://encoding.spec.whatwg.org/#dom-textdecoder-fatal */
  get fatal() {
    return this.decoder.fatal;
  }

  /** https://encoding.spec.whatwg.org/#dom-textdecoder-ignorebom */
  get ignoreBOM() {
    return this.decoder.ignore_bom;
  }

  /** https://encoding.spec.whatwg.org/#dom-textdecoder-decode */
  decode(input, { stream = false } = {}) {
    // 1. Without "do not flush" the decoder starts anew.
    if (!this.do_not_flush) this.decoder.reset();
    // 2. Remember "do not flush".
    this.do_not_flush = stream;
    // 3–5. Decode. NB: nothing can change the input meanwhile, so it need not be copied.
    return this.decoder.decode(input === undefined ? NO_BYTES : bytes_of_buffer_source(input), !stream);
  }
}

/** Ours: the first two steps of the constructors of TextDecoder and TextDecoderStream. */
export function encoding_for_decoding(label) {
  // 1. Get the encoding of the label.
  const encoding = get_an_encoding(label);
  // 2. Failure is refused, and so is the replacement encoding.
  if (encoding === null || encoding === "replacement") throw new RangeError(`"${label}" is not the label of an encoding`);
  return encoding;
}
