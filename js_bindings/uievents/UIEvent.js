import { Event, initialize_an_event, initialize_attributes } from "../dom/Event.js";

/** https://w3c.github.io/uievents/#interface-uievent */
export class UIEvent extends Event {
  view = null;
  detail = 0;
  which = 0;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  initUIEvent(type, bubbles, cancelable, view, detail) {
    if (!this.dispatch_flag) {
      initialize_an_event(this, type, bubbles, cancelable);
      Object.assign(this, { view, detail });
    }
  }
}
