import { assert } from "./assert.js";
import { List } from "./List.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { ReadableByteStreamControllerPullInto } from "./readable_byte_requests.js";
import { IsReadableStreamLocked, ReadableStreamCancel } from "./readable_streams.js";

// https://streams.spec.whatwg.org/#rs-reader-abstract-ops

/** https://streams.spec.whatwg.org/#readable-stream-reader-generic-cancel */
export function ReadableStreamReaderGenericCancel(reader, reason) {
  // 1–2. The reader has a stream.
  const stream = reader.stream;
  assert(stream !== undefined, "the reader has its stream");
  // 3. Cancel it.
  return ReadableStreamCancel(stream, reason);
}

/** https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize */
export function ReadableStreamReaderGenericInitialize(reader, stream) {
  // 1–2. Reader and stream know each other.
  reader.stream = stream;
  stream.reader = reader;
  // 3–5. The closed promise is settled as the state of the stream says.
  if (stream.state === "readable") {
    reader.closedPromise = new PromiseSlot();
  } else if (stream.state === "closed") {
    reader.closedPromise = PromiseSlot.resolved();
  } else {
    assert(stream.state === "errored", "a stream is readable, closed or errored");
    reader.closedPromise = PromiseSlot.rejected(stream.storedError, true);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-reader-generic-release */
export function ReadableStreamReaderGenericRelease(reader) {
  // 1–3. The reader has a stream, which has this reader.
  const stream = reader.stream;
  assert(stream !== undefined, "the reader has its stream");
  assert(stream.reader === reader, "the stream has this reader");
  // 4–6. Reject the closed promise, or replace it by a rejected one: this reader hears no more of the stream.
  const released = new TypeError("The reader was released from its stream");
  if (stream.state === "readable") {
    reader.closedPromise.reject(released);
    reader.closedPromise.set_is_handled();
  } else {
    reader.closedPromise = PromiseSlot.rejected(released, true);
  }
  // 7. The controller performs its release steps.
  stream.controller.ReleaseSteps();
  // 8–9. Reader and stream part.
  stream.reader = undefined;
  reader.stream = undefined;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreadererrorreadintorequests */
export function ReadableStreamBYOBReaderErrorReadIntoRequests(reader, e) {
  // 1–2. Take the list of read-into requests.
  const readIntoRequests = reader.readIntoRequests;
  reader.readIntoRequests = new List();
  // 3. Perform the error steps of each.
  while (!readIntoRequests.is_empty) {
    readIntoRequests.remove_first().error_steps(e);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-byob-reader-read */
export function ReadableStreamBYOBReaderRead(reader, view, min, readIntoRequest) {
  // 1–3. The reader has a stream, which is disturbed from now on.
  const stream = reader.stream;
  assert(stream !== undefined, "the reader has its stream");
  stream.disturbed = true;
  // 4–5. An errored stream fails the request; otherwise the controller pulls into the view.
  if (stream.state === "errored") {
    readIntoRequest.error_steps(stream.storedError);
  } else {
    ReadableByteStreamControllerPullInto(stream.controller, view, min, readIntoRequest);
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreaderrelease */
export function ReadableStreamBYOBReaderRelease(reader) {
  // 1–3. Release the reader, and error its read-into requests.
  ReadableStreamReaderGenericRelease(reader);
  ReadableStreamBYOBReaderErrorReadIntoRequests(reader, new TypeError("The reader was released while reading"));
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreadererrorreadrequests */
export function ReadableStreamDefaultReaderErrorReadRequests(reader, e) {
  // 1–2. Take the list of read requests.
  const readRequests = reader.readRequests;
  reader.readRequests = new List();
  // 3. Perform the error steps of each.
  while (!readRequests.is_empty) {
    readRequests.remove_first().error_steps(e);
  }
}

/** https://streams.spec.whatwg.org/#readable-stream-default-reader-read */
export function ReadableStreamDefaultReaderRead(reader, readRequest) {
  // 1–3. The reader has a stream, which is disturbed from now on.
  const stream = reader.stream;
  assert(stream !== undefined, "the reader has its stream");
  stream.disturbed = true;
  // 4–6. A closed stream ends the request and an errored one fails it; otherwise the controller pulls.
  if (stream.state === "closed") {
    readRequest.close_steps();
  } else if (stream.state === "errored") {
    readRequest.error_steps(stream.storedError);
  } else {
    assert(stream.state === "readable", "a stream is readable, closed or errored");
    stream.controller.PullSteps(readRequest);
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease */
export function ReadableStreamDefaultReaderRelease(reader) {
  // 1–3. Release the reader, and error its read requests.
  ReadableStreamReaderGenericRelease(reader);
  ReadableStreamDefaultReaderErrorReadRequests(reader, new TypeError("The reader was released while reading"));
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader */
export function SetUpReadableStreamBYOBReader(reader, stream) {
  // 1. A locked stream takes no second reader.
  if (IsReadableStreamLocked(stream)) {
    throw new TypeError("The stream is locked to another reader");
  }
  // 2. Only a byte stream has BYOB readers.
  if (!stream.controller.is_byte_stream_controller) {
    throw new TypeError("Only a stream of type 'bytes' can have a BYOB reader");
  }
  // 3–4. Initialize the reader, without read-into requests.
  ReadableStreamReaderGenericInitialize(reader, stream);
  reader.readIntoRequests = new List();
}

/** https://streams.spec.whatwg.org/#set-up-readable-stream-default-reader */
export function SetUpReadableStreamDefaultReader(reader, stream) {
  // 1. A locked stream takes no second reader.
  if (IsReadableStreamLocked(stream)) {
    throw new TypeError("The stream is locked to another reader");
  }
  // 2–3. Initialize the reader, without read requests.
  ReadableStreamReaderGenericInitialize(reader, stream);
  reader.readRequests = new List();
}
