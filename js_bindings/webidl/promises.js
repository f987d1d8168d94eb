import { IntrinsicPromise, promise_reject, promise_resolve, promise_then } from "../intrinsics.js";

/** https://webidl.spec.whatwg.org/#js-promise-manipulation , with the `then` of before any script. */

const do_nothing = () => undefined;

/** https://webidl.spec.whatwg.org/#a-new-promise : `{promise, resolve, reject}` */
export function new_promise() {
  let resolve, reject;
  const promise = new IntrinsicPromise((resolve_it, reject_it) => {
    resolve = resolve_it;
    reject = reject_it;
  });
  return { __proto__: null, promise, resolve, reject };
}

/** https://webidl.spec.whatwg.org/#a-promise-resolved-with : always a new one, also for a promise. */
export function a_promise_resolved_with(value) {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") {
    return promise_resolve(value);
  }
  return new IntrinsicPromise((resolve) => resolve(value));
}

/** https://webidl.spec.whatwg.org/#a-promise-rejected-with */
export function a_promise_rejected_with(reason) {
  return promise_reject(reason);
}

/** https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled : the promise of what the steps return. */
export function react(promise, on_fulfilled, on_rejected) {
  return promise_then(promise, on_fulfilled, on_rejected);
}

/** https://webidl.spec.whatwg.org/#upon-fulfillment ; what `steps` throw is a bug of ours and shows as an unhandled rejection. */
export function upon_fulfillment(promise, steps) {
  promise_then(promise, steps, do_nothing);
}

/** https://webidl.spec.whatwg.org/#upon-rejection */
export function upon_rejection(promise, steps) {
  promise_then(promise, undefined, steps);
}

/** Both at once. */
export function upon_settlement(promise, on_fulfilled, on_rejected) {
  promise_then(promise, on_fulfilled, on_rejected);
}

/** https://webidl.spec.whatwg.org/#mark-a-promise-as-handled */
export function set_promise_is_handled(promise) {
  promise_then(promise, undefined, do_nothing);
}
