import { a_promise_rejected_with, a_promise_resolved_with, new_promise } from "../webidl/promises.js";
import { invoke_callback } from "../webidl/callbacks.js";

// The algorithms a controller keeps: what a stream does to start, pull, write, transform, …

/**
 * OPTIMIZATION: one promise resolved with undefined for all algorithms that have nothing to wait for. No script ever gets it,
 * and a reaction to it runs as soon as one to a promise of its own would.
 */
export const RESOLVED = a_promise_resolved_with(undefined);

export function return_undefined() {
  return undefined;
}

export function return_resolved() {
  return RESOLVED;
}

export function return_one() {
  return 1;
}

/**
 * https://webidl.spec.whatwg.org/#invoke-a-callback-function
 *
 * An algorithm that calls back a script's function whose return type is Promise<undefined>: what it throws is a rejection.
 */
export function promise_algorithm(callback, this_value) {
  return (...args) => {
    let result;
    try {
      result = invoke_callback(callback, this_value, args);
    } catch (error) {
      return a_promise_rejected_with(error);
    }
    return to_promise(result);
  };
}

/** https://webidl.spec.whatwg.org/#js-promise : always a promise of its own, also for a promise. */
export function to_promise(value) {
  if (value === undefined) {
    return RESOLVED;
  }
  const { promise, resolve } = new_promise();
  resolve(value);
  return promise;
}

/**
 * What "set up" of the section for other specifications makes of an algorithm that may be missing, may throw,
 * and may return a promise or nothing.
 */
export function wrap_algorithm(algorithm) {
  if (algorithm === undefined) {
    return return_resolved;
  }
  return (argument) => {
    let result;
    try {
      result = algorithm(argument);
    } catch (error) {
      return a_promise_rejected_with(error);
    }
    return result ?? RESOLVED;
  };
}
