import { initialize_an_event, initialize_attributes } from "../dom/Event.js";
import { UIEvent } from "./UIEvent.js";

/** https://w3c.github.io/uievents/#interface-inputevent */
export class InputEvent extends UIEvent {
  data = null;
  isComposing = false;
  inputType = "";

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}

/** https://w3c.github.io/uievents/#interface-compositionevent */
export class CompositionEvent extends UIEvent {
  data = "";

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  initCompositionEvent(type, bubbles, cancelable, view, data) {
    if (!this.dispatch_flag) {
      initialize_an_event(this, type, bubbles, cancelable);
      Object.assign(this, { view, data });
    }
  }
}
