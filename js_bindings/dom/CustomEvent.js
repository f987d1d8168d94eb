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
    // 1. An event under way keeps what it has.
    if (this.dispatch_flag) {
      return;
    }
    // 2. Start over.
    initialize_an_event(this, type, bubbles, cancelable);
    // 3. The additional attribute.
    this.detail = detail;
  }
}
