import { initialize_attributes } from "../dom/Event.js";
import { ExtendableEvent } from "./ExtendableEvent.js";

/** https://w3c.github.io/ServiceWorker/#extendablemessageevent-interface */
export class ExtendableMessageEvent extends ExtendableEvent {
  data = null;
  origin = "";
  lastEventId = "";
  source = null;
  ports = [];

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
