import { Event, initialize_an_event, initialize_attributes } from "../../dom/Event.js";

/** https://html.spec.whatwg.org/multipage/webstorage.html#the-storageevent-interface */
export class StorageEvent extends Event {
  key = null;
  oldValue = null;
  newValue = null;
  url = "";
  storageArea = null;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }

  initStorageEvent(type, bubbles, cancelable, key, old_value, new_value, url, storage_area) {
    if (this.dispatch_flag) {
      return;
    }
    initialize_an_event(this, type, bubbles, cancelable);
    Object.assign(this, { key, oldValue: old_value, newValue: new_value, url, storageArea: storage_area });
  }
}
