import { signal_abort } from "../dom/AbortSignal.js";
import { a_promise_rejected_with, a_promise_resolved_with } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { WritableStreamDefaultControllerClose } from "./writable_default_controllers.js";
import { WritableStreamCloseQueuedOrInFlight, WritableStreamStartErroring } from "./writable_streams.js";

// https://streams.spec.whatwg.org/#ws-abstract-ops : those that end a stream.

/** https://streams.spec.whatwg.org/#writable-stream-abort */
export function WritableStreamAbort(stream, reason) {
  // 1. A stream that has ended is not aborted.
  if (stream.state === "closed" || stream.state === "errored") {
    return a_promise_resolved_with(undefined);
  }
  // 2. Signal abort through the controller's abort controller, so that the sink hears of it at once.
  signal_abort(stream.controller.signal, reason);
  // 3–4. That ran script, which may have ended the stream.
  const state = stream.state;
  if (state === "closed" || state === "errored") {
    return a_promise_resolved_with(undefined);
  }
  // 5–6. A pending abort request serves this abort too.
  if (stream.pendingAbortRequest !== undefined) {
    return stream.pendingAbortRequest.completion.promise;
  }
  assert(state === "writable" || state === "erroring", "nothing else is left");
  // 7–8. An erroring stream keeps its stored error, and the reason is not used.
  const wasAlreadyErroring = state === "erroring";
  const used_reason = wasAlreadyErroring ? undefined : reason;
  // 9–10. Make the pending abort request.
  const completion = new PromiseSlot();
  stream.pendingAbortRequest = { completion, reason: used_reason, was_already_erroring: wasAlreadyErroring };
  // 11–12. A writable stream starts erroring; the promise is that of the request.
  if (!wasAlreadyErroring) {
    WritableStreamStartErroring(stream, used_reason);
  }
  return completion.promise;
}

/** https://streams.spec.whatwg.org/#writable-stream-close */
export function WritableStreamClose(stream) {
  // 1–2. A stream that has ended cannot be closed.
  const state = stream.state;
  if (state === "closed" || state === "errored") {
    return a_promise_rejected_with(new TypeError(`The stream is ${state}`));
  }
  // 3–4. The stream is writable or erroring, and nobody closes it yet.
  assert(state === "writable" || state === "erroring", "nothing else is left");
  assert(!WritableStreamCloseQueuedOrInFlight(stream), "the caller has checked that nobody closes it");
  // 5–6. Make the close request.
  const request = new PromiseSlot();
  stream.closeRequest = request;
  // 7–8. A writer that waits for the end of backpressure need not wait any more.
  const writer = stream.writer;
  if (writer !== undefined && stream.backpressure && state === "writable") {
    writer.readyPromise.resolve();
  }
  // 9–10. The controller puts the close into its queue; the promise is that of the request.
  WritableStreamDefaultControllerClose(stream.controller);
  return request.promise;
}
