import { chunk_for_script } from "../intrinsics.js";
import { set_promise_is_handled } from "../webidl/promises.js";
import { RESOLVED, return_one, wrap_algorithm } from "./algorithms.js";
import { assert } from "./assert.js";
import { ReadableStreamPipeTo } from "./readable_stream_pipe_to.js";
import { IsReadableStreamLocked } from "./readable_streams.js";
import {
  SetUpTransformStreamDefaultController,
  TransformStreamDefaultControllerEnqueue,
  TransformStreamDefaultControllerError,
  TransformStreamDefaultControllerTerminate,
} from "./transform_default_controllers.js";
import { InitializeTransformStream } from "./transform_stream_sides.js";
import { TransformStream } from "./TransformStream.js";
import { TransformStreamDefaultController } from "./TransformStreamDefaultController.js";
import { IsWritableStreamLocked } from "./writable_streams.js";

// https://streams.spec.whatwg.org/#other-specs-ts : making transform streams in other specifications,
// https://streams.spec.whatwg.org/#other-specs-piping : and piping. See for_other_specifications.js.

/** https://streams.spec.whatwg.org/#transformstream-set-up : `stream` is a new TransformStream. */
export function set_up_transform_stream(stream, { transformAlgorithm, flushAlgorithm = undefined, cancelAlgorithm = undefined }) {
  // 1–7. Wrap the algorithms, so that they return promises.
  const transformAlgorithmWrapper = wrap_algorithm(transformAlgorithm);
  const flushAlgorithmWrapper = wrap_algorithm(flushAlgorithm);
  const cancelAlgorithmWrapper = wrap_algorithm(cancelAlgorithm);
  // 8–9. Initialize the stream, with high water marks of 1 for the writable side and 0 for the readable side.
  InitializeTransformStream(stream, RESOLVED, 1, return_one, 0, return_one);
  // 10–11. Set up a default controller with the algorithms.
  SetUpTransformStreamDefaultController(
    stream, new TransformStreamDefaultController(), transformAlgorithmWrapper, flushAlgorithmWrapper, cancelAlgorithmWrapper,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#create-an-identity-transformstream */
export function create_an_identity_transform_stream() {
  // 1–3. The transform algorithm enqueues each chunk as it is.
  const transformStream = new TransformStream();
  return set_up_transform_stream(transformStream, {
    transformAlgorithm: (chunk) => enqueue_in_transform_stream(transformStream, chunk),
  });
}

/** https://streams.spec.whatwg.org/#transformstream-enqueue */
export function enqueue_in_transform_stream(stream, chunk) {
  TransformStreamDefaultControllerEnqueue(stream.controller, chunk_for_script(chunk));
}

/** https://streams.spec.whatwg.org/#transformstream-terminate */
export function terminate_a_transform_stream(stream) {
  TransformStreamDefaultControllerTerminate(stream.controller);
}

/** https://streams.spec.whatwg.org/#transformstream-error */
export function error_a_transform_stream(stream, e) {
  TransformStreamDefaultControllerError(stream.controller, e);
}

/** https://streams.spec.whatwg.org/#readablestream-pipe-to : a promise for its end. */
export function pipe_to(
  readable, writable, { preventClose = false, preventAbort = false, preventCancel = false, signal = undefined } = {},
) {
  // 1–4. Pipe; neither stream is locked.
  assert(!IsReadableStreamLocked(readable), "the caller knows that the source is free");
  assert(!IsWritableStreamLocked(writable), "the caller knows that the destination is free");
  return ReadableStreamPipeTo(readable, writable, preventClose, preventAbort, preventCancel, signal);
}

/** https://streams.spec.whatwg.org/#readablestream-pipe-through : the readable side of `transform`. */
export function pipe_through(readable, transform, options = undefined) {
  // 1–5. Pipe into the writable side; the promise of the pipe counts as handled.
  set_promise_is_handled(pipe_to(readable, transform.writable, options));
  // 6. The readable side.
  return transform.readable;
}

/** https://streams.spec.whatwg.org/#readablestream-create-a-proxy */
export function create_a_proxy(stream) {
  // 1–2. Pipe through an identity transform stream.
  return pipe_through(stream, create_an_identity_transform_stream());
}
