import { buffer_constructors } from "../intrinsics.js";
import {
  buffer_byte_length, CanTransferArrayBuffer, element_size_of, IsDetachedBuffer, TransferArrayBuffer, view_buffer,
  view_byte_length, view_byte_offset, view_name,
} from "./array_buffers.js";
import { assert } from "./assert.js";
import {
  ReadableByteStreamControllerCallPullIfNeeded,
  ReadableByteStreamControllerError,
  ReadableByteStreamControllerHandleQueueDrain,
  ReadableByteStreamControllerInvalidateBYOBRequest,
} from "./readable_byte_pulls.js";
import {
  commit_filled_pull_intos,
  PullIntoDescriptor,
  ReadableByteStreamControllerCommitPullIntoDescriptor,
  ReadableByteStreamControllerConvertPullIntoDescriptor,
  ReadableByteStreamControllerEnqueueClonedChunkToQueue,
  ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue,
  ReadableByteStreamControllerFillHeadPullIntoDescriptor,
  ReadableByteStreamControllerFillPullIntoDescriptorFromQueue,
  ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue,
  ReadableByteStreamControllerShiftPendingPullInto,
} from "./readable_byte_queue.js";
import {
  ReadableStreamAddReadIntoRequest,
  ReadableStreamGetNumReadIntoRequests,
  ReadableStreamHasBYOBReader,
} from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops : a reader's buffers, the request through which a source writes into them,
// and its answers.

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into */
export function ReadableByteStreamControllerPullInto(controller, view, min, readIntoRequest) {
  // 1–7. The view tells the element size and the constructor; with `min` they make the minimum fill.
  const stream = controller.stream;
  const elementSize = element_size_of(view);
  const ctor = buffer_constructors[view_name(view)];
  const minimumFill = min * elementSize;
  assert(minimumFill >= 0 && minimumFill <= view_byte_length(view), "the caller asked for no more than the view has room for");
  assert(minimumFill % elementSize === 0, "the caller asked for whole elements");
  // 8–12. Transfer the buffer, so that it is ours until it is filled.
  const byteOffset = view_byte_offset(view);
  const byteLength = view_byte_length(view);
  let buffer;
  try {
    buffer = TransferArrayBuffer(view_buffer(view));
  } catch (error) {
    readIntoRequest.error_steps(error);
    return;
  }
  // 13. Make a pull-into descriptor.
  const pullIntoDescriptor = new PullIntoDescriptor(
    buffer, buffer_byte_length(buffer), byteOffset, byteLength, minimumFill, elementSize, ctor, "byob",
  );
  // 14. It waits behind others.
  if (!controller.pendingPullIntos.is_empty) {
    controller.pendingPullIntos.append(pullIntoDescriptor);
    ReadableStreamAddReadIntoRequest(stream, readIntoRequest);
    return;
  }
  // 15. A closed stream gives the buffer back, with an empty view.
  if (stream.state === "closed") {
    const emptyView = new ctor(pullIntoDescriptor.buffer, pullIntoDescriptor.byte_offset, 0);
    readIntoRequest.close_steps(emptyView);
    return;
  }
  // 16. The queue has bytes.
  if (controller.queueTotalSize > 0) {
    // 16.1. They reach the minimum fill: the read-into request gets the filled view.
    if (ReadableByteStreamControllerFillPullIntoDescriptorFromQueue(controller, pullIntoDescriptor)) {
      const filledView = ReadableByteStreamControllerConvertPullIntoDescriptor(pullIntoDescriptor);
      ReadableByteStreamControllerHandleQueueDrain(controller);
      readIntoRequest.chunk_steps(filledView);
      return;
    }
    // 16.2. They do not, and the stream is about to close: it is errored.
    if (controller.closeRequested) {
      const e = new TypeError("The stream ends before the view is filled as far as was asked");
      ReadableByteStreamControllerError(controller, e);
      readIntoRequest.error_steps(e);
      return;
    }
  }
  // 17–19. The descriptor and the read-into request wait; pull.
  controller.pendingPullIntos.append(pullIntoDescriptor);
  ReadableStreamAddReadIntoRequest(stream, readIntoRequest);
  ReadableByteStreamControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond */
export function ReadableByteStreamControllerRespond(controller, bytesWritten) {
  // 1–3. Get the first pull-into descriptor, and the state of the stream.
  assert(!controller.pendingPullIntos.is_empty, "a request is answered only while it waits");
  const firstDescriptor = controller.pendingPullIntos.first;
  const state = controller.stream.state;
  // 4–5. A closed stream takes 0 bytes; a readable one takes some, as many as the descriptor has room for.
  if (state === "closed") {
    if (bytesWritten !== 0) {
      throw new TypeError("bytesWritten must be 0 when the stream is closed");
    }
  } else {
    assert(state === "readable", "an errored stream has no requests");
    if (bytesWritten === 0) {
      throw new TypeError("bytesWritten must be greater than 0 while the stream is readable");
    }
    if (firstDescriptor.bytes_filled + bytesWritten > firstDescriptor.byte_length) {
      throw new RangeError("bytesWritten is more than the view of the request has room for");
    }
  }
  // 6–7. Transfer its buffer, and respond.
  firstDescriptor.buffer = TransferArrayBuffer(firstDescriptor.buffer);
  ReadableByteStreamControllerRespondInternal(controller, bytesWritten);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state */
export function ReadableByteStreamControllerRespondInClosedState(controller, firstDescriptor) {
  // 1–2. The first descriptor has whole elements; it is dropped if its reader was released.
  assert(firstDescriptor.bytes_filled % firstDescriptor.element_size === 0, "a stream closes after whole elements");
  if (firstDescriptor.reader_type === "none") {
    ReadableByteStreamControllerShiftPendingPullInto(controller);
  }
  // 3–4. Commit a pull-into descriptor for each read-into request: the buffers go back.
  const stream = controller.stream;
  if (ReadableStreamHasBYOBReader(stream)) {
    const filledPullIntos = [];
    while (filledPullIntos.length < ReadableStreamGetNumReadIntoRequests(stream)) {
      filledPullIntos[filledPullIntos.length] = ReadableByteStreamControllerShiftPendingPullInto(controller);
    }
    commit_filled_pull_intos(stream, filledPullIntos);
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state */
export function ReadableByteStreamControllerRespondInReadableState(controller, bytesWritten, pullIntoDescriptor) {
  // 1–2. Count the bytes as filled.
  assert(pullIntoDescriptor.bytes_filled + bytesWritten <= pullIntoDescriptor.byte_length, "no more was written than fits");
  ReadableByteStreamControllerFillHeadPullIntoDescriptor(controller, bytesWritten, pullIntoDescriptor);
  // 3. The reader that it belonged to was released: the bytes go into the queue, and from there to other descriptors.
  if (pullIntoDescriptor.reader_type === "none") {
    ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue(controller, pullIntoDescriptor);
    const filledPullIntos = ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue(controller);
    commit_filled_pull_intos(controller.stream, filledPullIntos);
    return;
  }
  // 4. Below its minimum fill it stays the first.
  if (pullIntoDescriptor.bytes_filled < pullIntoDescriptor.minimum_fill) {
    return;
  }
  // 5–8. Bytes beyond the last whole element go back to the queue.
  ReadableByteStreamControllerShiftPendingPullInto(controller);
  const remainderSize = pullIntoDescriptor.bytes_filled % pullIntoDescriptor.element_size;
  if (remainderSize > 0) {
    const end = pullIntoDescriptor.byte_offset + pullIntoDescriptor.bytes_filled;
    ReadableByteStreamControllerEnqueueClonedChunkToQueue(
      controller, pullIntoDescriptor.buffer, end - remainderSize, remainderSize,
    );
  }
  pullIntoDescriptor.bytes_filled -= remainderSize;
  // 9–11. Fill other descriptors from the queue first, and commit then: that may run script.
  const filledPullIntos = ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue(controller);
  ReadableByteStreamControllerCommitPullIntoDescriptor(controller.stream, pullIntoDescriptor);
  commit_filled_pull_intos(controller.stream, filledPullIntos);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal */
export function ReadableByteStreamControllerRespondInternal(controller, bytesWritten) {
  // 1–3. Get the first pull-into descriptor and invalidate the BYOB request.
  const firstDescriptor = controller.pendingPullIntos.first;
  assert(CanTransferArrayBuffer(firstDescriptor.buffer), "the buffer is ours");
  ReadableByteStreamControllerInvalidateBYOBRequest(controller);
  // 4–6. Respond as the state of the stream says.
  const state = controller.stream.state;
  if (state === "closed") {
    assert(bytesWritten === 0, "nothing is written after the close");
    ReadableByteStreamControllerRespondInClosedState(controller, firstDescriptor);
  } else {
    assert(state === "readable", "an errored stream has no requests");
    assert(bytesWritten > 0, "something was written");
    ReadableByteStreamControllerRespondInReadableState(controller, bytesWritten, firstDescriptor);
  }
  // 7. Pull more if needed.
  ReadableByteStreamControllerCallPullIfNeeded(controller);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view */
export function ReadableByteStreamControllerRespondWithNewView(controller, view) {
  // 1–4. Get the first pull-into descriptor, and the state of the stream.
  assert(!controller.pendingPullIntos.is_empty, "a request is answered only while it waits");
  assert(!IsDetachedBuffer(view_buffer(view)), "the caller has checked the buffer");
  const firstDescriptor = controller.pendingPullIntos.first;
  const state = controller.stream.state;
  // 5–6. A closed stream takes an empty view, a readable one does not.
  if (state === "closed") {
    if (view_byte_length(view) !== 0) {
      throw new TypeError("The view must be empty when the stream is closed");
    }
  } else {
    assert(state === "readable", "an errored stream has no requests");
    if (view_byte_length(view) === 0) {
      throw new TypeError("The view must not be empty while the stream is readable");
    }
  }
  // 7–9. The view is the region that was requested, in a buffer as long as before.
  if (firstDescriptor.byte_offset + firstDescriptor.bytes_filled !== view_byte_offset(view)) {
    throw new RangeError("The view does not begin where the view of the request does");
  }
  if (firstDescriptor.buffer_byte_length !== buffer_byte_length(view_buffer(view))) {
    throw new RangeError("The buffer of the view is not as long as that of the request");
  }
  if (firstDescriptor.bytes_filled + view_byte_length(view) > firstDescriptor.byte_length) {
    throw new RangeError("The view is longer than the view of the request");
  }
  // 10–12. Transfer its buffer, which replaces that of the descriptor, and respond.
  const viewByteLength = view_byte_length(view);
  firstDescriptor.buffer = TransferArrayBuffer(view_buffer(view));
  ReadableByteStreamControllerRespondInternal(controller, viewByteLength);
}
