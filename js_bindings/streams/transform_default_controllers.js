import { platform_object_of } from "../webidl/platform_objects.js";
import { a_promise_rejected_with, react } from "../webidl/promises.js";
import { promise_algorithm, RESOLVED, return_resolved } from "./algorithms.js";
import { assert } from "./assert.js";
import {
  ReadableStreamDefaultControllerCanCloseOrEnqueue,
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerHasBackpressure,
} from "./readable_default_controllers.js";
import { TransformStreamError, TransformStreamErrorWritableAndUnblockWrite, TransformStreamSetBackpressure } from "./transform_streams.js";

// https://streams.spec.whatwg.org/#ts-default-controller-abstract-ops

/** https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller */
export function SetUpTransformStreamDefaultController(stream, controller, transformAlgorithm, flushAlgorithm, cancelAlgorithm) {
  // 1–4. Stream and controller know each other.
  assert(stream.controller === undefined, "a stream gets its controller once");
  controller.stream = stream;
  stream.controller = controller;
  // 5–7. Keep the algorithms.
  controller.transformAlgorithm = transformAlgorithm;
  controller.flushAlgorithm = flushAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
}

/** https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller-from-transformer */
export function SetUpTransformStreamDefaultControllerFromTransformer(stream, controller, transformer, transformerDict) {
  const { transform, flush, cancel } = transformerDict;
  // 1–2. Without a member transform the transform algorithm enqueues the chunk as it is.
  let transformAlgorithm = (chunk) => {
    try {
      TransformStreamDefaultControllerEnqueue(controller, chunk);
    } catch (error) {
      return a_promise_rejected_with(error);
    }
    return RESOLVED;
  };
  // 3–4. Without the other members their algorithms do nothing.
  let flushAlgorithm = return_resolved;
  let cancelAlgorithm = return_resolved;
  // 5. The transform algorithm invokes the member transform with the chunk and the controller.
  if (transform !== undefined) {
    const invoke_transform = promise_algorithm(transform, transformer);
    transformAlgorithm = (chunk) => invoke_transform(chunk, platform_object_of(controller));
  }
  // 6. The flush algorithm invokes the member flush with the controller.
  if (flush !== undefined) {
    const invoke_flush = promise_algorithm(flush, transformer);
    flushAlgorithm = () => invoke_flush(platform_object_of(controller));
  }
  // 7. The cancel algorithm invokes the member cancel with the reason.
  if (cancel !== undefined) {
    cancelAlgorithm = promise_algorithm(cancel, transformer);
  }
  // 8. Set up the controller with these algorithms.
  SetUpTransformStreamDefaultController(stream, controller, transformAlgorithm, flushAlgorithm, cancelAlgorithm);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue */
export function TransformStreamDefaultControllerEnqueue(controller, chunk) {
  // 1–3. Only a readable side that is not about to close takes chunks.
  const stream = controller.stream;
  const readableController = stream.readable.controller;
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(readableController)) {
    throw new TypeError("Nothing can be enqueued: the readable side is closed, errored, or about to close");
  }
  // 4–5. Enqueue the chunk; an exception errors the writable side, and its stored error is thrown.
  try {
    ReadableStreamDefaultControllerEnqueue(readableController, chunk);
  } catch (error) {
    TransformStreamErrorWritableAndUnblockWrite(stream, error);
    throw stream.readable.storedError;
  }
  // 6–7. Set the backpressure when it changed.
  const backpressure = ReadableStreamDefaultControllerHasBackpressure(readableController);
  if (backpressure !== stream.backpressure) {
    assert(backpressure, "enqueuing makes the queue no shorter");
    TransformStreamSetBackpressure(stream, true);
  }
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-error */
export function TransformStreamDefaultControllerError(controller, e) {
  // 1. Error the stream.
  TransformStreamError(controller.stream, e);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform */
export function TransformStreamDefaultControllerPerformTransform(controller, chunk) {
  // SPEC-BUG: while the transformer's cancel() is under way its algorithms are gone, but chunks can still be written. Nobody reads them.
  if (controller.transformAlgorithm === undefined) {
    return RESOLVED;
  }
  // 1–2. A rejection of the transform algorithm errors the stream.
  const transformPromise = controller.transformAlgorithm(chunk);
  return react(transformPromise, undefined, (r) => {
    TransformStreamError(controller.stream, r);
    throw r;
  });
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate */
export function TransformStreamDefaultControllerTerminate(controller) {
  // 1–3. Close the readable side.
  const stream = controller.stream;
  ReadableStreamDefaultControllerClose(stream.readable.controller);
  // 4–5. Error the writable side, and let a waiting write go on.
  TransformStreamErrorWritableAndUnblockWrite(stream, new TypeError("The stream has been terminated"));
}
