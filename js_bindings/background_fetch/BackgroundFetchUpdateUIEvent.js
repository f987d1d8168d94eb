import { initialize_attributes } from "../dom/Event.js";
import { op_background_fetch_update_ui } from "../ops.js";
import { BackgroundFetchEvent } from "./BackgroundFetchEvent.js";

/** https://wicg.github.io/background-fetch/#background-fetch-update-ui-event */
export class BackgroundFetchUpdateUIEvent extends BackgroundFetchEvent {
  ui_updated_flag = false;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchupdateuievent-updateui */
  async updateUI(options) {
    // 1. The event is the user agent's, active, and its UI is not updated yet. NB: said at once, not in parallel.
    if (!this.isTrusted) throw new DOMException("the event was not dispatched by the user agent", "InvalidStateError");
    if (this.ui_updated_flag) throw new DOMException("updateUI() was called before", "InvalidStateError");
    if (!this.is_active) throw new DOMException("the event is over", "InvalidStateError");
    // 2. Set the UI updated flag.
    this.ui_updated_flag = true;
    // 3. NB: a dictionary is never null.
    // 4–7. In Python.
    await op_background_fetch_update_ui(this.registration.number, options);
  }
}
