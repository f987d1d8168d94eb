import { new_promise, promise_for_script, promise_rejected_with, promise_resolved_with, promise_then } from "../intrinsics.js";

/**
 * https://webidl.spec.whatwg.org/#js-promise-manipulation
 *
 * A promise made here shows nothing of itself to scripts until it is handed out, which the conversion of results does.
 */
export {
  new_promise,
  /** A promise whose value its maker has converted (`platform_object_of`): the conversion of results hands it on as it is. */
  promise_for_script,
  promise_rejected_with as a_promise_rejected_with,
  promise_resolved_with as a_promise_resolved_with,
  /** https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled : the promise of what the steps return. */
  promise_then as react,
  /** Both at once. */
  promise_then as upon_settlement,
};

const do_nothing = () => undefined;

/** https://webidl.spec.whatwg.org/#upon-fulfillment ; what `steps` throw is a bug of ours and shows as an unhandled rejection. */
export function upon_fulfillment(promise, steps) {
  promise_then(promise, steps, do_nothing);
}

/** https://webidl.spec.whatwg.org/#upon-rejection */
export function upon_rejection(promise, steps) {
  promise_then(promise, undefined, steps);
}

/** https://webidl.spec.whatwg.org/#mark-a-promise-as-handled */
export function set_promise_is_handled(promise) {
  promise_then(promise, undefined, do_nothing);
}
