import { a_promise_rejected_with } from "../webidl/promises.js";
import { assert } from "./assert.js";
import {
  SetUpWritableStreamDefaultWriter,
  WritableStreamDefaultWriterAbort,
  WritableStreamDefaultWriterClose,
  WritableStreamDefaultWriterGetDesiredSize,
  WritableStreamDefaultWriterRelease,
  WritableStreamDefaultWriterWrite,
} from "./writable_stream_writers.js";
import { WritableStreamCloseQueuedOrInFlight } from "./writable_streams.js";

const released = () => new TypeError("The writer was released from its stream");

/** https://streams.spec.whatwg.org/#default-writer-class */
export class WritableStreamDefaultWriter {
  closedPromise = undefined;            // this and the next: a PromiseSlot
  readyPromise = undefined;
  stream = undefined;

  /** https://streams.spec.whatwg.org/#default-writer-constructor */
  static constructor_steps(stream) {
    // 1. Set up a writer for the stream.
    const writer = new WritableStreamDefaultWriter();
    SetUpWritableStreamDefaultWriter(writer, stream);
    return writer;
  }

  /** https://streams.spec.whatwg.org/#default-writer-closed */
  get closed() {
    // 1. The closed promise.
    return this.closedPromise.promise;
  }

  /** https://streams.spec.whatwg.org/#default-writer-desired-size */
  get desiredSize() {
    // 1–2. A writer that has a stream tells its desired size.
    if (this.stream === undefined) {
      throw released();
    }
    return WritableStreamDefaultWriterGetDesiredSize(this);
  }

  /** https://streams.spec.whatwg.org/#default-writer-ready */
  get ready() {
    // 1. The ready promise.
    return this.readyPromise.promise;
  }

  /** https://streams.spec.whatwg.org/#default-writer-abort */
  abort(reason) {
    // 1–2. A writer that has a stream aborts it.
    if (this.stream === undefined) {
      return a_promise_rejected_with(released());
    }
    return WritableStreamDefaultWriterAbort(this, reason);
  }

  /** https://streams.spec.whatwg.org/#default-writer-close */
  close() {
    // 1–3. The writer has a stream, which is not about to close.
    if (this.stream === undefined) {
      return a_promise_rejected_with(released());
    }
    if (WritableStreamCloseQueuedOrInFlight(this.stream)) {
      return a_promise_rejected_with(new TypeError("The stream is already about to close"));
    }
    // 4. Close the stream.
    return WritableStreamDefaultWriterClose(this);
  }

  /** https://streams.spec.whatwg.org/#default-writer-release-lock */
  releaseLock() {
    // 1–2. A writer without a stream has nothing to release.
    const stream = this.stream;
    if (stream === undefined) {
      return;
    }
    // 3–4. Release the writer.
    assert(stream.writer !== undefined, "the stream has this writer");
    WritableStreamDefaultWriterRelease(this);
  }

  /** https://streams.spec.whatwg.org/#default-writer-write */
  write(chunk) {
    // 1–2. A writer that has a stream writes the chunk.
    if (this.stream === undefined) {
      return a_promise_rejected_with(released());
    }
    return WritableStreamDefaultWriterWrite(this, chunk).promise;
  }
}

/** https://streams.spec.whatwg.org/#acquire-writable-stream-default-writer */
export function AcquireWritableStreamDefaultWriter(stream) {
  // 1–3. Set up a new writer for the stream.
  const writer = new WritableStreamDefaultWriter();
  SetUpWritableStreamDefaultWriter(writer, stream);
  return writer;
}
