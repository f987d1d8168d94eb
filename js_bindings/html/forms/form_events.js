import { Event, initialize_attributes } from "../../dom/Event.js";

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#the-submitevent-interface */
export class SubmitEvent extends Event {
  submitter = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#the-formdataevent-interface */
export class FormDataEvent extends Event {
  formData = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
