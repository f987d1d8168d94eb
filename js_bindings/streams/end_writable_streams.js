import { signal_abort } from "../dom/AbortSignal.js";
import { a_promise_rejected_with, a_promise_resolved_with } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { PromiseSlot } from "./PromiseSlot.js";
import { WritableStreamDefaultControllerClose } from "./writable_default_controllers.js";
import { WritableStreamCloseQueuedOrInFlight, WritableStreamStartErroring } from "./writable_streams.js";

// https://streams.spec.whatwg.org/#ws-abstract-ops : those that end a stream.

/** https://streams.spec.whatwg.org/#writable-stream-abort */
export function WritableStreamAbort(stream, reason) {
  // 1.
  if (stream.state === "closed" || stream.state === "errored") {
    return a_promise_resolved_with(undefined);
  }
  // 2. Tell the sink now, whatever it is busy with.
  signal_abort(stream.controller.signal, reason);
  // 3–4. That ran script, which may have changed everything.
  const state = stream.state;
  if (state === "closed" || state === "errored") {
    return a_promise_resolved_with(undefined);
  }
  // 5–6.
  if (stream.pendingAbortRequest !== undefined) {
    return stream.pendingAbortRequest.completion.promise;
  }
  assert(state === "writable" || state === "erroring", "nothing else is left");
  // 7–8. Somebody was quicker: it is their error that counts.
  const wasAlreadyErroring = state === "erroring";
  const used_reason = wasAlreadyErroring ? undefined : reason;
  // 9–10.
  const completion = new PromiseSlot();
  stream.pendingAbortRequest = { completion, reason: used_reason, was_already_erroring: wasAlreadyErroring };
  // 11–12.
  if (!wasAlreadyErroring) {
    WritableStreamStartErroring(stream, used_reason);
  }
  return completion.promise;
}

/** https://streams.spec.whatwg.org/#writable-stream-close */
export function WritableStreamClose(stream) {
  // 1–2.
  const state = stream.state;
  if (state === "closed" || state === "errored") {
    return a_promise_rejected_with(new TypeError(`The stream is ${state}`));
  }
  // 3–4.
  assert(state === "writable" || state === "erroring", "nothing else is left");
  assert(!WritableStreamCloseQueuedOrInFlight(stream), "the caller has checked that nobody closes it");
  // 5–6.
  const request = new PromiseSlot();
  stream.closeRequest = request;
  // 7–8. Nobody needs to wait for room any more.
  const writer = stream.writer;
  if (writer !== undefined && stream.backpressure && state === "writable") {
    writer.readyPromise.resolve();
  }
  // 9–10.
  WritableStreamDefaultControllerClose(stream.controller);
  return request.promise;
}
