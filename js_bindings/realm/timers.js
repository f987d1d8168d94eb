import { invoke_callback } from "../webidl/callbacks.js";
import { op_timers_clear, op_timers_may_run_string, op_timers_run_string, op_timers_set } from "../ops.js";
import { report_an_exception } from "./report_an_exception.js";

/** Timers, https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers */

// https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#map-of-settimeout-and-setinterval-ids
// The id that the script has → the timer's unique handle, which is the key in `waiting`.
const timer_ids = new Map();
let last_timer_id = 0;
// Timers that run: unique handle → {completion steps, the event loop's id}.
const waiting = new Map();
let last_handle = 0;
// The nesting level of the timer task that runs now; 0 in any other task.
let current_nesting_level = 0;

/**
 * https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#run-steps-after-a-timeout
 *
 * The completion steps run in a task of the timer task source. Returns a handle for `cancel_steps_after_a_timeout`.
 */
export function run_steps_after_a_timeout(milliseconds, completion_steps) {
  // 1–3. A unique internal value for the timer.
  const handle = ++last_handle;
  // 4–5. Wait; the event loop keeps those with the same due time in order.
  waiting.set(handle, { completion_steps, timer: op_timers_set(handle, milliseconds) });
  // 6. The timer key.
  return handle;
}

export function cancel_steps_after_a_timeout(handle) {
  const entry = waiting.get(handle);
  if (entry !== undefined) {
    waiting.delete(handle);
    op_timers_clear(entry.timer);
  }
}

/** An upcall: the time is over. */
export function up_run_timer(handle) {
  const entry = waiting.get(handle);
  waiting.delete(handle);
  entry?.completion_steps();
}

/** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timer-initialisation-steps */
export function timer_initialization_steps(handler, timeout, args, repeat, previous_id = undefined) {
  // AD-HOC: what no policy lets run is not even waited for, as in browsers; the text would notice when the time is over.
  if (previous_id === undefined && typeof handler !== "function" && !op_timers_may_run_string(handler)) {
    return 0;
  }
  // 1. NB: the object timers are called on is always the global.
  // 2. A repeating timer keeps its id.
  const id = previous_id ?? ++last_timer_id;
  // 3. The nesting level.
  const nesting_level = current_nesting_level;
  // 4–5. A deep nesting level makes the timeout at least 4 ms.
  let delay = Math.max(timeout, 0);
  if (nesting_level > 5 && delay < 4) {
    delay = 4;
  }
  // 6–9. The task:
  const completion_steps = () => {
    // 9.1–9.3. A timer that was cleared (and whose id may be another's by now) runs no more.
    if (timer_ids.get(id) !== handle) {
      return;
    }
    // 10–12. Timers that it sets are one nesting level deeper.
    current_nesting_level = nesting_level + 1;
    try {
      // 9.4–9.6. Invoke the handler, or run it as a script.
      if (typeof handler === "function") {
        invoke_callback(handler, globalThis, args);
      } else {
        invoke_callback(op_timers_run_string, undefined, [handler]);
      }
    } catch (error) {
      report_an_exception(error);
    }
    try {
      // 9.7–9.8. A timer that the handler cleared runs no more.
      if (timer_ids.get(id) !== handle) {
        return;
      }
      // 9.9–9.10. Repeat, or forget the id.
      if (repeat) {
        timer_initialization_steps(handler, timeout, args, true, id);
      } else {
        timer_ids.delete(id);
      }
    } finally {
      current_nesting_level = 0;
    }
  };
  // 13–14. Run the task after the timeout; remember the timer under its id.
  const handle = run_steps_after_a_timeout(delay, completion_steps);
  timer_ids.set(id, handle);
  // 15. The id.
  return id;
}

/** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-cleartimeout */
export function clear_timer(id) {
  const handle = timer_ids.get(id);
  if (handle !== undefined) {
    timer_ids.delete(id);
    cancel_steps_after_a_timeout(handle);
  }
}
