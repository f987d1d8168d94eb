import { List } from "./List.js";
import { DequeueValue, ResetQueue } from "./queue_with_sizes.js";
import { ReadableStreamAddReadRequest, ReadableStreamClose } from "./readable_streams.js";
import {
  ReadableStreamDefaultControllerCallPullIfNeeded,
  ReadableStreamDefaultControllerCanCloseOrEnqueue,
  ReadableStreamDefaultControllerClearAlgorithms,
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
  ReadableStreamDefaultControllerGetDesiredSize,
} from "./readable_default_controllers.js";

/** https://streams.spec.whatwg.org/#rs-default-controller-class */
export class ReadableStreamDefaultController {
  cancelAlgorithm = undefined;
  closeRequested = false;
  pullAgain = false;
  pullAlgorithm = undefined;
  pulling = false;
  queue = new List();
  queueTotalSize = 0;
  started = false;
  strategyHWM = 0;
  strategySizeAlgorithm = undefined;
  stream = undefined;

  get is_byte_stream_controller() {
    return false;
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-desired-size */
  get desiredSize() {
    // 1. The desired size.
    return ReadableStreamDefaultControllerGetDesiredSize(this);
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-close */
  close() {
    // 1. Only a readable stream that is not about to close is closed.
    if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(this)) {
      throw new TypeError("The stream cannot be closed: it is closed, errored, or about to close");
    }
    // 2. Close the stream.
    ReadableStreamDefaultControllerClose(this);
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-enqueue */
  enqueue(chunk) {
    // 1. Only a readable stream that is not about to close takes chunks.
    if (!ReadableStreamDefaultControllerCanCloseOrEnqueue(this)) {
      throw new TypeError("Nothing can be enqueued: the stream is closed, errored, or about to close");
    }
    // 2. Enqueue the chunk.
    ReadableStreamDefaultControllerEnqueue(this, chunk);
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-error */
  error(e) {
    // 1. Error the stream.
    ReadableStreamDefaultControllerError(this, e);
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-private-cancel */
  CancelSteps(reason) {
    // 1–4. Empty the queue, perform the cancel algorithm, then drop all algorithms.
    ResetQueue(this);
    const result = this.cancelAlgorithm(reason);
    ReadableStreamDefaultControllerClearAlgorithms(this);
    return result;
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-private-pull */
  PullSteps(readRequest) {
    // 1. Get the stream.
    const stream = this.stream;
    // 2. Take a chunk from the queue for the read request; with the last one a requested close happens.
    if (!this.queue.is_empty) {
      const chunk = DequeueValue(this);
      if (this.closeRequested && this.queue.is_empty) {
        ReadableStreamDefaultControllerClearAlgorithms(this);
        ReadableStreamClose(stream);
      } else {
        ReadableStreamDefaultControllerCallPullIfNeeded(this);
      }
      readRequest.chunk_steps(chunk);
      return;
    }
    // 3. The queue is empty: add the read request, and pull.
    ReadableStreamAddReadRequest(stream, readRequest);
    ReadableStreamDefaultControllerCallPullIfNeeded(this);
  }

  /** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultcontroller-releasesteps */
  ReleaseSteps() {
    // 1. Nothing is released.
  }
}
