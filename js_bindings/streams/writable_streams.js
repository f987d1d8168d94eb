import { upon_settlement } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { List } from "./List.js";
import { PromiseSlot } from "./PromiseSlot.js";

// https://streams.spec.whatwg.org/#ws-abstract-ops
// https://streams.spec.whatwg.org/#ws-abstract-ops-used-by-controllers

/** https://streams.spec.whatwg.org/#initialize-writable-stream */
export function InitializeWritableStream(stream) {
  // 1–4. A new stream is writable, has no writer, no controller and no requests, and feels no backpressure.
  stream.state = "writable";
  stream.storedError = undefined;
  stream.writer = undefined;
  stream.controller = undefined;
  stream.inFlightWriteRequest = undefined;
  stream.closeRequest = undefined;
  stream.inFlightCloseRequest = undefined;
  stream.pendingAbortRequest = undefined;
  stream.writeRequests = new List();
  stream.backpressure = false;
}

/** https://streams.spec.whatwg.org/#is-writable-stream-locked */
export function IsWritableStreamLocked(stream) {
  // 1–2. A locked stream is one with a writer.
  return stream.writer !== undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-add-write-request ; the request is a PromiseSlot. */
export function WritableStreamAddWriteRequest(stream) {
  // 1–2. Only a locked, writable stream takes write requests.
  assert(IsWritableStreamLocked(stream), "only a writer writes");
  assert(stream.state === "writable", "only a writable stream takes chunks");
  // 3–5. Append a write request, which is settled when its chunk has been written.
  const request = new PromiseSlot();
  stream.writeRequests.append(request);
  return request;
}

/** https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight */
export function WritableStreamCloseQueuedOrInFlight(stream) {
  // 1–2. A close request waits in the queue, or the sink is closing.
  return stream.closeRequest !== undefined || stream.inFlightCloseRequest !== undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection */
export function WritableStreamDealWithRejection(stream, error) {
  // 1–2. A writable stream starts erroring.
  if (stream.state === "writable") {
    WritableStreamStartErroring(stream, error);
    return;
  }
  // 3–4. One that is erroring is errored now.
  assert(stream.state === "erroring", "it was becoming errored already");
  WritableStreamFinishErroring(stream);
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-erroring */
export function WritableStreamFinishErroring(stream) {
  // 1–4. The state becomes errored, and the controller empties its queue.
  assert(stream.state === "erroring", "it was becoming errored");
  assert(!WritableStreamHasOperationMarkedInFlight(stream), "the sink is idle");
  stream.state = "errored";
  stream.controller.ErrorSteps();
  // 5–7. Reject all write requests with the stored error.
  const storedError = stream.storedError;
  const writeRequests = stream.writeRequests;
  stream.writeRequests = new List();
  while (!writeRequests.is_empty) {
    writeRequests.remove_first().reject(storedError);
  }
  // 8. No abort request is pending: reject what waits for the close.
  if (stream.pendingAbortRequest === undefined) {
    WritableStreamRejectCloseAndClosedPromiseIfNeeded(stream);
    return;
  }
  // 9–10. Take the pending abort request.
  const { completion, reason, was_already_erroring } = stream.pendingAbortRequest;
  stream.pendingAbortRequest = undefined;
  // 11. The stream was erroring before that abort: its promise is rejected with the stored error.
  if (was_already_erroring) {
    completion.reject(storedError);
    WritableStreamRejectCloseAndClosedPromiseIfNeeded(stream);
    return;
  }
  // 12–14. Otherwise the sink is aborted, and its promise settles that of the abort request.
  const promise = stream.controller.AbortSteps(reason);
  upon_settlement(promise, () => {
    completion.resolve();
    WritableStreamRejectCloseAndClosedPromiseIfNeeded(stream);
  }, (sink_reason) => {
    completion.reject(sink_reason);
    WritableStreamRejectCloseAndClosedPromiseIfNeeded(stream);
  });
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close */
export function WritableStreamFinishInFlightClose(stream) {
  // 1–3. Resolve the close request that is in flight.
  assert(stream.inFlightCloseRequest !== undefined, "the sink was closing");
  stream.inFlightCloseRequest.resolve();
  stream.inFlightCloseRequest = undefined;
  // 4–6. The close succeeded before the error took effect: drop the stored error and resolve the pending abort request.
  const state = stream.state;
  assert(state === "writable" || state === "erroring", "it could not end while closing");
  if (state === "erroring") {
    stream.storedError = undefined;
    if (stream.pendingAbortRequest !== undefined) {
      stream.pendingAbortRequest.completion.resolve();
      stream.pendingAbortRequest = undefined;
    }
  }
  // 7–9. The state becomes closed, and the writer's closed promise is resolved.
  stream.state = "closed";
  const writer = stream.writer;
  if (writer !== undefined) {
    writer.closedPromise.resolve();
  }
  // 10–11. Neither a pending abort request nor a stored error is left.
  assert(stream.pendingAbortRequest === undefined, "nobody waits for an abort");
  assert(stream.storedError === undefined, "there is no error");
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error */
export function WritableStreamFinishInFlightCloseWithError(stream, error) {
  // 1–3. Reject the close request that is in flight.
  assert(stream.inFlightCloseRequest !== undefined, "the sink was closing");
  stream.inFlightCloseRequest.reject(error);
  stream.inFlightCloseRequest = undefined;
  // 4–5. Reject the pending abort request too.
  assert(stream.state === "writable" || stream.state === "erroring", "it could not end while closing");
  if (stream.pendingAbortRequest !== undefined) {
    stream.pendingAbortRequest.completion.reject(error);
    stream.pendingAbortRequest = undefined;
  }
  // 6. The stream deals with the rejection.
  WritableStreamDealWithRejection(stream, error);
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write */
export function WritableStreamFinishInFlightWrite(stream) {
  // 1–3. Resolve the write request that is in flight.
  assert(stream.inFlightWriteRequest !== undefined, "the sink was writing");
  stream.inFlightWriteRequest.resolve();
  stream.inFlightWriteRequest = undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error */
export function WritableStreamFinishInFlightWriteWithError(stream, error) {
  // 1–3. Reject the write request that is in flight.
  assert(stream.inFlightWriteRequest !== undefined, "the sink was writing");
  stream.inFlightWriteRequest.reject(error);
  stream.inFlightWriteRequest = undefined;
  // 4–5. The stream deals with the rejection.
  assert(stream.state === "writable" || stream.state === "erroring", "it could not end while writing");
  WritableStreamDealWithRejection(stream, error);
}

/** https://streams.spec.whatwg.org/#writable-stream-has-operation-marked-in-flight */
export function WritableStreamHasOperationMarkedInFlight(stream) {
  // 1–2. A write request or a close request is in flight.
  return stream.inFlightWriteRequest !== undefined || stream.inFlightCloseRequest !== undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-mark-close-request-in-flight */
export function WritableStreamMarkCloseRequestInFlight(stream) {
  // 1–4. The close request is now in flight.
  assert(stream.inFlightCloseRequest === undefined, "the sink is idle");
  assert(stream.closeRequest !== undefined, "somebody closes the stream");
  stream.inFlightCloseRequest = stream.closeRequest;
  stream.closeRequest = undefined;
}

/** https://streams.spec.whatwg.org/#writable-stream-mark-first-write-request-in-flight */
export function WritableStreamMarkFirstWriteRequestInFlight(stream) {
  // 1–5. The first write request leaves the list and is in flight.
  assert(stream.inFlightWriteRequest === undefined, "the sink is idle");
  assert(!stream.writeRequests.is_empty, "there is something to write");
  stream.inFlightWriteRequest = stream.writeRequests.remove_first();
}

/** https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed */
export function WritableStreamRejectCloseAndClosedPromiseIfNeeded(stream) {
  // 1–2. Reject the close request with the stored error.
  assert(stream.state === "errored", "only an error rejects them");
  if (stream.closeRequest !== undefined) {
    assert(stream.inFlightCloseRequest === undefined, "it is closed once");
    stream.closeRequest.reject(stream.storedError);
    stream.closeRequest = undefined;
  }
  // 3–4. Reject the writer's closed promise, and mark it as handled.
  const writer = stream.writer;
  if (writer !== undefined) {
    writer.closedPromise.reject(stream.storedError);
    writer.closedPromise.set_is_handled();
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-start-erroring */
export function WritableStreamStartErroring(stream, reason) {
  // 1–4. Only a writable stream with a controller, and without a stored error, starts erroring.
  assert(stream.storedError === undefined, "there is no error yet");
  assert(stream.state === "writable", "only a writable stream becomes errored");
  const controller = stream.controller;
  assert(controller !== undefined, "the stream has been set up");
  // 5–6. The state becomes erroring, for this reason.
  stream.state = "erroring";
  stream.storedError = reason;
  // 7–8. The writer's ready promise is rejected.
  const writer = stream.writer;
  if (writer !== undefined) {
    WritableStreamDefaultWriterEnsureReadyPromiseRejected(writer, reason);
  }
  // 9. With no operation in flight, and the controller started, the erroring finishes at once.
  if (!WritableStreamHasOperationMarkedInFlight(stream) && controller.started) {
    WritableStreamFinishErroring(stream);
  }
}

/** https://streams.spec.whatwg.org/#writable-stream-update-backpressure */
export function WritableStreamUpdateBackpressure(stream, backpressure) {
  // 1–2. The stream is writable, and is not about to close.
  assert(stream.state === "writable", "only a writable stream has backpressure");
  assert(!WritableStreamCloseQueuedOrInFlight(stream), "nothing is written after the close");
  // 3–4. Backpressure that changes gives the writer a new ready promise, or resolves the one it has.
  const writer = stream.writer;
  if (writer !== undefined && backpressure !== stream.backpressure) {
    if (backpressure) {
      writer.readyPromise = new PromiseSlot();
    } else {
      writer.readyPromise.resolve();
    }
  }
  // 5. Remember the backpressure.
  stream.backpressure = backpressure;
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-closed-promise-rejected */
export function WritableStreamDefaultWriterEnsureClosedPromiseRejected(writer, error) {
  // 1–3. Reject the writer's closed promise, or replace it by a rejected one; it counts as handled.
  writer.closedPromise = ensure_rejected(writer.closedPromise, error);
}

/** https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected */
export function WritableStreamDefaultWriterEnsureReadyPromiseRejected(writer, error) {
  // 1–3. Reject the writer's ready promise, or replace it by a rejected one; it counts as handled.
  writer.readyPromise = ensure_rejected(writer.readyPromise, error);
}

function ensure_rejected(slot, error) {
  // 1. Reject a promise that is pending.
  if (slot.state === "pending") {
    slot.reject(error);
    slot.set_is_handled();
    return slot;
  }
  // 2–3. Replace one that is settled.
  return PromiseSlot.rejected(error, true);
}
