import { create_an_event, initialize_attributes } from "../dom/Event.js";
import { ExtendableEvent } from "../service_worker/ExtendableEvent.js";
import { background_fetch_registration_object } from "./instances.js";

/** https://wicg.github.io/background-fetch/#background-fetch-event */
export class BackgroundFetchEvent extends ExtendableEvent {
  registration = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  /** Ours: the event that Python fires; `init.background_fetch` is the snapshot of a background fetch. */
  static from_functional_init(init, name) {
    return create_an_event(this, name, { registration: background_fetch_registration_object(init.background_fetch) });
  }
}
