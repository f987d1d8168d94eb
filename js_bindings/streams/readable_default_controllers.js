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
  // 1–2. Pull only if the controller should.
  if (!ReadableStreamDefaultControllerShouldCallPull(controller)) {
    return;
  }
  // 3. While a pull is under way just remember that another is wanted.
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  // 4–5. The pull is under way.
  assert(!controller.pullAgain, "pulling again is wanted only while pulling");
  controller.pulling = true;
  // 6–8. Perform the pull algorithm; when it is done it pulls again if that was wanted meanwhile.
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
  // 1–3. Not when the stream cannot take chunks, and not before the start.
  const stream = controller.stream;
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller) || !controller.started) {
    return false;
  }
  // 4. A read request is waiting.
  if (IsReadableStreamLocked(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    return true;
  }
  // 5–8. The desired size is above 0.
  const desiredSize = ReadableStreamDefaultControllerGetDesiredSize(controller);
  assert(desiredSize !== null, "a readable stream has a desired size");
  return desiredSize > 0;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms */
export function ReadableStreamDefaultControllerClearAlgorithms(controller) {
  // 1–3. Drop the algorithms, so that what they hold can be collected.
  controller.pullAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
  controller.strategySizeAlgorithm = undefined;
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-close */
export function ReadableStreamDefaultControllerClose(controller) {
  // 1. Only a readable stream that is not about to close is closed.
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller)) {
    return;
  }
  // 2–3. The close is requested.
  const stream = controller.stream;
  controller.closeRequested = true;
  // 4. With an empty queue the stream closes at once; otherwise its chunks can still be read.
  if (controller.queue.is_empty) {
    ReadableStreamDefaultControllerClearAlgorithms(controller);
    ReadableStreamClose(stream);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue */
export function ReadableStreamDefaultControllerEnqueue(controller, chunk) {
  // 1. Only a readable stream that is not about to close takes chunks.
  if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(controller)) {
    return;
  }
  // 2–3. A waiting read request gets the chunk.
  const stream = controller.stream;
  if (IsReadableStreamLocked(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    ReadableStreamFulfillReadRequest(stream, chunk, false);
  } else {
    // 4. Otherwise it goes into the queue. A size algorithm that throws, or a size that cannot be used, errors the stream.
    try {
      const chunkSize = controller.strategySizeAlgorithm(chunk);
      EnqueueValueWithSize(controller, chunk, chunkSize);
    } catch (error) {
      ReadableStreamDefaultControllerError(controller, error);
      throw error;
    }
  }
  // 5. Pull more if needed.
  ReadableStreamDefaultControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-error */
export function ReadableStreamDefaultControllerError(controller, e) {
  // 1–2. Only a readable stream is errored.
  const stream = controller.stream;
  if (stream.state !== "readable") {
    return;
  }
  // 3–5. Drop the queue and the algorithms, and error the stream.
  ResetQueue(controller);
  ReadableStreamDefaultControllerClearAlgorithms(controller);
  ReadableStreamError(stream, e);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size */
export function ReadableStreamDefaultControllerGetDesiredSize(controller) {
  // 1–4. Null for an errored stream, 0 for a closed one, else the high water mark less the total size of the queue.
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
  // 1–2. There is backpressure when the controller should not pull.
  return !ReadableStreamDefaultControllerShouldCallPull(controller);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue */
export function ReadableStreamDefaultControllerCanCloseOrEnqueue(controller) {
  // 1–3. The stream is readable, and no close is requested.
  return !controller.closeRequested && controller.stream.state === "readable";
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller */
export function SetUpReadableStreamDefaultController(
  stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, sizeAlgorithm,
) {
  // 1–2. A stream has one controller.
  assert(stream.controller === undefined, "a stream gets its controller once");
  controller.stream = stream;
  // 3–4. Nothing is queued, started, requested or pulled yet.
  ResetQueue(controller);
  controller.started = false;
  controller.closeRequested = false;
  controller.pullAgain = false;
  controller.pulling = false;
  // 5–8. Keep the strategy and the algorithms; stream and controller know each other.
  controller.strategySizeAlgorithm = sizeAlgorithm;
  controller.strategyHWM = highWaterMark;
  controller.pullAlgorithm = pullAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
  stream.controller = controller;
  // 9–12. Perform the start algorithm (which may throw); when its promise is fulfilled the pulling begins.
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
  // 1–7. Get the algorithms of the underlying source.
  const { startAlgorithm, pullAlgorithm, cancelAlgorithm } =
    algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict);
  // 8. Set up the controller with these algorithms.
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
