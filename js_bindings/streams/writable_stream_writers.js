import { a_promise_rejected_with, a_promise_resolved_with } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { WritableStreamAbort, WritableStreamClose } from "./end_writable_streams.js";
import { PromiseSlot } from "./PromiseSlot.js";
import {
  WritableStreamDefaultControllerGetChunkSize,
  WritableStreamDefaultControllerGetDesiredSize,
  WritableStreamDefaultControllerWrite,
} from "./writable_default_controllers.js";
import {
  IsWritableStreamLocked,
  WritableStreamAddWriteRequest,
  WritableStreamCloseQueuedOrInFlight,
  WritableStreamDefaultWriterEnsureClosedPromiseRejected,
  WritableStreamDefaultWriterEnsureReadyPromiseRejected,
} from "./writable_streams.js";

// https://streams.spec.whatwg.org/#ws-writer-abstract-ops

/** https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer */
export function SetUpWritableStreamDefaultWriter(writer, stream) {
  // 1. A locked stream takes no second writer.
  if (IsWritableStreamLocked(stream)) {
    throw new TypeError("The stream is locked to another writer");
  }
  // 2–3. Writer and stream know each other.
  writer.stream = stream;
  stream.writer = writer;
  // 4–8. The ready promise and the closed promise are settled as the state of the stream says.
  const { state, storedError } = stream;
  if (state === "writable") {
    const must_wait = !WritableStreamCloseQueuedOrInFlight(stream) && stream.backpressure;
    writer.readyPromise = must_wait ? new PromiseSlot() : PromiseSlot.resolved();
    writer.closedPromise = new PromiseSlot();
  } else if (state === "erroring") {
    writer.readyPromise = PromiseSlot.rejected(storedError, true);
    writer.closedPromise = new PromiseSlot();
  } else if (state === "closed") {
    writer.readyPromise = PromiseSlot.resolved();
    writer.closedPromise = PromiseSlot.resolved();
  } else {
    assert(state === "errored", "nothing else is left");
    writer.readyPromise = PromiseSlot.rejected(storedError, true);
    writer.closedPromise = PromiseSlot.rejected(storedError, true);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-abort */
export function WritableStreamDefaultWriterAbort(writer, reason) {
  // 1–3. Abort the stream of the writer.
  const stream = writer.stream;
  assert(stream !== undefined, "the writer has its stream");
  return WritableStreamAbort(stream, reason);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-close */
export function WritableStreamDefaultWriterClose(writer) {
  // 1–3. Close the stream of the writer.
  const stream = writer.stream;
  assert(stream !== undefined, "the writer has its stream");
  return WritableStreamClose(stream);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation */
export function WritableStreamDefaultWriterCloseWithErrorPropagation(writer) {
  // 1–3. Get the stream of the writer, and its state.
  const stream = writer.stream;
  assert(stream !== undefined, "the writer has its stream");
  const state = stream.state;
  // 4–5. A stream that is closed, or about to be, succeeds; an errored one fails with its stored error.
  if (WritableStreamCloseQueuedOrInFlight(stream) || state === "closed") {
    return a_promise_resolved_with(undefined);
  }
  if (state === "errored") {
    return a_promise_rejected_with(stream.storedError);
  }
  // 6–7. Otherwise close through the writer.
  assert(state === "writable" || state === "erroring", "nothing else is left");
  return WritableStreamDefaultWriterClose(writer);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size */
export function WritableStreamDefaultWriterGetDesiredSize(writer) {
  // 1–5. Null for an erroring or errored stream, 0 for a closed one, else the desired size of the controller.
  const stream = writer.stream;
  switch (stream.state) {
    case "errored":
    case "erroring":
      return null;
    case "closed":
      return 0;
    default:
      return WritableStreamDefaultControllerGetDesiredSize(stream.controller);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-release */
export function WritableStreamDefaultWriterRelease(writer) {
  // 1–3. The stream has this writer.
  const stream = writer.stream;
  assert(stream !== undefined, "the writer has its stream");
  assert(stream.writer === writer, "the stream has this writer");
  // 4–6. Reject the ready promise and the closed promise: this writer hears no more of the stream.
  const releasedError = new TypeError("The writer was released from its stream");
  WritableStreamDefaultWriterEnsureReadyPromiseRejected(writer, releasedError);
  WritableStreamDefaultWriterEnsureClosedPromiseRejected(writer, releasedError);
  // 7–8. Writer and stream part.
  stream.writer = undefined;
  writer.stream = undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-write ; NB: the promise as a PromiseSlot. */
export function WritableStreamDefaultWriterWrite(writer, chunk) {
  // 1–4. Ask the controller for the chunk size.
  const stream = writer.stream;
  assert(stream !== undefined, "the writer has its stream");
  const controller = stream.controller;
  const chunkSize = WritableStreamDefaultControllerGetChunkSize(controller, chunk);
  // 5. The size algorithm ran script, which may have released the writer.
  if (stream !== writer.stream) {
    return PromiseSlot.rejected(new TypeError("The writer was released from its stream"));
  }
  // 6–9. Only a writable stream that is not about to close takes chunks.
  const state = stream.state;
  if (state === "errored") {
    return PromiseSlot.rejected(stream.storedError);
  }
  if (WritableStreamCloseQueuedOrInFlight(stream) || state === "closed") {
    return PromiseSlot.rejected(new TypeError("The stream is closed or about to close"));
  }
  if (state === "erroring") {
    return PromiseSlot.rejected(stream.storedError);
  }
  // 10–13. Add a write request, which the promise belongs to, and hand the chunk to the controller.
  assert(state === "writable", "nothing else is left");
  const request = WritableStreamAddWriteRequest(stream);
  WritableStreamDefaultControllerWrite(controller, chunk, chunkSize);
  return request;
}
