import { initialize_an_event, initialize_attributes } from "../dom/Event.js";
import { modifier_state } from "./modifiers.js";
import { UIEvent } from "./UIEvent.js";

/** https://w3c.github.io/uievents/#interface-keyboardevent */
export class KeyboardEvent extends UIEvent {
  key = "";
  code = "";
  location = 0;
  ctrlKey = false;
  shiftKey = false;
  altKey = false;
  metaKey = false;
  repeat = false;
  isComposing = false;
  charCode = 0;
  keyCode = 0;
  modifierAltGraph = false;
  modifierCapsLock = false;
  modifierFn = false;
  modifierFnLock = false;
  modifierHyper = false;
  modifierNumLock = false;
  modifierScrollLock = false;
  modifierSuper = false;
  modifierSymbol = false;
  modifierSymbolLock = false;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  getModifierState(key) {
    return modifier_state(this, key);
  }

  initKeyboardEvent(type, bubbles, cancelable, view, key, location, ctrlKey, altKey, shiftKey, metaKey) {
    if (!this.dispatch_flag) {
      initialize_an_event(this, type, bubbles, cancelable);
      Object.assign(this, { view, key, location, ctrlKey, altKey, shiftKey, metaKey });
    }
  }
}
