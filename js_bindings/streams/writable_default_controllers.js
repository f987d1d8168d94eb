import { host } from "../ops.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { upon_settlement } from "../webidl/promises.js";
import { promise_algorithm, return_resolved, return_undefined, to_promise } from "./algorithms.js";
import { assert } from "./assert.js";
import { DequeueValue, EnqueueValueWithSize, PeekQueueValue, ResetQueue } from "./queue_with_sizes.js";
import {
  WritableStreamCloseQueuedOrInFlight,
  WritableStreamDealWithRejection,
  WritableStreamFinishErroring,
  WritableStreamFinishInFlightClose,
  WritableStreamFinishInFlightCloseWithError,
  WritableStreamFinishInFlightWrite,
  WritableStreamFinishInFlightWriteWithError,
  WritableStreamMarkCloseRequestInFlight,
  WritableStreamMarkFirstWriteRequestInFlight,
  WritableStreamStartErroring,
  WritableStreamUpdateBackpressure,
} from "./writable_streams.js";

// https://streams.spec.whatwg.org/#ws-default-controller-abstract-ops

/** https://streams.spec.whatwg.org/#close-sentinel : one for all realms of the agent, which can write to each other's streams. */
const CLOSE_SENTINEL = host.shared.close_sentinel ??= Symbol("close sentinel");

/** https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller */
export function SetUpWritableStreamDefaultController(
  stream, controller, startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark, sizeAlgorithm,
) {
  // 1–4. Stream and controller know each other.
  assert(stream.controller === undefined, "a stream gets its controller once");
  controller.stream = stream;
  stream.controller = controller;
  // 5–7. NB: the abort controller is made when it is asked for.
  ResetQueue(controller);
  controller.abort_controller = undefined;
  controller.started = false;
  // 8–12. Keep the strategy and the algorithms of the sink.
  controller.strategySizeAlgorithm = sizeAlgorithm;
  controller.strategyHWM = highWaterMark;
  controller.writeAlgorithm = writeAlgorithm;
  controller.closeAlgorithm = closeAlgorithm;
  controller.abortAlgorithm = abortAlgorithm;
  // 13–14. The first backpressure comes from the high water mark.
  const backpressure = WritableStreamDefaultControllerGetBackpressure(controller);
  WritableStreamUpdateBackpressure(stream, backpressure);
  // 15–18. Perform the start algorithm (which may throw); when its promise is fulfilled the queue advances.
  const startResult = startAlgorithm();
  const startPromise = to_promise(startResult);
  upon_settlement(startPromise, () => {
    assert(stream.state === "writable" || stream.state === "erroring", "it could not end before the start");
    controller.started = true;
    WritableStreamDefaultControllerAdvanceQueueIfNeeded(controller);
  }, (r) => {
    assert(stream.state === "writable" || stream.state === "erroring", "it could not end before the start");
    controller.started = true;
    WritableStreamDealWithRejection(stream, r);
  });
}

/** https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller-from-underlying-sink */
export function SetUpWritableStreamDefaultControllerFromUnderlyingSink(
  stream, controller, underlyingSink, underlyingSinkDict, highWaterMark, sizeAlgorithm,
) {
  // 1–5. Without a member of the underlying sink an algorithm does nothing.
  const { start, write, close, abort } = underlyingSinkDict;
  let startAlgorithm = return_undefined;
  let writeAlgorithm = return_resolved;
  let closeAlgorithm = return_resolved;
  let abortAlgorithm = return_resolved;
  // 6. The start algorithm invokes the member start.
  if (start !== undefined) {
    startAlgorithm = () => invoke_callback(start, underlyingSink, [platform_object_of(controller)]);
  }
  // 7. The write algorithm invokes the member write with the chunk and the controller.
  if (write !== undefined) {
    const invoke_write = promise_algorithm(write, underlyingSink);
    writeAlgorithm = (chunk) => invoke_write(chunk, platform_object_of(controller));
  }
  // 8. The close algorithm invokes the member close.
  if (close !== undefined) {
    closeAlgorithm = promise_algorithm(close, underlyingSink);
  }
  // 9. The abort algorithm invokes the member abort with the reason.
  if (abort !== undefined) {
    abortAlgorithm = promise_algorithm(abort, underlyingSink);
  }
  // 10. Set up the controller with these algorithms.
  SetUpWritableStreamDefaultController(
    stream, controller, startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark, sizeAlgorithm,
  );
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed */
export function WritableStreamDefaultControllerAdvanceQueueIfNeeded(controller) {
  // 1–3. Nothing is taken from the queue before the start, nor while a write request is in flight.
  const stream = controller.stream;
  if (!controller.started || stream.inFlightWriteRequest !== undefined) {
    return;
  }
  // 4–6. An erroring stream finishes erroring instead.
  const state = stream.state;
  assert(state !== "closed" && state !== "errored", "after the end nothing moves");
  if (state === "erroring") {
    WritableStreamFinishErroring(stream);
    return;
  }
  // 7–10. The first value of the queue is the close sentinel or a chunk: process it.
  if (controller.queue.is_empty) {
    return;
  }
  const value = PeekQueueValue(controller);
  if (value === CLOSE_SENTINEL) {
    WritableStreamDefaultControllerProcessClose(controller);
  } else {
    WritableStreamDefaultControllerProcessWrite(controller, value);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-clear-algorithms */
export function WritableStreamDefaultControllerClearAlgorithms(controller) {
  // 1–4. Drop the algorithms, so that what they hold can be collected.
  controller.writeAlgorithm = undefined;
  controller.closeAlgorithm = undefined;
  controller.abortAlgorithm = undefined;
  controller.strategySizeAlgorithm = undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-close */
export function WritableStreamDefaultControllerClose(controller) {
  // 1–2. The close sentinel goes behind the chunks of the queue.
  EnqueueValueWithSize(controller, CLOSE_SENTINEL, 0);
  WritableStreamDefaultControllerAdvanceQueueIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-error */
export function WritableStreamDefaultControllerError(controller, error) {
  // 1–4. Drop the algorithms, and the stream starts erroring.
  const stream = controller.stream;
  assert(stream.state === "writable", "only a writable stream becomes errored");
  WritableStreamDefaultControllerClearAlgorithms(controller);
  WritableStreamStartErroring(stream, error);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-error-if-needed */
export function WritableStreamDefaultControllerErrorIfNeeded(controller, error) {
  // 1. Error only a stream that is writable.
  if (controller.stream.state === "writable") {
    WritableStreamDefaultControllerError(controller, error);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-get-backpressure */
export function WritableStreamDefaultControllerGetBackpressure(controller) {
  // 1–2. There is backpressure when the desired size is zero or less.
  return WritableStreamDefaultControllerGetDesiredSize(controller) <= 0;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size */
export function WritableStreamDefaultControllerGetChunkSize(controller, chunk) {
  // 1. The algorithms are dropped, because the stream ends: any chunk size will do.
  if (controller.strategySizeAlgorithm === undefined) {
    assert(controller.stream.state !== "writable", "a writable stream measures its chunks");
    return 1;
  }
  // 2–4. Ask the size algorithm; what it throws errors the stream.
  try {
    return controller.strategySizeAlgorithm(chunk);
  } catch (error) {
    WritableStreamDefaultControllerErrorIfNeeded(controller, error);
    return 1;
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-get-desired-size */
export function WritableStreamDefaultControllerGetDesiredSize(controller) {
  // 1. The high water mark, less the total size of the queue.
  return controller.strategyHWM - controller.queueTotalSize;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close */
export function WritableStreamDefaultControllerProcessClose(controller) {
  // 1–4. The close request is in flight; the close sentinel was the last in the queue.
  const stream = controller.stream;
  WritableStreamMarkCloseRequestInFlight(stream);
  DequeueValue(controller);
  assert(controller.queue.is_empty, "nothing comes after the close");
  // 5–8. Perform the close algorithm; the settling of its promise finishes the close request.
  const sinkClosePromise = controller.closeAlgorithm();
  WritableStreamDefaultControllerClearAlgorithms(controller);
  upon_settlement(sinkClosePromise, () => {
    WritableStreamFinishInFlightClose(stream);
  }, (reason) => {
    WritableStreamFinishInFlightCloseWithError(stream, reason);
  });
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write */
export function WritableStreamDefaultControllerProcessWrite(controller, chunk) {
  // 1–3. The first write request is in flight: perform the write algorithm with its chunk.
  const stream = controller.stream;
  WritableStreamMarkFirstWriteRequestInFlight(stream);
  const sinkWritePromise = controller.writeAlgorithm(chunk);
  upon_settlement(sinkWritePromise, () => {
    // 4.1–4.4. Finish the write request. The chunk leaves the queue only now: until then it counts for the backpressure.
    WritableStreamFinishInFlightWrite(stream);
    const state = stream.state;
    assert(state === "writable" || state === "erroring", "it could not end while writing");
    DequeueValue(controller);
    // 4.5–4.6. Update the backpressure unless the stream is about to end, and advance the queue.
    if (!WritableStreamCloseQueuedOrInFlight(stream) && state === "writable") {
      const backpressure = WritableStreamDefaultControllerGetBackpressure(controller);
      WritableStreamUpdateBackpressure(stream, backpressure);
    }
    WritableStreamDefaultControllerAdvanceQueueIfNeeded(controller);
  }, (reason) => {
    // 5. A rejection finishes the write request with this error, and a writable stream drops its algorithms.
    if (stream.state === "writable") {
      WritableStreamDefaultControllerClearAlgorithms(controller);
    }
    WritableStreamFinishInFlightWriteWithError(stream, reason);
  });
}

/** https://streams.spec.whatwg.org/#writable-stream-default-controller-write */
export function WritableStreamDefaultControllerWrite(controller, chunk, chunkSize) {
  // 1–2. Enqueue the chunk; a size that cannot be used errors the stream.
  try {
    EnqueueValueWithSize(controller, chunk, chunkSize);
  } catch (error) {
    WritableStreamDefaultControllerErrorIfNeeded(controller, error);
    return;
  }
  // 3–5. Update the backpressure unless the stream is about to end, and advance the queue.
  const stream = controller.stream;
  if (!WritableStreamCloseQueuedOrInFlight(stream) && stream.state === "writable") {
    const backpressure = WritableStreamDefaultControllerGetBackpressure(controller);
    WritableStreamUpdateBackpressure(stream, backpressure);
  }
  WritableStreamDefaultControllerAdvanceQueueIfNeeded(controller);
}
