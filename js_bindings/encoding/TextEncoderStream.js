import { enqueue_in_transform_stream, set_up_transform_stream } from "../streams/set_up_transform_streams.js";
import { GenericTransformStream } from "../streams/GenericTransformStream.js";
import { TransformStream } from "../streams/TransformStream.js";
import { converter_of } from "../webidl/converters.js";
import { utf8_encode } from "../infra/utf8.js";

const DOM_STRING = { t: "DOMString" };

/** https://encoding.spec.whatwg.org/#textencoderstream */
export class TextEncoderStream extends GenericTransformStream {
  encoding = "utf-8";           // https://encoding.spec.whatwg.org/#dom-textencoder-encoding
  leading_surrogate = "";       // https://encoding.spec.whatwg.org/#textencoderstream-pending-high-surrogate, the empty string for null

  /** https://encoding.spec.whatwg.org/#dom-textencoderstream */
  constructor() {
    super();
    // 1. NB: the UTF-8 encoder has no state.
    // 2–6. Set up the transform stream with these algorithms.
    this.transform = new TransformStream();
    set_up_transform_stream(this.transform, {
      transformAlgorithm: (chunk) => encode_and_enqueue_a_chunk(this, chunk),
      flushAlgorithm: () => encode_and_flush(this),
    });
  }
}

/** https://encoding.spec.whatwg.org/#encode-and-enqueue-a-chunk */
function encode_and_enqueue_a_chunk(encoder, chunk) {
  // 1. Convert the chunk to a string of code units; a surrogate pair may be cut in two between chunks.
  let input = encoder.leading_surrogate + converter_of(DOM_STRING)(chunk, "TextEncoderStream: a chunk");
  // 2–4. NB: not code unit by code unit: only a leading surrogate at the very end has to wait, all other lone ones become U+FFFD.
  encoder.leading_surrogate = "";
  const last = input.charCodeAt(input.length - 1);
  if (last >= 0xd800 && last < 0xdc00) {
    encoder.leading_surrogate = input.at(-1);
    input = input.slice(0, -1);
  }
  if (input !== "") enqueue_in_transform_stream(encoder.transform, utf8_encode(input));
}

/** https://encoding.spec.whatwg.org/#encode-and-flush */
function encode_and_flush(encoder) {
  // 1. A leading surrogate that still waits becomes U+FFFD.
  if (encoder.leading_surrogate !== "") enqueue_in_transform_stream(encoder.transform, utf8_encode("\ufffd"));
}
