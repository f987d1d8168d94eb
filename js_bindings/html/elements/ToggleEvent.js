import { Event, initialize_attributes } from "../../dom/Event.js";

/** https://html.spec.whatwg.org/multipage/interaction.html#toggleevent */
export class ToggleEvent extends Event {
  oldState = "";
  newState = "";
  source = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
