import { buffer_constructors } from "../intrinsics.js";
import { buffer_byte_length, view_buffer, view_byte_length } from "./array_buffers.js";
import { assert } from "./assert.js";
import { List } from "./List.js";
import { ResetQueue } from "./queue_with_sizes.js";
import { ReadableByteStreamControllerClose, ReadableByteStreamControllerEnqueue } from "./readable_byte_controllers.js";
import {
  ReadableByteStreamControllerCallPullIfNeeded,
  ReadableByteStreamControllerClearAlgorithms,
  ReadableByteStreamControllerClearPendingPullIntos,
  ReadableByteStreamControllerError,
  ReadableByteStreamControllerGetDesiredSize,
} from "./readable_byte_pulls.js";
import { PullIntoDescriptor, ReadableByteStreamControllerFillReadRequestFromQueue } from "./readable_byte_queue.js";
import {
  ReadableStreamAddReadRequest,
  ReadableStreamGetNumReadRequests,
  ReadableStreamHasDefaultReader,
} from "./readable_streams.js";
import { ReadableByteStreamControllerGetBYOBRequest } from "./ReadableStreamBYOBRequest.js";

/** https://streams.spec.whatwg.org/#rbs-controller-class */
export class ReadableByteStreamController {
  autoAllocateChunkSize = undefined;
  current_byob_request = null;          // the slot [[byobRequest]]: the attribute has the same name
  cancelAlgorithm = undefined;
  closeRequested = false;
  pullAgain = false;
  pullAlgorithm = undefined;
  pulling = false;
  pendingPullIntos = new List();
  queue = new List();
  queueTotalSize = 0;
  started = false;
  strategyHWM = 0;
  stream = undefined;

  get is_byte_stream_controller() {
    return true;
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-byob-request */
  get byobRequest() {
    // 1. The BYOB request, which is made when it is first asked for.
    return ReadableByteStreamControllerGetBYOBRequest(this);
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-desired-size */
  get desiredSize() {
    // 1. The desired size.
    return ReadableByteStreamControllerGetDesiredSize(this);
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-close */
  close() {
    // 1–2. Only a readable stream that is not about to close is closed.
    if (this.closeRequested) {
      throw new TypeError("The stream is already about to close");
    }
    if (this.stream.state !== "readable") {
      throw new TypeError(`The stream cannot be closed: it is ${this.stream.state}`);
    }
    // 3. Close the stream.
    ReadableByteStreamControllerClose(this);
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-enqueue */
  enqueue(chunk) {
    // 1–2. Neither the chunk nor its buffer is empty.
    if (view_byte_length(chunk) === 0) {
      throw new TypeError("The chunk is empty");
    }
    if (buffer_byte_length(view_buffer(chunk)) === 0) {
      throw new TypeError("The buffer of the chunk is empty");
    }
    // 3–4. Only a readable stream that is not about to close takes chunks.
    if (this.closeRequested) {
      throw new TypeError("The stream is about to close");
    }
    if (this.stream.state !== "readable") {
      throw new TypeError(`Nothing can be enqueued: the stream is ${this.stream.state}`);
    }
    // 5. Enqueue the chunk.
    ReadableByteStreamControllerEnqueue(this, chunk);
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-error */
  error(e) {
    // 1. Error the stream.
    ReadableByteStreamControllerError(this, e);
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-private-cancel */
  CancelSteps(reason) {
    // 1–5. Drop the pull-into descriptors and the queue, perform the cancel algorithm, then drop all algorithms.
    ReadableByteStreamControllerClearPendingPullIntos(this);
    ResetQueue(this);
    const result = this.cancelAlgorithm(reason);
    ReadableByteStreamControllerClearAlgorithms(this);
    return result;
  }

  /** https://streams.spec.whatwg.org/#rbs-controller-private-pull */
  PullSteps(readRequest) {
    // 1–2. The stream has a default reader.
    const stream = this.stream;
    assert(ReadableStreamHasDefaultReader(stream), "read requests belong to a default reader");
    // 3. The queue has bytes, which answer the read request.
    if (this.queueTotalSize > 0) {
      assert(ReadableStreamGetNumReadRequests(stream) === 0, "read requests wait only when there are no bytes");
      ReadableByteStreamControllerFillReadRequestFromQueue(this, readRequest);
      return;
    }
    // 4–5. With automatic allocation the source writes into a buffer of that size: it waits as a pull-into descriptor.
    const autoAllocateChunkSize = this.autoAllocateChunkSize;
    if (autoAllocateChunkSize !== undefined) {
      const { ArrayBuffer, Uint8Array } = buffer_constructors;
      let buffer;
      try {
        buffer = new ArrayBuffer(autoAllocateChunkSize);
      } catch (error) {
        readRequest.error_steps(error);
        return;
      }
      this.pendingPullIntos.append(
        new PullIntoDescriptor(buffer, autoAllocateChunkSize, 0, autoAllocateChunkSize, 1, 1, Uint8Array, "default"),
      );
    }
    // 6–7. Add the read request, and pull.
    ReadableStreamAddReadRequest(stream, readRequest);
    ReadableByteStreamControllerCallPullIfNeeded(this);
  }

  /** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontroller-releasesteps */
  ReleaseSteps() {
    // 1. The source may still write into the first pull-into descriptor; drop the others.
    if (!this.pendingPullIntos.is_empty) {
      const firstPendingPullInto = this.pendingPullIntos.first;
      firstPendingPullInto.reader_type = "none";
      this.pendingPullIntos = new List();
      this.pendingPullIntos.append(firstPendingPullInto);
    }
  }
}
