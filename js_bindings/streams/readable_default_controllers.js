import { platform_object_of } from "../webidl/platform_objects.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { upon_settlement } from "../webidl/promises.js";
import { promise_algorithm, return_resolved, return_undefined, to_promise } from "./algorithms.js";
import { assert } from "./assert.js";
import { EnqueueValueWithSize, ResetQueue } from "./queue_with_sizes.js";
import {
  IsReadableStreamLocked,
  ReadableStreamClose,
  ReadableStreamError,
  ReadableStreamFulfillReadRequest,
  ReadableStreamGetNumReadRequests,
} from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rs-default-controller-abstract-ops

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed */
export function ReadableStreamDefaultControllerCallPullIfNeeded(controller) {
  // 1–2.
  if (!ReadableStreamDefaultControllerShouldCallPull(controller)) {
    return;
  }
  // 3. One pull at a time; remember that another is wanted.
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  // 4–5.
  assert(!controller.pullAgain, "pulling again is wanted only while pulling");
  controller.pulling = true;
  // 6–8.
  const pullPromise = controller.pullAlgorithm();
  upon_settlement(pullPromise, () => {
    controller.pulling = false;
    if (controller.pullAgain) {
      controller.pullAgain = false;
      ReadableStreamDefaultControllerCallPullIfNeeded(controller);
    }
  }, (e) => {
    ReadableStreamDefaultControllerError(controller, e);
  });
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull */
export function ReadableStreamDefaultControllerShouldCallPull(controller) {
  // 1–3. Not after the end, and not before the start.
  const stream = controller.stream;
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller) || !controller.started) {
    return false;
  }
  // 4. Somebody is waiting.
  if (IsReadableStreamLocked(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    return true;
  }
  // 5–8. There is room in the queue.
  const desiredSize = ReadableStreamDefaultControllerGetDesiredSize(controller);
  assert(desiredSize !== null, "a readable stream has a desired size");
  return desiredSize > 0;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms */
export function ReadableStreamDefaultControllerClearAlgorithms(controller) {
  // 1–3.
  controller.pullAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
  controller.strategySizeAlgorithm = undefined;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-close */
export function ReadableStreamDefaultControllerClose(controller) {
  // 1.
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller)) {
    return;
  }
  // 2–3.
  const stream = controller.stream;
  controller.closeRequested = true;
  // 4. What is in the queue can still be read; then the stream closes.
  if (controller.queue.is_empty) {
    ReadableStreamDefaultControllerClearAlgorithms(controller);
    ReadableStreamClose(stream);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue */
export function ReadableStreamDefaultControllerEnqueue(controller, chunk) {
  // 1.
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller)) {
    return;
  }
  // 2–3. Hand the chunk to who is waiting for it.
  const stream = controller.stream;
  if (IsReadableStreamLocked(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    ReadableStreamFulfillReadRequest(stream, chunk, false);
  } else {
    // 4. Nobody waits: into the queue. A size that cannot be told or used errors the stream.
    try {
      const chunkSize = controller.strategySizeAlgorithm(chunk);
      EnqueueValueWithSize(controller, chunk, chunkSize);
    } catch (error) {
      ReadableStreamDefaultControllerError(controller, error);
      throw error;
    }
  }
  // 5.
  ReadableStreamDefaultControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-error */
export function ReadableStreamDefaultControllerError(controller, e) {
  // 1–2.
  const stream = controller.stream;
  if (stream.state !== "readable") {
    return;
  }
  // 3–5.
  ResetQueue(controller);
  ReadableStreamDefaultControllerClearAlgorithms(controller);
  ReadableStreamError(stream, e);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size */
export function ReadableStreamDefaultControllerGetDesiredSize(controller) {
  // 1–4.
  switch (controller.stream.state) {
    case "errored":
      return null;
    case "closed":
      return 0;
    default:
      return controller.strategyHWM - controller.queueTotalSize;
  }
}

/** https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure */
export function ReadableStreamDefaultControllerHasBackpressure(controller) {
  // 1–2.
  return !ReadableStreamDefaultControllerShouldCallPull(controller);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue */
export function ReadableStreamDefaultControllerCanCloseOrEnqueue(controller) {
  // 1–3.
  return !controller.closeRequested && controller.stream.state === "readable";
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller */
export function SetUpReadableStreamDefaultController(
  stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, sizeAlgorithm,
) {
  // 1–2.
  assert(stream.controller === undefined, "a stream gets its controller once");
  controller.stream = stream;
  // 3–4.
  ResetQueue(controller);
  controller.started = false;
  controller.closeRequested = false;
  controller.pullAgain = false;
  controller.pulling = false;
  // 5–8.
  controller.strategySizeAlgorithm = sizeAlgorithm;
  controller.strategyHWM = highWaterMark;
  controller.pullAlgorithm = pullAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
  stream.controller = controller;
  // 9–12. Start (which may throw); then pulling begins.
  const startResult = startAlgorithm();
  const startPromise = to_promise(startResult);
  upon_settlement(startPromise, () => {
    controller.started = true;
    assert(!controller.pulling, "nothing is pulled before the start");
    assert(!controller.pullAgain, "nothing is pulled before the start");
    ReadableStreamDefaultControllerCallPullIfNeeded(controller);
  }, (r) => {
    ReadableStreamDefaultControllerError(controller, r);
  });
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source */
export function SetUpReadableStreamDefaultControllerFromUnderlyingSource(
  stream, controller, underlyingSource, underlyingSourceDict, highWaterMark, sizeAlgorithm,
) {
  // 1–7.
  const { startAlgorithm, pullAlgorithm, cancelAlgorithm } =
    algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict);
  // 8.
  SetUpReadableStreamDefaultController(
    stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, sizeAlgorithm,
  );
}

/** NB: the steps that the set-up of both kinds of controllers has in common: what the source does not define does nothing. */
export function algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict) {
  const { start, pull, cancel } = underlyingSourceDict;
  const algorithms = { startAlgorithm: return_undefined, pullAlgorithm: return_resolved, cancelAlgorithm: return_resolved };
  if (start !== undefined) {
    algorithms.startAlgorithm = () => invoke_callback(start, underlyingSource, [platform_object_of(controller)]);
  }
  if (pull !== undefined) {
    const invoke_pull = promise_algorithm(pull, underlyingSource);
    algorithms.pullAlgorithm = () => invoke_pull(platform_object_of(controller));
  }
  if (cancel !== undefined) {
    algorithms.cancelAlgorithm = promise_algorithm(cancel, underlyingSource);
  }
  return algorithms;
}
