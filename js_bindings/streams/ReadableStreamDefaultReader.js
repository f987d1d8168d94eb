import { read_result } from "../intrinsics.js";
import { a_promise_rejected_with, new_promise, promise_for_script } from "../webidl/promises.js";
import { List } from "./List.js";
import { ReadableStreamGenericReader } from "./ReadableStreamGenericReader.js";
import {
  ReadableStreamDefaultReaderErrorReadRequests,
  ReadableStreamDefaultReaderRead,
  ReadableStreamDefaultReaderRelease,
  SetUpReadableStreamDefaultReader,
} from "./readable_stream_readers.js";

/** https://streams.spec.whatwg.org/#default-reader-class */
export class ReadableStreamDefaultReader extends ReadableStreamGenericReader {
  readRequests = new List();

  /** https://streams.spec.whatwg.org/#default-reader-constructor */
  static constructor_steps(stream) {
    // 1. Set up a reader for the stream.
    const reader = new ReadableStreamDefaultReader();
    SetUpReadableStreamDefaultReader(reader, stream);
    return reader;
  }

  get is_byob_reader() {
    return false;
  }

  error_read_requests(e) {
    ReadableStreamDefaultReaderErrorReadRequests(this, e);
  }

  /** https://streams.spec.whatwg.org/#default-reader-read */
  read() {
    // 1. The reader still has its stream.
    if (this.stream === undefined) {
      return a_promise_rejected_with(new TypeError("The reader was released from its stream"));
    }
    // 2–5. Read a chunk; the read request settles the promise.
    const readRequest = new PromisedReadRequest();
    ReadableStreamDefaultReaderRead(this, readRequest);
    return promise_for_script(readRequest.promise);
  }

  /** https://streams.spec.whatwg.org/#default-reader-release-lock */
  releaseLock() {
    // 1–2. Release a reader that has a stream.
    if (this.stream !== undefined) {
      ReadableStreamDefaultReaderRelease(this);
    }
  }
}

/** The read request of `read()`: it settles a promise. */
class PromisedReadRequest {
  capability = new_promise();

  get promise() {
    return this.capability.promise;
  }

  chunk_steps(chunk) {
    this.capability.resolve(read_result(chunk, false));
  }

  close_steps() {
    this.capability.resolve(read_result(undefined, true));
  }

  error_steps(e) {
    this.capability.reject(e);
  }
}

/** https://streams.spec.whatwg.org/#acquire-readable-stream-reader */
export function AcquireReadableStreamDefaultReader(stream) {
  // 1–3. Set up a new reader for the stream.
  const reader = new ReadableStreamDefaultReader();
  SetUpReadableStreamDefaultReader(reader, stream);
  return reader;
}
