import { initialize_attributes } from "../dom/Event.js";
import { UIEvent } from "./UIEvent.js";

/** https://w3c.github.io/uievents/#interface-focusevent */
export class FocusEvent extends UIEvent {
  relatedTarget = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
    this.related_target = this.relatedTarget;
  }
}
