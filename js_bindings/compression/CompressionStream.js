import { CodecStream } from "./codec_stream.js";

/** https://compression.spec.whatwg.org/#compressionstream */
export class CompressionStream extends CodecStream {
  /** https://compression.spec.whatwg.org/#dom-compressionstream-compressionstream */
  constructor(format) {
    // 1–6. NB: the type has refused formats that do not exist.
    super("CompressionStream", format, false);
  }
}
