import { error_for_script, promise_for_script, string_slice } from "../intrinsics.js";
import { op_errors_report } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { extract_error_information } from "./report_an_exception.js";
import { queue_a_global_task } from "./tasks.js";

/** https://html.spec.whatwg.org/multipage/webappapis.html#unhandled-promise-rejections */

// Rejected promises that were reported and have no handler yet.
const outstanding_rejected_promises = new WeakSet();
// The about-to-be-notified list, from the checkpoint until its task: promise → reason.
const about_to_be_notified = new Map();

/**
 * An upcall after a microtask checkpoint, with what the engine has seen since the last one, in order:
 * for each, a promise, its reason, and whether the news is that somebody handles it after all.
 *
 * https://html.spec.whatwg.org/multipage/webappapis.html#notify-about-rejected-promises , and before it the bookkeeping of
 * https://html.spec.whatwg.org/multipage/webappapis.html#the-hostpromiserejectiontracker-implementation
 */
export function up_notify_about_rejected_promises(...news) {
  const handled_late = new Map();
  const list = new Map();
  for (let index = 0; index < news.length; index += 3) {
    const promise = news[index];
    const reason = news[index + 1];
    if (!news[index + 2]) {
      list.set(promise, reason);
    } else if (!list.delete(promise) && !about_to_be_notified.delete(promise) && outstanding_rejected_promises.delete(promise)) {
      handled_late.set(promise, reason);
    }
  }
  handled_late.forEach((reason, promise) => {
    // Tell that a reported rejection has found its handler.
    queue_a_global_task("DOM manipulation task source", () => {
      fire_a_promise_rejection_event("rejectionhandled", promise, reason, false);
    });
  });
  // 1–3. Take the about-to-be-notified rejected promises,
  if (list.size === 0) {
    return;
  }
  list.forEach((reason, promise) => about_to_be_notified.set(promise, reason));
  // 4. for which a task is queued.
  queue_a_global_task("DOM manipulation task source", () => {
    list.forEach((reason, promise) => {
      // 4.1.1. A promise that was handled in the meantime is left out.
      if (!about_to_be_notified.has(promise)) {
        return;
      }
      // 4.1.2. Fire "unhandledrejection".
      const not_handled = fire_a_promise_rejection_event("unhandledrejection", promise, reason, true);
      // 4.1.3. Not handled: report the exception.
      if (not_handled) {
        const { filename, lineno, colno, message, stack } = extract_error_information(reason);
        op_errors_report("Uncaught (in promise)" + string_slice(message, "Uncaught".length), filename, lineno, colno, stack);
      }
      // 4.1.4. The promise is an outstanding rejected one now. NB: one that a listener has just added is news of the next checkpoint, and
      // must not be.
      if (about_to_be_notified.delete(promise)) {
        outstanding_rejected_promises.add(promise);
      }
    });
  });
}

/** At the global; false when a listener cancelled it. */
function fire_a_promise_rejection_event(name, promise, reason, cancelable) {
  const { fire_an_event } = load("dom/EventTarget.js");
  const { PromiseRejectionEvent } = load("dom/PromiseRejectionEvent.js");
  const init = { cancelable, promise: promise_for_script(promise), reason: error_for_script(reason) };
  return fire_an_event(name, implementation_of(globalThis), init, PromiseRejectionEvent);
}
