import { call_script, shared } from "../intrinsics.js";
import { host } from "../ops.js";
import { load } from "./lazy.js";

/**
 * Calling back a script: https://webidl.spec.whatwg.org/#invoke-a-callback-function
 *
 * After a callback the microtasks run if no other script is on the stack. Our own functions do not count as script, but the engine
 * cannot tell them apart: so upcalls say that they begin (`as_native_task`), and everything a script calls is at least one deeper.
 */

let native = false;

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#incumbent-settings-object , its global object.
 *
 * AD-HOC: the global whose task is running, whatever function of another realm it has called.
 */
export function incumbent_global() {
  return shared.incumbent_global ?? globalThis;
}

/** Run `steps`, which no script has called: the microtasks may run after each callback in it. */
export function as_native_task(steps, args) {
  const before = native;
  native = true;
  shared.incumbent_global = globalThis;
  try {
    return steps(...args);
  } finally {
    native = before;
  }
}

/** Call `callback`; what it throws is thrown. Arguments are the script's own values (platform objects, not implementation objects). */
export function invoke_callback(callback, this_value, args) {
  if (!native) {
    return call_script(callback, this_value, args);
  }
  native = false;
  try {
    return call_script(callback, this_value, args);
  } finally {
    // https://html.spec.whatwg.org/multipage/webappapis.html#clean-up-after-running-script
    host.perform_a_microtask_checkpoint();
    native = true;
  }
}

/** Call `callback`; what it throws is reported to the global, and undefined returned. */
export function invoke_callback_and_report(callback, this_value, args) {
  try {
    return invoke_callback(callback, this_value, args);
  } catch (error) {
    load("realm/report_an_exception.js").report_an_exception(error);
    return undefined;
  }
}
