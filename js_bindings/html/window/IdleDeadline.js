import { current_high_resolution_time } from "../../realm/high_resolution_time.js";
import { invoke_callback_and_report } from "../../webidl/callbacks.js";
import { platform_object_of } from "../../webidl/platform_objects.js";
import { queue_a_global_task } from "../../realm/tasks.js";

/** https://w3c.github.io/requestidlecallback/ ; a page without a screen is idle between any two tasks. */

const IDLE_PERIOD = 50;
const callbacks = new Map();
let last_handle = 0;

/** https://w3c.github.io/requestidlecallback/#dom-idledeadline */
export class IdleDeadline {
  end = 0;
  didTimeout = false;

  timeRemaining() {
    return Math.max(0, this.end - current_high_resolution_time());
  }
}

/** https://w3c.github.io/requestidlecallback/#the-requestidlecallback-method */
export function request_idle_callback(callback, options) {
  const handle = ++last_handle;
  callbacks.set(handle, callback);
  queue_a_global_task("idle-task task source", () => {
    if (callbacks.delete(handle)) {
      const deadline = new IdleDeadline();
      deadline.end = current_high_resolution_time() + IDLE_PERIOD;
      invoke_callback_and_report(callback, undefined, [platform_object_of(deadline)]);
    }
  });
  return handle;
}

export function cancel_idle_callback(handle) {
  callbacks.delete(handle);
}
