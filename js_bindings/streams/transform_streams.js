import { assert } from "./assert.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { ReadableStreamDefaultControllerError } from "./readable_default_controllers.js";
import { WritableStreamDefaultControllerErrorIfNeeded } from "./writable_default_controllers.js";

// https://streams.spec.whatwg.org/#ts-abstract-ops

/** https://streams.spec.whatwg.org/#transform-stream-error */
export function TransformStreamError(stream, e) {
  // 1–2. Error the readable side, then the writable side.
  ReadableStreamDefaultControllerError(stream.readable.controller, e);
  TransformStreamErrorWritableAndUnblockWrite(stream, e);
}

/** https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write */
export function TransformStreamErrorWritableAndUnblockWrite(stream, e) {
  // 1–3. Drop the algorithms, error the writable side, and let a waiting write go on.
  TransformStreamDefaultControllerClearAlgorithms(stream.controller);
  WritableStreamDefaultControllerErrorIfNeeded(stream.writable.controller, e);
  TransformStreamUnblockWrite(stream);
}

/** https://streams.spec.whatwg.org/#transform-stream-set-backpressure */
export function TransformStreamSetBackpressure(stream, backpressure) {
  // 1–2. The backpressure changes: resolve the promise of that change.
  assert(stream.backpressure !== backpressure, "backpressure is set only when it changes");
  if (stream.backpressureChangePromise !== undefined) {
    stream.backpressureChangePromise.resolve();
  }
  // 3–4. Make a promise of the next change.
  stream.backpressureChangePromise = new PromiseSlot();
  stream.backpressure = backpressure;
}

/** https://streams.spec.whatwg.org/#transform-stream-unblock-write */
export function TransformStreamUnblockWrite(stream) {
  // 1. End the backpressure, for whose change a write may wait.
  if (stream.backpressure) {
    TransformStreamSetBackpressure(stream, false);
  }
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms */
export function TransformStreamDefaultControllerClearAlgorithms(controller) {
  // 1–3. Drop the algorithms, so that what they hold can be collected.
  controller.transformAlgorithm = undefined;
  controller.flushAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
}
