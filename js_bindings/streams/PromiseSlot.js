import { new_promise, set_promise_is_handled } from "../webidl/promises.js";

/**
 * A promise that an object of this standard keeps in a slot, together with the means to settle it and what it became.
 *
 * OPTIMIZATION: the promise itself is made when it is first looked at. Streams read or written by the engine alone never look.
 * It cannot be observed: a promise made late is already in the state it would have had.
 */
export class PromiseSlot {
  state = "pending";
  reason = undefined;
  is_handled = false;
  capability = undefined;

  static resolved() {
    const slot = new PromiseSlot();
    slot.state = "fulfilled";
    return slot;
  }

  /** A rejected promise whose rejection counts as handled if `is_handled`. */
  static rejected(reason, is_handled = false) {
    const slot = new PromiseSlot();
    slot.state = "rejected";
    slot.reason = reason;
    slot.is_handled = is_handled;
    return slot;
  }

  get promise() {
    if (this.capability === undefined) {
      this.capability = new_promise();
      this.settle();
    }
    return this.capability.promise;
  }

  /** Every promise of this standard that lives in a slot is fulfilled with undefined. */
  resolve() {
    if (this.state === "pending") {
      this.state = "fulfilled";
      this.settle();
    }
  }

  reject(reason) {
    if (this.state === "pending") {
      this.state = "rejected";
      this.reason = reason;
      this.settle();
    }
  }

  set_is_handled() {
    this.is_handled = true;
    if (this.capability !== undefined) {
      set_promise_is_handled(this.capability.promise);
    }
  }

  settle() {
    if (this.capability === undefined) {
      return;
    }
    if (this.state === "fulfilled") {
      this.capability.resolve(undefined);
    } else if (this.state === "rejected") {
      this.capability.reject(this.reason);
    }
    if (this.is_handled) {
      set_promise_is_handled(this.capability.promise);
    }
  }
}
