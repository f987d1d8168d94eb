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
  // 1–2. Only a readable stream that is not about to close is closed.
  const stream = controller.stream;
  if (controller.closeRequested || stream.state !== "readable") {
    return;
  }
  // 3. Bytes in the queue can still be read: the close waits for them.
  if (controller.queueTotalSize > 0) {
    controller.closeRequested = true;
    return;
  }
  // 4. A pull-into descriptor with part of an element cannot be committed: error the stream.
  if (!controller.pendingPullIntos.is_empty) {
    const firstPendingPullInto = controller.pendingPullIntos.first;
    if (firstPendingPullInto.bytes_filled % firstPendingPullInto.element_size !== 0) {
      const e = new TypeError("The stream closed in the middle of an element of the view that is being read into");
      ReadableByteStreamControllerError(controller, e);
      throw e;
    }
  }
  // 5–6. Drop the algorithms and close the stream.
  ReadableByteStreamControllerClearAlgorithms(controller);
  ReadableStreamClose(stream);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
export function ReadableByteStreamControllerEnqueue(controller, chunk) {
  // 1–2. Only a readable stream that is not about to close takes chunks.
  const stream = controller.stream;
  if (controller.closeRequested || stream.state !== "readable") {
    return;
  }
  // 3–7. Transfer the buffer of the chunk, so that the bytes become ours.
  const buffer = view_buffer(chunk);
  const byteOffset = view_byte_offset(chunk);
  const byteLength = view_byte_length(chunk);
  if (IsDetachedBuffer(buffer)) {
    throw new TypeError("The buffer of the chunk is detached");
  }
  const transferredBuffer = TransferArrayBuffer(buffer);
  // 8. The source did not write into the first pull-into descriptor: its BYOB request is over.
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
    // 9. Read requests get what was in the queue before, then the chunk itself.
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
    // 10. The chunk goes through the queue into the pull-into descriptors.
    ReadableByteStreamControllerEnqueueChunkToQueue(controller, transferredBuffer, byteOffset, byteLength);
    const filledPullIntos = ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue(controller);
    commit_filled_pull_intos(stream, filledPullIntos);
  } else {
    // 11. Without a reader the chunk stays in the queue.
    assert(!IsReadableStreamLocked(stream), "there is no third kind of reader");
    ReadableByteStreamControllerEnqueueChunkToQueue(controller, transferredBuffer, byteOffset, byteLength);
  }
  // 12. Pull more if needed.
  ReadableByteStreamControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller */
export function SetUpReadableByteStreamController(
  stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
) {
  // 1–2. A stream has one controller, and automatic allocation a positive chunk size.
  assert(stream.controller === undefined, "a stream gets its controller once");
  if (autoAllocateChunkSize !== undefined) {
    assert(Number.isInteger(autoAllocateChunkSize) && autoAllocateChunkSize > 0, "buffers have a positive size");
  }
  // 3–7. Nothing is pulled, queued, requested or started yet.
  controller.stream = stream;
  controller.pullAgain = false;
  controller.pulling = false;
  controller.current_byob_request = null;
  ResetQueue(controller);
  controller.closeRequested = false;
  controller.started = false;
  // 8–13. Keep the strategy and the algorithms; stream and controller know each other.
  controller.strategyHWM = highWaterMark;
  controller.pullAlgorithm = pullAlgorithm;
  controller.cancelAlgorithm = cancelAlgorithm;
  controller.autoAllocateChunkSize = autoAllocateChunkSize;
  controller.pendingPullIntos = new List();
  stream.controller = controller;
  // 14–17. Perform the start algorithm (which may throw); when its promise is fulfilled the pulling begins.
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
  // 1–7. Get the algorithms of the underlying source.
  const { startAlgorithm, pullAlgorithm, cancelAlgorithm } =
    algorithms_from_underlying_source(controller, underlyingSource, underlyingSourceDict);
  // 8–9. Automatic allocation needs a chunk size above 0.
  const autoAllocateChunkSize = underlyingSourceDict.autoAllocateChunkSize;
  if (autoAllocateChunkSize === 0) {
    throw new TypeError("autoAllocateChunkSize must be greater than 0");
  }
  // 10. Set up the controller with these algorithms.
  SetUpReadableByteStreamController(
    stream, controller, startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, autoAllocateChunkSize,
  );
}
