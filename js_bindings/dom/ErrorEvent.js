import { Event, initialize_attributes } from "./Event.js";

/** https://html.spec.whatwg.org/multipage/webappapis.html#errorevent */
export class ErrorEvent extends Event {
  message = "";
  filename = "";
  lineno = 0;
  colno = 0;
  error = undefined;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  get is_error_event() {
    return true;
  }
}
