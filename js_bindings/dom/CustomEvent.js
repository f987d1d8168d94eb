import { Event, initialize_an_event, initialize_attributes } from "./Event.js";

/** https://dom.spec.whatwg.org/#interface-customevent */
export class CustomEvent extends Event {
  detail = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  /** https://dom.spec.whatwg.org/#dom-customevent-initcustomevent */
  initCustomEvent(type, bubbles, cancelable, detail) {
    // 1. An event that is being dispatched is not initialized.
    if (this.dispatch_flag) {
      return;
    }
    // 2. Initialize the event.
    initialize_an_event(this, type, bubbles, cancelable);
    // 3. Set the detail.
    this.detail = detail;
  }
}
