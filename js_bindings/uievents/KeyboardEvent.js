import { initialize_an_event, initialize_attributes } from "../dom/Event.js";
import { EventWithModifiers } from "./modifiers.js";

/** https://w3c.github.io/uievents/#interface-keyboardevent */
export class KeyboardEvent extends EventWithModifiers {
  key = "";
  code = "";
  location = 0;
  repeat = false;
  isComposing = false;
  charCode = 0;
  keyCode = 0;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  initKeyboardEvent(type, bubbles, cancelable, view, key, location, ctrlKey, altKey, shiftKey, metaKey) {
    if (!this.dispatch_flag) {
      initialize_an_event(this, type, bubbles, cancelable);
      Object.assign(this, { view, key, location, ctrlKey, altKey, shiftKey, metaKey });
    }
  }
}
