import { read_result } from "../intrinsics.js";
import { a_promise_rejected_with, new_promise, promise_for_script } from "../webidl/promises.js";
import { buffer_byte_length, element_size_of, IsDetachedBuffer, view_buffer, view_byte_length } from "./array_buffers.js";
import { List } from "./List.js";
import { ReadableStreamGenericReader } from "./ReadableStreamGenericReader.js";
import {
  ReadableStreamBYOBReaderErrorReadIntoRequests,
  ReadableStreamBYOBReaderRead,
  ReadableStreamBYOBReaderRelease,
  SetUpReadableStreamBYOBReader,
} from "./readable_stream_readers.js";

/** https://streams.spec.whatwg.org/#byob-reader-class */
export class ReadableStreamBYOBReader extends ReadableStreamGenericReader {
  readIntoRequests = new List();

  /** https://streams.spec.whatwg.org/#byob-reader-constructor */
  static constructor_steps(stream) {
    // 1. Set up a reader for the stream.
    const reader = new ReadableStreamBYOBReader();
    SetUpReadableStreamBYOBReader(reader, stream);
    return reader;
  }

  get is_byob_reader() {
    return true;
  }

  error_read_requests(e) {
    ReadableStreamBYOBReaderErrorReadIntoRequests(this, e);
  }

  /** https://streams.spec.whatwg.org/#byob-reader-read */
  read(view, options) {
    // 1–3. The view has bytes, in a buffer that is not detached.
    if (view_byte_length(view) === 0) {
      return a_promise_rejected_with(new TypeError("The view has no room"));
    }
    if (buffer_byte_length(view_buffer(view)) === 0) {
      return a_promise_rejected_with(new TypeError("The buffer of the view has no room"));
    }
    if (IsDetachedBuffer(view_buffer(view))) {
      return a_promise_rejected_with(new TypeError("The buffer of the view is detached"));
    }
    // 4–6. `min` counts elements: at least one, at most as many as the view has.
    if (options.min === 0) {
      return a_promise_rejected_with(new TypeError("min must be greater than 0"));
    }
    if (options.min * element_size_of(view) > view_byte_length(view)) {
      return a_promise_rejected_with(new RangeError("min must not be greater than the view"));
    }
    // 7. The reader still has its stream.
    if (this.stream === undefined) {
      return a_promise_rejected_with(new TypeError("The reader was released from its stream"));
    }
    // 8–11. Read into the view; the read-into request settles the promise.
    const readIntoRequest = new PromisedReadIntoRequest();
    ReadableStreamBYOBReaderRead(this, view, options.min, readIntoRequest);
    return promise_for_script(readIntoRequest.promise);
  }

  /** https://streams.spec.whatwg.org/#byob-reader-release-lock */
  releaseLock() {
    // 1–2. Release a reader that has a stream.
    if (this.stream !== undefined) {
      ReadableStreamBYOBReaderRelease(this);
    }
  }
}

/** The read-into request of `read(view)`: it settles a promise. */
class PromisedReadIntoRequest {
  capability = new_promise();

  get promise() {
    return this.capability.promise;
  }

  chunk_steps(chunk) {
    this.capability.resolve(read_result(chunk, false));
  }

  close_steps(chunk) {
    this.capability.resolve(read_result(chunk, true));
  }

  error_steps(e) {
    this.capability.reject(e);
  }
}

/** https://streams.spec.whatwg.org/#acquire-readable-stream-byob-reader */
export function AcquireReadableStreamBYOBReader(stream) {
  // 1–3. Set up a new reader for the stream.
  const reader = new ReadableStreamBYOBReader();
  SetUpReadableStreamBYOBReader(reader, stream);
  return reader;
}
