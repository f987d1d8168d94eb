import { enqueue_in_transform_stream, set_up_transform_stream } from "../streams/set_up_transform_streams.js";
import { GenericTransformStream } from "../streams/GenericTransformStream.js";
import { TransformStream } from "../streams/TransformStream.js";
import { bytes_of_buffer_source } from "../webidl/buffer_sources.js";
import { converter_of } from "../webidl/converters.js";
import { Decoder } from "./decoder.js";
import { encoding_for_decoding } from "./TextDecoder.js";

const ALLOW_SHARED_BUFFER_SOURCE = { t: "buffer", name: "AllowSharedBufferSource" };
const NO_BYTES = new Uint8Array(0);

/** https://encoding.spec.whatwg.org/#textdecoderstream */
export class TextDecoderStream extends GenericTransformStream {
  decoder = null;     // decoder, I/O queue, BOM seen: https://encoding.spec.whatwg.org/#textdecodercommon

  /** https://encoding.spec.whatwg.org/#dom-textdecoderstream */
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    super();
    // 1–4. Set up the stream with the encoding of that label.
    set_up_a_text_decoder_stream(this, encoding_for_decoding(label), fatal, ignoreBOM);
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
}

/** https://encoding.spec.whatwg.org/#set-up-a-text-decoder-stream */
function set_up_a_text_decoder_stream(stream, encoding, fatal, ignore_bom) {
  // 1–6. Make the decoder. NB: nobody gets here with the replacement encoding.
  stream.decoder = new Decoder(encoding, fatal, ignore_bom);
  // 7–10. Set up the transform stream with these algorithms.
  stream.transform = new TransformStream();
  set_up_transform_stream(stream.transform, {
    transformAlgorithm: (chunk) => decode_and_enqueue_a_chunk(stream, chunk),
    flushAlgorithm: () => flush_and_enqueue(stream),
  });
}

/** https://encoding.spec.whatwg.org/#decode-and-enqueue-a-chunk */
function decode_and_enqueue_a_chunk(stream, chunk) {
  // 1. A chunk that is no buffer source throws a TypeError.
  const source = converter_of(ALLOW_SHARED_BUFFER_SOURCE)(chunk, "TextDecoderStream: a chunk");
  // 2–4. Decode the chunk and enqueue the text; in the error mode "fatal" an error throws.
  enqueue(stream, stream.decoder.decode(bytes_of_buffer_source(source), false));
}

/** https://encoding.spec.whatwg.org/#flush-and-enqueue */
function flush_and_enqueue(stream) {
  // 1–2. Decode what is left, now that no more comes.
  enqueue(stream, stream.decoder.decode(NO_BYTES, true));
}

function enqueue(stream, text) {
  if (text !== "") enqueue_in_transform_stream(stream.transform, text);
}
