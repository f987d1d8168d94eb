import { buffer_constructors } from "../intrinsics.js";
import {
  CanCopyDataBlockBytes, CloneArrayBuffer, CopyDataBlockBytes, IsDetachedBuffer, TransferArrayBuffer,
} from "./array_buffers.js";
import { assert } from "./assert.js";
import { ReadableByteStreamControllerError, ReadableByteStreamControllerHandleQueueDrain } from "./readable_byte_pulls.js";
import { ReadableStreamFulfillReadIntoRequest, ReadableStreamFulfillReadRequest } from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rbs-controller-abstract-ops : the queue of bytes, and how it fills the buffers that wait.

/** https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry */
export class QueueEntry {
  buffer;
  byte_offset;
  byte_length;

  constructor(buffer, byte_offset, byte_length) {
    this.buffer = buffer;
    this.byte_offset = byte_offset;
    this.byte_length = byte_length;
  }
}

/** https://streams.spec.whatwg.org/#pull-into-descriptor */
export class PullIntoDescriptor {
  buffer;
  buffer_byte_length;
  byte_offset;
  byte_length;
  bytes_filled = 0;
  minimum_fill;
  element_size;
  view_constructor;
  reader_type;                          // "default", "byob" or "none"

  constructor(buffer, buffer_byte_length, byte_offset, byte_length, minimum_fill, element_size, view_constructor, reader_type) {
    this.buffer = buffer;
    this.buffer_byte_length = buffer_byte_length;
    this.byte_offset = byte_offset;
    this.byte_length = byte_length;
    this.minimum_fill = minimum_fill;
    this.element_size = element_size;
    this.view_constructor = view_constructor;
    this.reader_type = reader_type;
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue-chunk-to-queue */
export function ReadableByteStreamControllerEnqueueChunkToQueue(controller, buffer, byteOffset, byteLength) {
  // 1–2. Append an entry for these bytes and add them to the total size.
  controller.queue.append(new QueueEntry(buffer, byteOffset, byteLength));
  controller.queueTotalSize += byteLength;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue */
export function ReadableByteStreamControllerEnqueueClonedChunkToQueue(controller, buffer, byteOffset, byteLength) {
  // 1–2. Clone the buffer; without memory for that the stream is errored.
  let clone;
  try {
    clone = CloneArrayBuffer(buffer, byteOffset, byteLength);
  } catch (error) {
    ReadableByteStreamControllerError(controller, error);
    throw error;
  }
  // 3. Enqueue the clone.
  ReadableByteStreamControllerEnqueueChunkToQueue(controller, clone, 0, byteLength);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue */
export function ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue(controller, pullIntoDescriptor) {
  // 1. The reader that the pull-into descriptor belonged to was released.
  assert(pullIntoDescriptor.reader_type === "none", "the reader that gave the buffer is gone");
  // 2. The bytes that are filled go into the queue, for the next reader.
  if (pullIntoDescriptor.bytes_filled > 0) {
    const { buffer, byte_offset, bytes_filled } = pullIntoDescriptor;
    ReadableByteStreamControllerEnqueueClonedChunkToQueue(controller, buffer, byte_offset, bytes_filled);
  }
  // 3. The pull-into descriptor is done.
  ReadableByteStreamControllerShiftPendingPullInto(controller);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-head-pull-into-descriptor */
export function ReadableByteStreamControllerFillHeadPullIntoDescriptor(controller, size, pullIntoDescriptor) {
  // 1–2. It is the first pull-into descriptor, and no BYOB request writes into it.
  const pending = controller.pendingPullIntos;
  assert(pending.is_empty || pending.first === pullIntoDescriptor, "only the buffer that waits longest is filled");
  assert(controller.current_byob_request === null, "nobody else is writing into it");
  // 3. Count the bytes as filled.
  pullIntoDescriptor.bytes_filled += size;
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue */
export function ReadableByteStreamControllerFillPullIntoDescriptorFromQueue(controller, pullIntoDescriptor) {
  // 1–4. Fill the pull-into descriptor as far as the queue has bytes and the view has room.
  const room = pullIntoDescriptor.byte_length - pullIntoDescriptor.bytes_filled;
  const maxBytesToCopy = Math.min(controller.queueTotalSize, room);
  const maxBytesFilled = pullIntoDescriptor.bytes_filled + maxBytesToCopy;
  let totalBytesToCopyRemaining = maxBytesToCopy;
  let ready = false;
  // 5–6. Its buffer is not detached, and it lacks bytes to its minimum fill.
  assert(!IsDetachedBuffer(pullIntoDescriptor.buffer), "the buffer is ours");
  assert(pullIntoDescriptor.bytes_filled < pullIntoDescriptor.minimum_fill, "a full buffer is not left waiting");
  // 7–9. If that reaches the minimum fill, it is ready with whole elements only.
  const maxAlignedBytes = maxBytesFilled - maxBytesFilled % pullIntoDescriptor.element_size;
  if (maxAlignedBytes >= pullIntoDescriptor.minimum_fill) {
    totalBytesToCopyRemaining = maxAlignedBytes - pullIntoDescriptor.bytes_filled;
    ready = true;
  }
  // 10–11. Copy from one entry after another.
  const queue = controller.queue;
  while (totalBytesToCopyRemaining > 0) {
    // 11.1–11.6. From the head of the queue to the first free byte of the descriptor.
    const headOfQueue = queue.first;
    const bytesToCopy = Math.min(totalBytesToCopyRemaining, headOfQueue.byte_length);
    const destStart = pullIntoDescriptor.byte_offset + pullIntoDescriptor.bytes_filled;
    const descriptorBuffer = pullIntoDescriptor.buffer;
    const queueBuffer = headOfQueue.buffer;
    const queueByteOffset = headOfQueue.byte_offset;
    // 11.7–11.8. Copy the bytes.
    assert(
      CanCopyDataBlockBytes(descriptorBuffer, destStart, queueBuffer, queueByteOffset, bytesToCopy),
      "the bytes to copy lie inside both buffers",
    );
    CopyDataBlockBytes(descriptorBuffer, destStart, queueBuffer, queueByteOffset, bytesToCopy);
    // 11.9–11.10. Remove the entry when it is used up, or shorten it.
    if (headOfQueue.byte_length === bytesToCopy) {
      queue.remove_first();
    } else {
      headOfQueue.byte_offset += bytesToCopy;
      headOfQueue.byte_length -= bytesToCopy;
    }
    // 11.11–11.13. Take the bytes from the total size and count them as filled.
    controller.queueTotalSize -= bytesToCopy;
    ReadableByteStreamControllerFillHeadPullIntoDescriptor(controller, bytesToCopy, pullIntoDescriptor);
    totalBytesToCopyRemaining -= bytesToCopy;
  }
  // 12. It is not ready: the queue is empty now, and the descriptor waits for more.
  if (!ready) {
    assert(controller.queueTotalSize === 0, "all bytes were used");
    assert(pullIntoDescriptor.bytes_filled > 0, "there were bytes");
    assert(pullIntoDescriptor.bytes_filled < pullIntoDescriptor.minimum_fill, "there were too few");
  }
  // 13. Whether the descriptor is ready.
  return ready;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerfillreadrequestfromqueue */
export function ReadableByteStreamControllerFillReadRequestFromQueue(controller, readRequest) {
  // 1–4. Take the first entry from the queue.
  assert(controller.queueTotalSize > 0, "there are bytes");
  const entry = controller.queue.remove_first();
  controller.queueTotalSize -= entry.byte_length;
  // 5. Handle the drain of the queue.
  ReadableByteStreamControllerHandleQueueDrain(controller);
  // 6–7. The read request gets a view of the entry.
  const { Uint8Array } = buffer_constructors;
  readRequest.chunk_steps(new Uint8Array(entry.buffer, entry.byte_offset, entry.byte_length));
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue */
export function ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue(controller) {
  // 1–2. The stream is not about to close.
  assert(!controller.closeRequested, "bytes come only before the close");
  const filledPullIntos = [];
  // 3. Fill the descriptors; the caller commits them, since that may run script, which must not meet a list half done.
  while (!controller.pendingPullIntos.is_empty && controller.queueTotalSize > 0) {
    const pullIntoDescriptor = controller.pendingPullIntos.first;
    if (ReadableByteStreamControllerFillPullIntoDescriptorFromQueue(controller, pullIntoDescriptor)) {
      ReadableByteStreamControllerShiftPendingPullInto(controller);
      filledPullIntos[filledPullIntos.length] = pullIntoDescriptor;
    }
  }
  // 4. The descriptors that are filled.
  return filledPullIntos;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue */
export function ReadableByteStreamControllerProcessReadRequestsUsingQueue(controller) {
  // 1–2. The reader is a default reader.
  const reader = controller.stream.reader;
  assert(!reader.is_byob_reader, "read requests belong to a default reader");
  // 3. Answer the read requests as long as the queue has bytes.
  while (!reader.readRequests.is_empty && controller.queueTotalSize > 0) {
    ReadableByteStreamControllerFillReadRequestFromQueue(controller, reader.readRequests.remove_first());
  }
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-shift-pending-pull-into */
export function ReadableByteStreamControllerShiftPendingPullInto(controller) {
  // 1–4. Remove the first pull-into descriptor, which no BYOB request writes into.
  assert(controller.current_byob_request === null, "nobody is writing into the buffer");
  return controller.pendingPullIntos.remove_first();
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor */
export function ReadableByteStreamControllerConvertPullIntoDescriptor(pullIntoDescriptor) {
  // 1–4. The bytes filled fit the descriptor, and are whole elements.
  const bytesFilled = pullIntoDescriptor.bytes_filled;
  const elementSize = pullIntoDescriptor.element_size;
  assert(bytesFilled <= pullIntoDescriptor.byte_length, "a buffer holds no more than it has room for");
  assert(bytesFilled % elementSize === 0, "only whole elements are handed over");
  // 5–6. A view, of the kind that was given, over the transferred buffer.
  const buffer = TransferArrayBuffer(pullIntoDescriptor.buffer);
  return new pullIntoDescriptor.view_constructor(buffer, pullIntoDescriptor.byte_offset, bytesFilled / elementSize);
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor */
export function ReadableByteStreamControllerCommitPullIntoDescriptor(stream, pullIntoDescriptor) {
  // 1–2. The stream is not errored, and the descriptor belongs to a reader.
  assert(stream.state !== "errored", "an errored stream has no buffers waiting");
  assert(pullIntoDescriptor.reader_type !== "none", "there is a reader to give the buffer to");
  // 3–4. A closed stream is done.
  let done = false;
  if (stream.state === "closed") {
    assert(pullIntoDescriptor.bytes_filled % pullIntoDescriptor.element_size === 0, "a stream closes after whole elements");
    done = true;
  }
  // 5–7. The filled view fulfills the read request or the read-into request.
  const filledView = ReadableByteStreamControllerConvertPullIntoDescriptor(pullIntoDescriptor);
  if (pullIntoDescriptor.reader_type === "default") {
    ReadableStreamFulfillReadRequest(stream, filledView, done);
  } else {
    assert(pullIntoDescriptor.reader_type === "byob", "a reader is of one kind or the other");
    ReadableStreamFulfillReadIntoRequest(stream, filledView, done);
  }
}

/** NB: how the standard ends each use of the list that ProcessPullIntoDescriptorsUsingQueue returns. */
export function commit_filled_pull_intos(stream, filledPullIntos) {
  for (let i = 0; i < filledPullIntos.length; i += 1) {
    ReadableByteStreamControllerCommitPullIntoDescriptor(stream, filledPullIntos[i]);
  }
}
