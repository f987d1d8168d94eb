import { buffer_constructors } from "../intrinsics.js";
import { upon_settlement } from "../webidl/promises.js";
import { to_promise } from "./algorithms.js";
import { IsDetachedBuffer, TransferArrayBuffer, view_buffer, view_byte_length, view_byte_offset } from "./array_buffers.js";
import { assert } from "./assert.js";
import { List } from "./List.js";
import { ResetQueue } from "./queue_with_sizes.js";
import {
  ReadableByteStreamControllerCallPullIfNeeded,
  ReadableByteStreamControllerClearAlgorithms,
  ReadableByteStreamControllerError,
  ReadableByteStreamControllerInvalidateBYOBRequest,
} from "./readable_byte_pulls.js";
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
  ReadableStreamFulfillReadRequest,
  ReadableStreamGetNumReadRequests,
  ReadableStreamHasBYOBReader,
  ReadableStreamHasDefaultReader,
} from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops : the controller as such. Its queue is in readable_byte_queue.js,
// reading into buffers and answering BYOB requests in readable_byte_requests.js.

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-close */
export function ReadableByteStreamControllerClose(controller) {
  // 1–2.
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
  // 5–6.
  ReadableByteStreamControllerClearAlgorithms(controller);
  ReadableStreamClose(stream);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
export function ReadableByteStreamControllerEnqueue(controller, chunk) {
  // 1–2.
  const stream = controller.stream;
  if (controller.closeRequested || stream.state !== "readable") {
    return;
  }
  // 3–7. The bytes become ours.
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

/** https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller */
export function SetUpReadableByteStreamController(
  stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
) {
  // 1–2.
  assert(stream.controller === undefined, "a stream gets its controller once");
  if (autoAllocateChunkSize !== undefined) {
    assert(Number.isInteger(autoAllocateChunkSize) && autoAllocateChunkSize > 0, "buffers have a positive size");
  }
  // 3–7.
  controller.stream = stream;
  controller.pullAgain = false;
  controller.pulling = false;
  controller.current_byob_request = null;
  ResetQueue(controller);
  controller.closeRequested = false;
  controller.started = false;
  // 8–13.
  controller.strategyHWM = highWaterMark;
  controller.pullAlgorithm = pullAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
  controller.autoAllocateChunkSize = autoAllocateChunkSize;
  controller.pendingPullIntos = new List();
  stream.controller = controller;
  // 14–17. Start (which may throw); then pulling begins.
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
  // 1–7.
  const { startAlgorithm, pullAlgorithm, cancelAlgorithm } =
    algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict);
  // 8–9.
  const autoAllocateChunkSize = underlyingSourceDict.autoAllocateChunkSize;
  if (autoAllocateChunkSize === 0) {
    throw new TypeError("autoAllocateChunkSize must be greater than 0");
  }
  // 10.
  SetUpReadableByteStreamController(
    stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
  );
}
