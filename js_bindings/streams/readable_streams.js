import { a_promise_rejected_with, a_promise_resolved_with, react } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { List } from "./List.js";

// https://streams.spec.whatwg.org/#rs-abstract-ops
// https://streams.spec.whatwg.org/#rs-abstract-ops-used-by-controllers
//
// A read request is an object with the methods `chunk_steps(chunk)`, `close_steps()` and `error_steps(e)`;
// a read-into request has the same ones, except that its `close_steps(chunk)` gets a view or undefined.

/** https://streams.spec.whatwg.org/#initialize-readable-stream */
export function InitializeReadableStream(stream) {
  // 1–3. A new stream is readable, has no reader and is not disturbed.
  stream.state = "readable";
  stream.reader = undefined;
  stream.storedError = undefined;
  stream.disturbed = false;
}

/** https://streams.spec.whatwg.org/#is-readable-stream-locked */
export function IsReadableStreamLocked(stream) {
  // 1–2. A locked stream is one with a reader.
  return stream.reader !== undefined;
}

/** https://streams.spec.whatwg.org/#readable-stream-add-read-into-request */
export function ReadableStreamAddReadIntoRequest(stream, readRequest) {
  // 1–2. The reader is a BYOB reader, and the stream is not errored.
  assert(ReadableStreamHasBYOBReader(stream), "read-into requests belong to a BYOB reader");
  assert(stream.state === "readable" || stream.state === "closed", "an errored stream takes no requests");
  // 3. Append the read-into request.
  stream.reader.readIntoRequests.append(readRequest);
}

/** https://streams.spec.whatwg.org/#readable-stream-add-read-request */
export function ReadableStreamAddReadRequest(stream, readRequest) {
  // 1–2. The reader is a default reader, and the stream is readable.
  assert(ReadableStreamHasDefaultReader(stream), "read requests belong to a default reader");
  assert(stream.state === "readable", "only a readable stream takes read requests");
  // 3. Append the read request.
  stream.reader.readRequests.append(readRequest);
}

/** https://streams.spec.whatwg.org/#readable-stream-cancel */
export function ReadableStreamCancel(stream, reason) {
  // 1. The stream is disturbed from now on.
  stream.disturbed = true;
  // 2–3. A closed stream is not cancelled, nor is an errored one.
  if (stream.state === "closed") {
    return a_promise_resolved_with(undefined);
  }
  if (stream.state === "errored") {
    return a_promise_rejected_with(stream.storedError);
  }
  // 4. Close the stream.
  ReadableStreamClose(stream);
  // 5–6. Perform the close steps of the read-into requests, which do not get their buffers back.
  const reader = stream.reader;
  if (reader !== undefined && reader.is_byob_reader) {
    const readIntoRequests = reader.readIntoRequests;
    reader.readIntoRequests = new List();
    while (!readIntoRequests.is_empty) {
      readIntoRequests.remove_first().close_steps(undefined);
    }
  }
  // 7–8. The controller performs its cancel steps; their result does not matter, only when and whether they fail.
  const sourceCancelPromise = stream.controller.CancelSteps(reason);
  return react(sourceCancelPromise, () => undefined);
}

/** https://streams.spec.whatwg.org/#readable-stream-close */
export function ReadableStreamClose(stream) {
  // 1–2. The state becomes closed.
  assert(stream.state === "readable", "only a readable stream closes");
  stream.state = "closed";
  // 3–4. Without a reader nobody hears of it.
  const reader = stream.reader;
  if (reader === undefined) {
    return;
  }
  // 5. Resolve the reader's closed promise.
  reader.closedPromise.resolve();
  // 6. Perform the close steps of the read requests of a default reader.
  if (!reader.is_byob_reader) {
    const readRequests = reader.readRequests;
    reader.readRequests = new List();
    while (!readRequests.is_empty) {
      readRequests.remove_first().close_steps();
    }
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-error */
export function ReadableStreamError(stream, e) {
  // 1–3. The state becomes errored; keep the error.
  assert(stream.state === "readable", "only a readable stream can become errored");
  stream.state = "errored";
  stream.storedError = e;
  // 4–5. Without a reader nobody hears of it.
  const reader = stream.reader;
  if (reader === undefined) {
    return;
  }
  // 6–7. Reject the reader's closed promise, and mark it as handled.
  reader.closedPromise.reject(e);
  reader.closedPromise.set_is_handled();
  // 8–9. Perform the error steps of its requests.
  reader.error_read_requests(e);
}

/** https://streams.spec.whatwg.org/#readable-stream-fulfill-read-into-request */
export function ReadableStreamFulfillReadIntoRequest(stream, chunk, done) {
  // 1–3. The reader is a BYOB reader with a read-into request.
  assert(ReadableStreamHasBYOBReader(stream), "read-into requests belong to a BYOB reader");
  const reader = stream.reader;
  assert(!reader.readIntoRequests.is_empty, "a read-into request is waiting");
  // 4–5. Take the first one.
  const readIntoRequest = reader.readIntoRequests.remove_first();
  // 6–7. Perform its close steps or its chunk steps.
  if (done) {
    readIntoRequest.close_steps(chunk);
  } else {
    readIntoRequest.chunk_steps(chunk);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request */
export function ReadableStreamFulfillReadRequest(stream, chunk, done) {
  // 1–3. The reader is a default reader with a read request.
  assert(ReadableStreamHasDefaultReader(stream), "read requests belong to a default reader");
  const reader = stream.reader;
  assert(!reader.readRequests.is_empty, "a read request is waiting");
  // 4–5. Take the first one.
  const readRequest = reader.readRequests.remove_first();
  // 6–7. Perform its close steps or its chunk steps.
  if (done) {
    readRequest.close_steps();
  } else {
    readRequest.chunk_steps(chunk);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-get-num-read-into-requests */
export function ReadableStreamGetNumReadIntoRequests(stream) {
  // 1–2. The number of read-into requests of the BYOB reader.
  assert(ReadableStreamHasBYOBReader(stream), "read-into requests belong to a BYOB reader");
  return stream.reader.readIntoRequests.size;
}

/** https://streams.spec.whatwg.org/#readable-stream-get-num-read-requests */
export function ReadableStreamGetNumReadRequests(stream) {
  // 1–2. The number of read requests of the default reader.
  assert(ReadableStreamHasDefaultReader(stream), "read requests belong to a default reader");
  return stream.reader.readRequests.size;
}

/** https://streams.spec.whatwg.org/#readable-stream-has-byob-reader */
export function ReadableStreamHasBYOBReader(stream) {
  // 1–4. It has a reader, which is a BYOB reader.
  return stream.reader !== undefined && stream.reader.is_byob_reader;
}

/** https://streams.spec.whatwg.org/#readable-stream-has-default-reader */
export function ReadableStreamHasDefaultReader(stream) {
  // 1–4. It has a reader, which is a default reader.
  return stream.reader !== undefined && !stream.reader.is_byob_reader;
}
