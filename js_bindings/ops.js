import { apply } from "./intrinsics.js";
import { new_promise } from "./webidl/promises.js";

/**
 * The border to Python. Every op has its line here; its meaning is in engine/ops/. This module alone is given the host object;
 * scripts can reach neither.
 */
export const host = import.meta.host;

const pending = new Map();
let next_id = 1;

function asynchronous(start) {
  return (...args) => {
    const id = next_id++;
    const capability = new_promise();
    pending.set(id, capability);
    try {
      apply(start, undefined, [id, ...args]);
    } catch (error) {
      pending.delete(id);
      capability.reject(error);
    }
    return capability.promise;
  };
}

/** An upcall: the answer of an asynchronous op. `error` is null or [message, name, whether it is a DOMException]. */
export function up_settle(id, error, value) {
  const { resolve, reject } = pending.get(id);
  pending.delete(id);
  if (error === null) {
    resolve(value);
  } else {
    reject(apply(make_error, undefined, error));
  }
}

const ERRORS = { __proto__: null, TypeError, RangeError, SyntaxError, Error };

/** An error of this realm for one that Python raised. */
export function make_error(message, name, is_dom_exception) {
  return is_dom_exception ? new DOMException(message, name) : new (ERRORS[name] ?? Error)(message);
}

const ops = { __proto__: null };
host.op_names.forEach(([name, is_asynchronous], number) => {
  const call = host.call.bind(undefined, number);
  ops[name] = is_asynchronous ? asynchronous(call) : call;
});

export const {
  // bodies
  // console
  // encoding
  // fetch
  // file
  // messaging
  // scripts
  // timers
  // url
} = ops;
