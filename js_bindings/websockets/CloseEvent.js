import { Event, initialize_attributes } from "../dom/Event.js";

/** https://websockets.spec.whatwg.org/#the-closeevent-interface */
export class CloseEvent extends Event {
  wasClean = false;
  code = 0;
  reason = "";

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
