import { fire_an_event } from "../dom/EventTarget.js";
import { MouseEvent } from "./MouseEvent.js";

/** https://html.spec.whatwg.org/multipage/webappapis.html#fire-a-synthetic-pointer-event */
export function fire_a_synthetic_pointer_event(name, target, not_trusted) {
  // 1–9. Initialize the event as if a pointer had done it. NB: there is no PointerEvent yet, whose parent this is.
  const init = { bubbles: true, cancelable: true, composed: true, isTrusted: !not_trusted, view: target.node_document.default_view, detail: 0 };
  // 10. Fire it.
  return fire_an_event(name, target, init, MouseEvent);
}
