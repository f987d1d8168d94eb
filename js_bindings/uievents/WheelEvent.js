import { initialize_attributes } from "../dom/Event.js";
import { MouseEvent } from "./MouseEvent.js";

/** https://w3c.github.io/uievents/#interface-wheelevent */
export class WheelEvent extends MouseEvent {
  deltaX = 0;
  deltaY = 0;
  deltaZ = 0;
  deltaMode = 0;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
