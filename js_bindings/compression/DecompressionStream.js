import { CodecStream } from "./codec_stream.js";

/** https://compression.spec.whatwg.org/#decompressionstream */
export class DecompressionStream extends CodecStream {
  /** https://compression.spec.whatwg.org/#dom-decompressionstream-decompressionstream */
  constructor(format) {
    // 1–6. NB: the type has refused formats that do not exist.
    super("DecompressionStream", format, true);
  }
}
