import { ascii_lowercase } from "../infra/strings.js";
import { interfaces } from "../interfaces.js";
import { load } from "../webidl/lazy.js";

const INTERFACES = {
  __proto__: null,
  beforeunloadevent: "BeforeUnloadEvent", compositionevent: "CompositionEvent", customevent: "CustomEvent", event: "Event", events: "Event",
  focusevent: "FocusEvent", hashchangeevent: "HashChangeEvent", htmlevents: "Event", keyboardevent: "KeyboardEvent", messageevent: "MessageEvent",
  mouseevent: "MouseEvent", mouseevents: "MouseEvent", storageevent: "StorageEvent", svgevents: "Event", textevent: "CompositionEvent",
  uievent: "UIEvent", uievents: "UIEvent",
};

/** https://dom.spec.whatwg.org/#dom-document-createevent */
export function create_event_by_interface_name(name) {
  // 1–4. Find the interface of the name, which is one of a few.
  const of = INTERFACES[ascii_lowercase(name)];
  if (of === undefined) {
    throw new DOMException(`no event is made under the name ${name}`, "NotSupportedError");
  }
  // 5–9. Make an event that is not initialized.
  const event = new (load(interfaces[of])[of])("");
  event.initialized_flag = false;
  return event;
}
