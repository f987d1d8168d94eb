import {
  op_compression_finish, op_compression_release, op_compression_start, op_compression_transform,
} from "../ops.js";
import { GenericTransformStream } from "../streams/GenericTransformStream.js";
import { enqueue_in_transform_stream, set_up_transform_stream } from "../streams/set_up_transform_streams.js";
import { TransformStream } from "../streams/TransformStream.js";
import { bytes_of_buffer_source } from "../webidl/buffer_sources.js";
import { converter_of } from "../webidl/converters.js";

const BUFFER_SOURCE = { t: "buffer", name: "BufferSource" };
const NO_BYTES = new Uint8Array(0);

const abandoned = new FinalizationRegistry((handle) => op_compression_release(handle));

/**
 * Ours: what CompressionStream and DecompressionStream have in common. Their algorithms are the same, word by word, but for the direction.
 *
 * https://compression.spec.whatwg.org/
 */
export class CodecStream extends GenericTransformStream {
  name;
  context;                              // the handle of the compression or decompression context

  constructor(name, format, decompress) {
    super();
    // 2–3. Set the format, and start the context of that format.
    this.name = name;
    this.context = op_compression_start(format, decompress);
    abandoned.register(this, this.context, this);
    // 4–6. Set up a transform stream with the algorithms of this one.
    this.transform = new TransformStream();
    set_up_transform_stream(this.transform, {
      transformAlgorithm: (chunk) => transform_and_enqueue_a_chunk(this, chunk),
      flushAlgorithm: () => flush_and_enqueue(this),
      cancelAlgorithm: () => forget_context(this),
    });
  }
}

/**
 * https://compression.spec.whatwg.org/#compress-and-enqueue-a-chunk
 * https://compression.spec.whatwg.org/#decompress-and-enqueue-a-chunk
 */
function transform_and_enqueue_a_chunk(stream, chunk) {
  try {
    // 1. A chunk that is no buffer source throws a TypeError.
    const source = converter_of(BUFFER_SOURCE)(chunk, `${stream.name}: a chunk`);
    // 2–5. Compress or decompress it, and enqueue what comes out, in one or more pieces.
    let output = op_compression_transform(stream.context, bytes_of_buffer_source(source));
    while (output.byteLength > 0) {
      enqueue_in_transform_stream(stream.transform, new Uint8Array(output));
      output = op_compression_transform(stream.context, NO_BYTES);
    }
  } catch (error) {
    forget_context(stream);
    throw error;
  }
}

/**
 * https://compression.spec.whatwg.org/#compress-flush-and-enqueue
 * https://compression.spec.whatwg.org/#decompress-flush-and-enqueue
 */
function flush_and_enqueue(stream) {
  // 1–4. Finish, and enqueue what was held back until then.
  abandoned.unregister(stream);
  const output = op_compression_finish(stream.context);
  if (output.byteLength > 0) {
    enqueue_in_transform_stream(stream.transform, new Uint8Array(output));
  }
}

function forget_context(stream) {
  abandoned.unregister(stream);
  op_compression_release(stream.context);
}
