import { react, upon_settlement } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { CreateReadableStream } from "./create_readable_streams.js";
import { CreateWritableStream } from "./create_writable_streams.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { ReadableStreamDefaultControllerClose, ReadableStreamDefaultControllerError } from "./readable_default_controllers.js";
import { TransformStreamDefaultControllerPerformTransform } from "./transform_default_controllers.js";
import {
  TransformStreamDefaultControllerClearAlgorithms,
  TransformStreamSetBackpressure,
  TransformStreamUnblockWrite,
} from "./transform_streams.js";
import { WritableStreamDefaultControllerErrorIfNeeded } from "./writable_default_controllers.js";

// https://streams.spec.whatwg.org/#ts-abstract-ops : the two sides are made here.
// https://streams.spec.whatwg.org/#ts-default-sink-abstract-ops
// https://streams.spec.whatwg.org/#ts-default-source-abstract-ops

/** https://streams.spec.whatwg.org/#initialize-transform-stream */
export function InitializeTransformStream(
  stream, startPromise, writableHighWaterMark, writableSizeAlgorithm, readableHighWaterMark, readableSizeAlgorithm,
) {
  // 1–5. The writable side performs the default sink algorithms.
  const startAlgorithm = () => startPromise;
  stream.writable = CreateWritableStream(
    startAlgorithm,
    (chunk) => TransformStreamDefaultSinkWriteAlgorithm(stream, chunk),
    () => TransformStreamDefaultSinkCloseAlgorithm(stream),
    (reason) => TransformStreamDefaultSinkAbortAlgorithm(stream, reason),
    writableHighWaterMark, writableSizeAlgorithm,
  );
  // 6–8. The readable side performs the default source algorithms.
  stream.readable = CreateReadableStream(
    startAlgorithm,
    () => TransformStreamDefaultSourcePullAlgorithm(stream),
    (reason) => TransformStreamDefaultSourceCancelAlgorithm(stream, reason),
    readableHighWaterMark, readableSizeAlgorithm,
  );
  // 9–10. There is backpressure until the readable side pulls.
  stream.backpressure = undefined;
  stream.backpressureChangePromise = undefined;
  TransformStreamSetBackpressure(stream, true);
  // 11. There is no controller yet.
  stream.controller = undefined;
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm */
export function TransformStreamDefaultSinkWriteAlgorithm(stream, chunk) {
  // 1–2. The writable side is writable.
  assert(stream.writable.state === "writable", "only a writable stream writes");
  const controller = stream.controller;
  // 3. With backpressure wait for its change, unless the stream is erroring by then.
  if (stream.backpressure) {
    const backpressureChangePromise = stream.backpressureChangePromise;
    assert(backpressureChangePromise !== undefined, "backpressure has been set once");
    return react(backpressureChangePromise.promise, () => {
      const writable = stream.writable;
      const state = writable.state;
      if (state === "erroring") {
        throw writable.storedError;
      }
      assert(state === "writable", "it cannot end while writing");
      return TransformStreamDefaultControllerPerformTransform(controller, chunk);
    });
  }
  // 4. Perform the transform.
  return TransformStreamDefaultControllerPerformTransform(controller, chunk);
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm */
export function TransformStreamDefaultSinkAbortAlgorithm(stream, reason) {
  // 1–2. The finish promise says that the stream is ending already.
  const controller = stream.controller;
  if (controller.finishPromise !== undefined) {
    return controller.finishPromise.promise;
  }
  // 3–4. Make the finish promise.
  const readable = stream.readable;
  const finish = controller.finishPromise = new PromiseSlot();
  // 5–7. Perform the cancel algorithm; then error the readable side and settle the finish promise.
  const cancelPromise = controller.cancelAlgorithm(reason);
  TransformStreamDefaultControllerClearAlgorithms(controller);
  upon_settlement(cancelPromise, () => {
    if (readable.state === "errored") {
      finish.reject(readable.storedError);
    } else {
      ReadableStreamDefaultControllerError(readable.controller, reason);
      finish.resolve();
    }
  }, (r) => {
    ReadableStreamDefaultControllerError(readable.controller, r);
    finish.reject(r);
  });
  // 8. The finish promise.
  return finish.promise;
}

/** https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm */
export function TransformStreamDefaultSinkCloseAlgorithm(stream) {
  // 1–2. The finish promise says that the stream is ending already.
  const controller = stream.controller;
  if (controller.finishPromise !== undefined) {
    return controller.finishPromise.promise;
  }
  // 3–4. Make the finish promise.
  const readable = stream.readable;
  const finish = controller.finishPromise = new PromiseSlot();
  // 5–7. Perform the flush algorithm; then close the readable side and settle the finish promise.
  const flushPromise = controller.flushAlgorithm();
  TransformStreamDefaultControllerClearAlgorithms(controller);
  upon_settlement(flushPromise, () => {
    if (readable.state === "errored") {
      finish.reject(readable.storedError);
    } else {
      ReadableStreamDefaultControllerClose(readable.controller);
      finish.resolve();
    }
  }, (r) => {
    ReadableStreamDefaultControllerError(readable.controller, r);
    finish.reject(r);
  });
  // 8. The finish promise.
  return finish.promise;
}

/** https://streams.spec.whatwg.org/#transform-stream-default-source-cancel */
export function TransformStreamDefaultSourceCancelAlgorithm(stream, reason) {
  // 1–2. The finish promise says that the stream is ending already.
  const controller = stream.controller;
  if (controller.finishPromise !== undefined) {
    return controller.finishPromise.promise;
  }
  // 3–4. Make the finish promise.
  const writable = stream.writable;
  const finish = controller.finishPromise = new PromiseSlot();
  // 5–7. Perform the cancel algorithm; then error the writable side, let a waiting write go on, and settle the finish promise.
  const cancelPromise = controller.cancelAlgorithm(reason);
  TransformStreamDefaultControllerClearAlgorithms(controller);
  upon_settlement(cancelPromise, () => {
    if (writable.state === "errored") {
      finish.reject(writable.storedError);
    } else {
      WritableStreamDefaultControllerErrorIfNeeded(writable.controller, reason);
      TransformStreamUnblockWrite(stream);
      finish.resolve();
    }
  }, (r) => {
    WritableStreamDefaultControllerErrorIfNeeded(writable.controller, r);
    TransformStreamUnblockWrite(stream);
    finish.reject(r);
  });
  // 8. The finish promise.
  return finish.promise;
}

/** https://streams.spec.whatwg.org/#transform-stream-default-source-pull */
export function TransformStreamDefaultSourcePullAlgorithm(stream) {
  // 1–2. There is backpressure, whose change somebody can wait for.
  assert(stream.backpressure, "a pull ends the backpressure");
  assert(stream.backpressureChangePromise !== undefined, "backpressure has been set once");
  // 3–4. End the backpressure; the pull lasts until there is backpressure again.
  TransformStreamSetBackpressure(stream, false);
  return stream.backpressureChangePromise.promise;
}
