import { assert } from "./assert.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { ReadableStreamDefaultControllerError } from "./readable_default_controllers.js";
import { WritableStreamDefaultControllerErrorIfNeeded } from "./writable_default_controllers.js";

// https://streams.spec.whatwg.org/#ts-abstract-ops

/** https://streams.spec.whatwg.org/#transform-stream-error */
export function TransformStreamError(stream, e) {
  // 1–2.
  ReadableStreamDefaultControllerError(stream.readable.controller, e);
  TransformStreamErrorWritableAndUnblockWrite(stream, e);
}

/** https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write */
export function TransformStreamErrorWritableAndUnblockWrite(stream, e) {
  // 1–3.
  TransformStreamDefaultControllerClearAlgorithms(stream.controller);
  WritableStreamDefaultControllerErrorIfNeeded(stream.writable.controller, e);
  TransformStreamUnblockWrite(stream);
}

/** https://streams.spec.whatwg.org/#transform-stream-set-backpressure */
export function TransformStreamSetBackpressure(stream, backpressure) {
  // 1–2.
  assert(stream.backpressure !== backpressure, "backpressure is set only when it changes");
  if (stream.backpressureChangePromise !== undefined) {
    stream.backpressureChangePromise.resolve();
  }
  // 3–4.
  stream.backpressureChangePromise = new PromiseSlot();
  stream.backpressure = backpressure;
}

/** https://streams.spec.whatwg.org/#transform-stream-unblock-write */
export function TransformStreamUnblockWrite(stream) {
  // 1. A write may be waiting for the change.
  if (stream.backpressure) {
    TransformStreamSetBackpressure(stream, false);
  }
}

/** https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms */
export function TransformStreamDefaultControllerClearAlgorithms(controller) {
  // 1–3.
  controller.transformAlgorithm = undefined;
  controller.flushAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
}
