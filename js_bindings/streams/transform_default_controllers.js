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
  // 1–4.
  assert(stream.controller === undefined, "a stream gets its controller once");
  controller.stream = stream;
  stream.controller = controller;
  // 5–7.
  controller.transformAlgorithm = transformAlgorithm;
  controller.flushAlgorithm = flushAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
}

/** https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller-from-transformer */
export function SetUpTransformStreamDefaultControllerFromTransformer(stream, controller, transformer, transformerDict) {
  const { transform, flush, cancel } = transformerDict;
  // 1–2. A transformer that does not say otherwise hands chunks on as they are.
  let transformAlgorithm = (chunk) => {
    try {
      TransformStreamDefaultControllerEnqueue(controller, chunk);
    } catch (error) {
      return a_promise_rejected_with(error);
    }
    return RESOLVED;
  };
  // 3–4.
  let flushAlgorithm = return_resolved;
  let cancelAlgorithm = return_resolved;
  // 5.
  if (transform !== undefined) {
    const invoke_transform = promise_algorithm(transform, transformer);
    transformAlgorithm = (chunk) => invoke_transform(chunk, platform_object_of(controller));
  }
  // 6.
  if (flush !== undefined) {
    const invoke_flush = promise_algorithm(flush, transformer);
    flushAlgorithm = () => invoke_flush(platform_object_of(controller));
  }
  // 7.
  if (cancel !== undefined) {
    cancelAlgorithm = promise_algorithm(cancel, transformer);
  }
  // 8.
  SetUpTransformStreamDefaultController(stream, controller, transformAlgorithm, flushAlgorithm, cancelAlgorithm);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue */
export function TransformStreamDefaultControllerEnqueue(controller, chunk) {
  // 1–3.
  const stream = controller.stream;
  const readableController = stream.readable.controller;
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(readableController)) {
    throw new TypeError("Nothing can be enqueued: the readable side is closed, errored, or about to close");
  }
  // 4–5.
  try {
    ReadableStreamDefaultControllerEnqueue(readableController, chunk);
  } catch (error) {
    TransformStreamErrorWritableAndUnblockWrite(stream, error);
    throw stream.readable.storedError;
  }
  // 6–7.
  const backpressure = ReadableStreamDefaultControllerHasBackpressure(readableController);
  if (backpressure !== stream.backpressure) {
    assert(backpressure, "enqueuing makes the queue no shorter");
    TransformStreamSetBackpressure(stream, true);
  }
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-error */
export function TransformStreamDefaultControllerError(controller, e) {
  // 1.
  TransformStreamError(controller.stream, e);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform */
export function TransformStreamDefaultControllerPerformTransform(controller, chunk) {
  // SPEC-BUG: while the transformer's cancel() is under way its algorithms are gone, but chunks can still be written. Nobody reads them.
  if (controller.transformAlgorithm === undefined) {
    return RESOLVED;
  }
  // 1–2. What goes wrong errors both sides.
  const transformPromise = controller.transformAlgorithm(chunk);
  return react(transformPromise, undefined, (r) => {
    TransformStreamError(controller.stream, r);
    throw r;
  });
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate */
export function TransformStreamDefaultControllerTerminate(controller) {
  // 1–3.
  const stream = controller.stream;
  ReadableStreamDefaultControllerClose(stream.readable.controller);
  // 4–5.
  TransformStreamErrorWritableAndUnblockWrite(stream, new TypeError("The stream has been terminated"));
}
