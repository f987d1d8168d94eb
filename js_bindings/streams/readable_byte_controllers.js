import { buffer_constructors } from "../intrinsics.js";
import { upon_settlement } from "../webidl/promises.js";
import { to_promise } from "./algorithms.js";
import { IsDetachedBuffer, TransferArrayBuffer, view_buffer, view_byte_length, view_byte_offset } from "./array_buffers.js";
import { assert } from "./assert.js";
import { List } from "./List.js";
import { ResetQueue } from "./queue_with_sizes.js";
import {
  commit_filled_pull_intos,
  ReadableByteStreamControllerEnqueueChunkToQueue,
  ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue,
  ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue,
  ReadableByteStreamControllerProcessReadRequestsUsingQueue,
  ReadableByteStreamControllerShiftPendingPullInto,
} from "./readable_byte_queue.js";
import { algorithms_from_underlying_source } from "./readable_default_controllers.js";
import {
  IsReadableStreamLocked,
  ReadableStreamClose,
  ReadableStreamError,
  ReadableStreamFulfillReadRequest,
  ReadableStreamGetNumReadIntoRequests,
  ReadableStreamGetNumReadRequests,
  ReadableStreamHasBYOBReader,
  ReadableStreamHasDefaultReader,
} from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops : the controller as such. Its queue is in readable_byte_queue.js,
// reading into buffers and answering BYOB requests in readable_byte_requests.js.

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed */
export function ReadableByteStreamControllerCallPullIfNeeded(controller) {
  // 1-2.
  if (!ReadableByteStreamControllerShouldCallPull(controller)) {
    return;
  }
  // 3. One pull at a time; remember that another is wanted.
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  // 4-5.
  assert(!controller.pullAgain, "pulling again is wanted only while pulling");
  controller.pulling = true;
  // 6-8.
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
  // 1-2.
  controller.pullAlgorithm = undefined;
  controller.cancelAlgorithm = undefined;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos */
export function ReadableByteStreamControllerClearPendingPullIntos(controller) {
  // 1-2.
  ReadableByteStreamControllerInvalidateBYOBRequest(controller);
  controller.pendingPullIntos = new List();
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-close */
export function ReadableByteStreamControllerClose(controller) {
  // 1-2.
  const stream = controller.stream;
  if (controller.closeRequested || stream.state !== "readable") {
    return;
  }
  // 3. What is in the queue can still be read; then the stream closes.
  if (controller.queueTotalSize > 0) {
    controller.closeRequested = true;
    return;
  }
  // 4. Half an element cannot be handed to anybody.
  if (!controller.pendingPullIntos.is_empty) {
    const firstPendingPullInto = controller.pendingPullIntos.first;
    if (firstPendingPullInto.bytes_filled % firstPendingPullInto.element_size !== 0) {
      const e = new TypeError("The stream closed in the middle of an element of the view that is being read into");
      ReadableByteStreamControllerError(controller, e);
      throw e;
    }
  }
  // 5-6.
  ReadableByteStreamControllerClearAlgorithms(controller);
  ReadableStreamClose(stream);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
export function ReadableByteStreamControllerEnqueue(controller, chunk) {
  // 1-2.
  const stream = controller.stream;
  if (controller.closeRequested || stream.state !== "readable") {
    return;
  }
  // 3-7. The bytes become ours.
  const buffer = view_buffer(chunk);
  const byteOffset = view_byte_offset(chunk);
  const byteLength = view_byte_length(chunk);
  if (IsDetachedBuffer(buffer)) {
    throw new TypeError("The buffer of the chunk is detached");
  }
  const transferredBuffer = TransferArrayBuffer(buffer);
  // 8. The source did not write into the buffer that waits: its BYOB request is over.
  if (!controller.pendingPullIntos.is_empty) {
    const firstPendingPullInto = controller.pendingPullIntos.first;
    if (IsDetachedBuffer(firstPendingPullInto.buffer)) {
      throw new TypeError("The buffer of the BYOB request was detached");
    }
    ReadableByteStreamControllerInvalidateBYOBRequest(controller);
    firstPendingPullInto.buffer = TransferArrayBuffer(firstPendingPullInto.buffer);
    if (firstPendingPullInto.reader_type === "none") {
      ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue(controller, firstPendingPullInto);
    }
  }
  if (ReadableStreamHasDefaultReader(stream)) {
    // 9. Who waits gets what was in the queue before, then the chunk itself.
    ReadableByteStreamControllerProcessReadRequestsUsingQueue(controller);
    if (ReadableStreamGetNumReadRequests(stream) === 0) {
      assert(controller.pendingPullIntos.is_empty, "buffers wait only as long as read requests do");
      ReadableByteStreamControllerEnqueueChunkToQueue(controller, transferredBuffer, byteOffset, byteLength);
    } else {
      assert(controller.queue.is_empty, "read requests wait only when there are no bytes");
      if (!controller.pendingPullIntos.is_empty) {
        assert(controller.pendingPullIntos.first.reader_type === "default", "the buffer was allocated for a default reader");
        ReadableByteStreamControllerShiftPendingPullInto(controller);
      }
      const transferredView = new buffer_constructors.Uint8Array(transferredBuffer, byteOffset, byteLength);
      ReadableStreamFulfillReadRequest(stream, transferredView, false);
    }
  } else if (ReadableStreamHasBYOBReader(stream)) {
    // 10. By way of the queue into the buffers that wait.
    ReadableByteStreamControllerEnqueueChunkToQueue(controller, transferredBuffer, byteOffset, byteLength);
    const filledPullIntos = ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue(controller);
    commit_filled_pull_intos(stream, filledPullIntos);
  } else {
    // 11.
    assert(!IsReadableStreamLocked(stream), "there is no third kind of reader");
    ReadableByteStreamControllerEnqueueChunkToQueue(controller, transferredBuffer, byteOffset, byteLength);
  }
  // 12.
  ReadableByteStreamControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-error */
export function ReadableByteStreamControllerError(controller, e) {
  // 1-2.
  const stream = controller.stream;
  if (stream.state !== "readable") {
    return;
  }
  // 3-6.
  ReadableByteStreamControllerClearPendingPullIntos(controller);
  ResetQueue(controller);
  ReadableByteStreamControllerClearAlgorithms(controller);
  ReadableStreamError(stream, e);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size */
export function ReadableByteStreamControllerGetDesiredSize(controller) {
  // 1-4.
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
  // 1.
  assert(controller.stream.state === "readable", "only a readable stream has a queue");
  // 2-3.
  if (controller.queueTotalSize === 0 && controller.closeRequested) {
    ReadableByteStreamControllerClearAlgorithms(controller);
    ReadableStreamClose(controller.stream);
  } else {
    ReadableByteStreamControllerCallPullIfNeeded(controller);
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request */
export function ReadableByteStreamControllerInvalidateBYOBRequest(controller) {
  // 1.
  if (controller.current_byob_request === null) {
    return;
  }
  // 2-4.
  controller.current_byob_request.controller = undefined;
  controller.current_byob_request.view = null;
  controller.current_byob_request = null;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull */
export function ReadableByteStreamControllerShouldCallPull(controller) {
  // 1-4. Not after the end, and not before the start.
  const stream = controller.stream;
  if (stream.state !== "readable" || controller.closeRequested || !controller.started) {
    return false;
  }
  // 5-6. Somebody is waiting.
  if (ReadableStreamHasDefaultReader(stream) && ReadableStreamGetNumReadRequests(stream) > 0) {
    return true;
  }
  if (ReadableStreamHasBYOBReader(stream) && ReadableStreamGetNumReadIntoRequests(stream) > 0) {
    return true;
  }
  // 7-10. There is room in the queue.
  const desiredSize = ReadableByteStreamControllerGetDesiredSize(controller);
  assert(desiredSize !== null, "a readable stream has a desired size");
  return desiredSize > 0;
}

/** https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller */
export function SetUpReadableByteStreamController(
  stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
) {
  // 1-2.
  assert(stream.controller === undefined, "a stream gets its controller once");
  if (autoAllocateChunkSize !== undefined) {
    assert(Number.isInteger(autoAllocateChunkSize) && autoAllocateChunkSize > 0, "buffers have a positive size");
  }
  // 3-7.
  controller.stream = stream;
  controller.pullAgain = false;
  controller.pulling = false;
  controller.current_byob_request = null;
  ResetQueue(controller);
  controller.closeRequested = false;
  controller.started = false;
  // 8-13.
  controller.strategyHWM = highWaterMark;
  controller.pullAlgorithm = pullAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
  controller.autoAllocateChunkSize = autoAllocateChunkSize;
  controller.pendingPullIntos = new List();
  stream.controller = controller;
  // 14-17. Start (which may throw); then pulling begins.
  const startResult = startAlgorithm();
  const startPromise = to_promise(startResult);
  upon_settlement(startPromise, () => {
    controller.started = true;
    assert(!controller.pulling, "nothing is pulled before the start");
    assert(!controller.pullAgain, "nothing is pulled before the start");
    ReadableByteStreamControllerCallPullIfNeeded(controller);
  }, (r) => {
    ReadableByteStreamControllerError(controller, r);
  });
}

/** https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller-from-underlying-source */
export function SetUpReadableByteStreamControllerFromUnderlyingSource(
  stream, controller, underlyingSource, underlyingSourceDict, highWaterMark,
) {
  // 1-7.
  const { startAlgorithm, pullAlgorithm, cancelAlgorithm } =
    algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict);
  // 8-9.
  const autoAllocateChunkSize = underlyingSourceDict.autoAllocateChunkSize;
  if (autoAllocateChunkSize === 0) {
    throw new TypeError("autoAllocateChunkSize must be greater than 0");
  }
  // 10.
  SetUpReadableByteStreamController(
    stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
  );
}
