import { a_promise_rejected_with } from "../webidl/promises.js";

/** A statement of the specification that we rely on turned out to be false: a fault of ours, never of the script. */
export class AssertionError extends Error {
  name = "AssertionError";
}

/**
 * https://infra.spec.whatwg.org/#assert
 *
 * A failed assertion must be seen even if it happens inside a reaction to a promise, where an exception would only settle the next promise.
 * So besides being thrown it is left as a rejection that nobody handles, which the global reports.
 */
export function assert(condition, statement) {
  if (!condition) {
    const error = new AssertionError(statement);
    a_promise_rejected_with(error);
    throw error;
  }
}
