import { upon_settlement } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { List } from "./List.js";
import { ResetQueue } from "./queue_with_sizes.js";
import {
  ReadableStreamClose,
  ReadableStreamError,
  ReadableStreamGetNumReadIntoRequests,
  ReadableStreamGetNumReadRequests,
  ReadableStreamHasBYOBReader,
  ReadableStreamHasDefaultReader,
} from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops : what the controller is, when it pulls, and how it fails. All else stands on this.

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed */
export function ReadableByteStreamControllerCallPullIfNeeded(controller) {
  // 1–2. Pull only if the controller should.
  if (!ReadableByteStreamControllerShouldCallPull(controller)) {
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
      ReadableByteStreamControllerCallPullIfNeeded(controller);
    }
  }, (e) => {
    ReadableByteStreamControllerError(controller, e);
  });
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-algorithms */
export function ReadableByteStreamControllerClearAlgorithms(controller) {
  // 1–2. Drop the algorithms, so that what they hold can be collected.
  controller.pullAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos */
export function ReadableByteStreamControllerClearPendingPullIntos(controller) {
  // 1–2. Invalidate the BYOB request and drop all pull-into descriptors.
  ReadableByteStreamControllerInvalidateBYOBRequest(controller);
  controller.pendingPullIntos = new List();
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-error */
export function ReadableByteStreamControllerError(controller, e) {
  // 1–2. Only a readable stream is errored.
  const stream = controller.stream;
  if (stream.state !== "readable") {
    return;
  }
  // 3–6. Drop the pull-into descriptors, the queue and the algorithms, and error the stream.
  ReadableByteStreamControllerClearPendingPullIntos(controller);
  ResetQueue(controller);
  ReadableByteStreamControllerClearAlgorithms(controller);
  ReadableStreamError(stream, e);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size */
export function ReadableByteStreamControllerGetDesiredSize(controller) {
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

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain */
export function ReadableByteStreamControllerHandleQueueDrain(controller) {
  // 1. The stream is readable.
  assert(controller.stream.state === "readable", "only a readable stream has a queue");
  // 2–3. When the queue is empty a requested close happens; otherwise pull if needed.
  if (controller.queueTotalSize === 0 && controller.closeRequested) {
    ReadableByteStreamControllerClearAlgorithms(controller);
    ReadableStreamClose(controller.stream);
  } else {
    ReadableByteStreamControllerCallPullIfNeeded(controller);
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request */
export function ReadableByteStreamControllerInvalidateBYOBRequest(controller) {
  // 1. No BYOB request was made.
  if (controller.current_byob_request === null) {
    return;
  }
  // 2–4. The BYOB request loses its controller and its view.
  controller.current_byob_request.controller = undefined;
  controller.current_byob_request.view = null;
  controller.current_byob_request = null;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull */
export function ReadableByteStreamControllerShouldCallPull(controller) {
  // 1–4. Not when the stream is not readable or about to close, and not before the start.
  const stream = controller.stream;
  if (stream.state !== "readable" || controller.closeRequested || !controller.started) {
    return false;
  }
  // 5–6. A read request or a read-into request is waiting.
  if (ReadableStreamHasDefaultReader(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    return true;
  }
  if (ReadableStreamHasBYOBReader(stream) && ReadableStreamGetNumReadIntoRequests(stream) > 0) {
    return true;
  }
  // 7–10. The desired size is above 0.
  const desiredSize = ReadableByteStreamControllerGetDesiredSize(controller);
  assert(desiredSize !== null, "a readable stream has a desired size");
  return desiredSize > 0;
}
