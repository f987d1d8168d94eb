import { Event } from "../dom/Event.js";
import { note_of_the_call } from "../intrinsics.js";
import { op_service_worker_event_is_over } from "../ops.js";
import { a_promise_resolved_with, react, upon_settlement } from "../webidl/promises.js";
import { report_failure_in_event } from "./reports.js";

/** https://w3c.github.io/ServiceWorker/#extendableevent-interface */
export class ExtendableEvent extends Event {
  // https://w3c.github.io/ServiceWorker/#extendableevent-extend-lifetime-promises : all that is asked of them is whether one was rejected.
  has_rejected_promise = false;
  pending_promises_count = 0;
  timed_out_flag = false;
  number = 0;               // Python knows the event by it; 0: it does not
  lifetime_is_over = false; // and has been told that it is over

  get is_active() {
    return !this.timed_out_flag && (this.pending_promises_count > 0 || this.dispatch_flag);
  }

  /** https://w3c.github.io/ServiceWorker/#wait-until-method */
  waitUntil(promise) {
    const call = note_of_the_call();
    add_lifetime_promise(promise, this, (reason) => {
      if (!this.expects(reason)) report_failure_in_event(this, "a promise given to waitUntil()", reason, call);
    });
  }

  /** Ours: whether `reason` is no failure but what somebody outside wanted. */
  expects(reason) {
    return false;
  }

  /** Ours: the event has been dispatched, or one of its promises has settled: tell Python if that was the last. */
  lifetime_has_changed() {
    if (this.dispatch_flag || this.pending_promises_count > 0 || this.number === 0 || this.lifetime_is_over) {
      return;
    }
    this.end_lifetime();
    op_service_worker_event_is_over(this.number, this.has_rejected_promise);
  }

  end_lifetime() {
    this.lifetime_is_over = true;
    pending_events.delete(this.number);
  }
}

/** Ours: the events that Python has dispatched and whose lifetime is not over, by number. */
export const pending_events = new Map();

const settled = a_promise_resolved_with(undefined);

/** https://w3c.github.io/ServiceWorker/#extendableevent-add-lifetime-promise ; `on_rejected` (ours) hears why the promise was rejected. */
export function add_lifetime_promise(promise, event, on_rejected) {
  // 1. An event that a script made has no lifetime.
  if (!event.isTrusted) {
    throw new DOMException("the event was not dispatched by the user agent", "InvalidStateError");
  }
  // 2. An event that is not active is over, and stays so.
  if (!event.is_active) {
    throw new DOMException("the event handler is already finished and no extend lifetime promises are outstanding", "InvalidStateError");
  }
  // 3–4. Count the promise among those that extend the lifetime.
  ++event.pending_promises_count;
  // 5. When it settles, queue a microtask, so that a reaction of the script may still extend the lifetime.
  const decrement = () => {
    // 5.1–5.2. One promise less; with the last one the lifetime ends.
    --event.pending_promises_count;
    event.lifetime_has_changed();
  };
  upon_settlement(promise, () => {
    react(settled, decrement);
  }, (reason) => {
    event.has_rejected_promise = true;
    on_rejected(reason);
    react(settled, decrement);
  });
}
