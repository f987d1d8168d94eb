import { Event, initialize_attributes } from "./Event.js";

/** https://xhr.spec.whatwg.org/#interface-progressevent */
export class ProgressEvent extends Event {
  lengthComputable = false;
  loaded = 0;
  total = 0;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
