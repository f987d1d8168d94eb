import { initialize_an_event, initialize_attributes } from "../dom/Event.js";
import { EventWithModifiers } from "./modifiers.js";

/** https://w3c.github.io/uievents/#interface-mouseevent */
export class MouseEvent extends EventWithModifiers {
  screenX = 0;
  screenY = 0;
  clientX = 0;
  clientY = 0;
  button = 0;
  buttons = 0;
  relatedTarget = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
    this.related_target = this.relatedTarget;
  }

  get is_mouse_event() {
    return true;
  }

  get layerX() {
    return this.clientX;
  }

  get layerY() {
    return this.clientY;
  }

  initMouseEvent(
    type, bubbles, cancelable, view, detail, screenX, screenY, clientX, clientY, ctrlKey, altKey, shiftKey, metaKey, button, relatedTarget,
  ) {
    if (!this.dispatch_flag) {
      initialize_an_event(this, type, bubbles, cancelable);
      Object.assign(this, { view, detail, screenX, screenY, clientX, clientY, ctrlKey, altKey, shiftKey, metaKey, button, relatedTarget });
      this.related_target = relatedTarget;
    }
  }
}
