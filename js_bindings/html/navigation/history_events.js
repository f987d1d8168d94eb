import { Event, initialize_attributes } from "../../dom/Event.js";

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-popstateevent-interface */
export class PopStateEvent extends Event {
  state = null;
  hasUAVisualTransition = false;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-hashchangeevent-interface */
export class HashChangeEvent extends Event {
  oldURL = "";
  newURL = "";

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-pagetransitionevent-interface */
export class PageTransitionEvent extends Event {
  persisted = false;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-beforeunloadevent-interface */
export class BeforeUnloadEvent extends Event {
  return_value = "";

  get is_before_unload_event() {
    return true;
  }

  get returnValue() {
    return this.return_value;
  }

  set returnValue(value) {
    this.return_value = value;
  }
}
