import { return_one, return_undefined, wrap_algorithm } from "./algorithms.js";
import { WritableStreamAbort, WritableStreamClose } from "./end_writable_streams.js";
import { SetUpWritableStreamDefaultController, WritableStreamDefaultControllerErrorIfNeeded } from "./writable_default_controllers.js";
import { WritableStreamDefaultWriterRelease, WritableStreamDefaultWriterWrite } from "./writable_stream_writers.js";
import { InitializeWritableStream } from "./writable_streams.js";
import { WritableStreamDefaultController } from "./WritableStreamDefaultController.js";
import { AcquireWritableStreamDefaultWriter } from "./WritableStreamDefaultWriter.js";

// https://streams.spec.whatwg.org/#other-specs-ws : making and using writable streams in other specifications.
// See for_other_specifications.js.

/** https://streams.spec.whatwg.org/#writablestream-set-up : `stream` is a new WritableStream (or of a class that extends it). */
export function set_up_writable_stream(
  stream, {
    writeAlgorithm, closeAlgorithm = undefined, abortAlgorithm = undefined, highWaterMark = 1, sizeAlgorithm = return_one,
  },
) {
  // 1–4. Wrap the algorithms, so that they return promises. NB: the write algorithm may return nothing too, and throw.
  const writeAlgorithmWrapper = wrap_algorithm(writeAlgorithm);
  const closeAlgorithmWrapper = wrap_algorithm(closeAlgorithm);
  const abortAlgorithmWrapper = wrap_algorithm(abortAlgorithm);
  // 5–7. Initialize the stream and set up a default controller with the algorithms.
  InitializeWritableStream(stream);
  SetUpWritableStreamDefaultController(
    stream, new WritableStreamDefaultController(), return_undefined, writeAlgorithmWrapper, closeAlgorithmWrapper,
    abortAlgorithmWrapper, highWaterMark, sizeAlgorithm,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#writablestream-error */
export function error_a_writable_stream(stream, e) {
  WritableStreamDefaultControllerErrorIfNeeded(stream.controller, e);
}

/** https://streams.spec.whatwg.org/#writablestream-signal */
export function signal_of(stream) {
  return stream.controller.signal;
}

/** https://streams.spec.whatwg.org/#writablestream-get-a-writer */
export const get_a_writer = AcquireWritableStreamDefaultWriter;

/** https://streams.spec.whatwg.org/#writablestreamdefaultwriter-write-a-chunk */
export function write_a_chunk(writer, chunk) {
  return WritableStreamDefaultWriterWrite(writer, chunk).promise;
}

/** https://streams.spec.whatwg.org/#writablestreamdefaultwriter-release */
export const release_a_writer = WritableStreamDefaultWriterRelease;

/** https://streams.spec.whatwg.org/#writablestream-close */
export const close_a_writable_stream = WritableStreamClose;

/** https://streams.spec.whatwg.org/#writablestream-abort */
export const abort_a_writable_stream = WritableStreamAbort;
