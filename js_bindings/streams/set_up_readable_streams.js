import { buffer_constructors, chunk_for_script, typed_array_set } from "../intrinsics.js";
import { return_one, return_undefined, wrap_algorithm } from "./algorithms.js";
import { view_buffer, view_byte_length, view_byte_offset } from "./array_buffers.js";
import { assert } from "./assert.js";
import {
  ReadableByteStreamControllerClose,
  ReadableByteStreamControllerEnqueue,
  SetUpReadableByteStreamController,
} from "./readable_byte_controllers.js";
import { ReadableByteStreamControllerError, ReadableByteStreamControllerGetDesiredSize } from "./readable_byte_pulls.js";
import { ReadableByteStreamControllerRespond } from "./readable_byte_requests.js";
import {
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
  ReadableStreamDefaultControllerGetDesiredSize,
  SetUpReadableStreamDefaultController,
} from "./readable_default_controllers.js";
import { InitializeReadableStream } from "./readable_streams.js";
import { ReadableByteStreamController } from "./ReadableByteStreamController.js";
import { ReadableByteStreamControllerGetBYOBRequest } from "./ReadableStreamBYOBRequest.js";
import { ReadableStreamDefaultController } from "./ReadableStreamDefaultController.js";

// https://streams.spec.whatwg.org/#other-specs-rs-create : making and feeding readable streams in other specifications.
// Algorithms may throw, and return a promise or nothing. See for_other_specifications.js.

/** https://streams.spec.whatwg.org/#readablestream-set-up : `stream` is a new ReadableStream (or of a class that extends it). */
export function set_up_readable_stream(
  stream, { pullAlgorithm = undefined, cancelAlgorithm = undefined, highWaterMark = 1, sizeAlgorithm = return_one } = {},
) {
  // 1–4. Wrap the algorithms, so that they return promises.
  const pullAlgorithmWrapper = wrap_algorithm(pullAlgorithm);
  const cancelAlgorithmWrapper = wrap_algorithm(cancelAlgorithm);
  // 5–7. Initialize the stream and set up a default controller with the algorithms.
  InitializeReadableStream(stream);
  SetUpReadableStreamDefaultController(
    stream, new ReadableStreamDefaultController(), return_undefined, pullAlgorithmWrapper, cancelAlgorithmWrapper,
    highWaterMark, sizeAlgorithm,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#readablestream-set-up-with-byte-reading-support */
export function set_up_with_byte_reading_support(
  stream, { pullAlgorithm = undefined, cancelAlgorithm = undefined, highWaterMark = 0 } = {},
) {
  // 1–3. Wrap the algorithms, so that they return promises.
  const pullAlgorithmWrapper = wrap_algorithm(pullAlgorithm);
  const cancelAlgorithmWrapper = wrap_algorithm(cancelAlgorithm);
  // 4–6. Initialize the stream and set up a byte stream controller with the algorithms.
  InitializeReadableStream(stream);
  SetUpReadableByteStreamController(
    stream, new ReadableByteStreamController(), return_undefined, pullAlgorithmWrapper, cancelAlgorithmWrapper,
    highWaterMark, undefined,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#readablestream-desired-size-to-fill-up-to-the-high-water-mark */
export function desired_size_of(stream) {
  // 1–3. 0 for a stream that is not readable, else the desired size of its controller.
  if (stream.state !== "readable") {
    return 0;
  }
  return stream.controller.is_byte_stream_controller
    ? ReadableByteStreamControllerGetDesiredSize(stream.controller)
    : ReadableStreamDefaultControllerGetDesiredSize(stream.controller);
}

/** https://streams.spec.whatwg.org/#readablestream-close */
export function close_a_stream(stream) {
  const controller = stream.controller;
  // 1. Close a byte stream and respond with 0 bytes, which gives back the buffers of waiting pull-into descriptors.
  if (controller.is_byte_stream_controller) {
    ReadableByteStreamControllerClose(controller);
    if (!controller.pendingPullIntos.is_empty) {
      ReadableByteStreamControllerRespond(controller, 0);
    }
    return;
  }
  // 2. Close any other stream.
  ReadableStreamDefaultControllerClose(controller);
}

/** https://streams.spec.whatwg.org/#readablestream-error */
export function error_a_stream(stream, e) {
  // 1–2. The controller of either kind errors the stream.
  if (stream.controller.is_byte_stream_controller) {
    ReadableByteStreamControllerError(stream.controller, e);
  } else {
    ReadableStreamDefaultControllerError(stream.controller, e);
  }
}

/** https://streams.spec.whatwg.org/#readablestream-enqueue */
export function enqueue_a_chunk(stream, chunk) {
  const controller = stream.controller;
  // 1. A default controller enqueues the chunk.
  if (!controller.is_byte_stream_controller) {
    ReadableStreamDefaultControllerEnqueue(controller, chunk_for_script(chunk));
    return;
  }
  // 2. Bytes in the buffer of the BYOB request respond to it.
  const byobView = current_byob_request_view(stream);
  if (byobView !== null && view_buffer(chunk) === view_buffer(byobView)) {
    assert(view_byte_offset(chunk) === view_byte_offset(byobView), "the caller wrote from the beginning");
    assert(view_byte_length(chunk) <= view_byte_length(byobView), "the caller wrote no more than there was room for");
    ReadableByteStreamControllerRespond(controller, view_byte_length(chunk));
  } else {
    // 2. Bytes in another buffer are enqueued; the stream takes the buffer.
    ReadableByteStreamControllerEnqueue(controller, chunk);
  }
}

/** https://streams.spec.whatwg.org/#readablestream-current-byob-request-view */
export function current_byob_request_view(stream) {
  // 1–4. The view of the BYOB request, or null.
  assert(stream.controller.is_byte_stream_controller, "only byte streams have requests");
  const byobRequest = ReadableByteStreamControllerGetBYOBRequest(stream.controller);
  return byobRequest === null ? null : byobRequest.view;
}

/** https://streams.spec.whatwg.org/#readablestream-pull-from-bytes : takes from `bytes`, a Uint8Array, and returns what is left of it. */
export function pull_from_bytes(stream, bytes) {
  // 1–5. Take all bytes, or as many as the view of the BYOB request has room for.
  const byobView = current_byob_request_view(stream);
  const available = bytes.length;
  const desiredSize = byobView === null ? available : view_byte_length(byobView);
  const pullSize = Math.min(available, desiredSize);
  // 6–7. Part these bytes from the rest.
  const pulled = new Uint8Array(bytes.buffer, bytes.byteOffset, pullSize);
  const rest = new Uint8Array(bytes.buffer, bytes.byteOffset + pullSize, available - pullSize);
  if (byobView !== null) {
    // 8. Write them into the view, and respond.
    typed_array_set(byobView, pulled);
    ReadableByteStreamControllerRespond(stream.controller, pullSize);
  } else {
    // 9. Enqueue them in a buffer of their own, since the stream takes the buffer.
    ReadableByteStreamControllerEnqueue(stream.controller, new buffer_constructors.Uint8Array(pulled));
  }
  return rest;
}
