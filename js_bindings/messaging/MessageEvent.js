import { Event, initialize_an_event, initialize_attributes } from "../dom/Event.js";

/** https://html.spec.whatwg.org/multipage/comms.html#messageevent */
export class MessageEvent extends Event {
  data = null;
  origin = "";
  lastEventId = "";
  source = null;
  ports = [];

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  /** https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent */
  initMessageEvent(type, bubbles, cancelable, data, origin, last_event_id, source, ports) {
    // NB: like initEvent(), an event under way keeps what it has.
    if (this.dispatch_flag) {
      return;
    }
    initialize_an_event(this, type, bubbles, cancelable);
    this.data = data;
    this.origin = origin;
    this.lastEventId = last_event_id;
    this.source = source;
    this.ports = ports;
  }
}
