import { fire_an_event } from "../../dom/EventTarget.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { FocusEvent } from "../../uievents/FocusEvent.js";

/** https://html.spec.whatwg.org/multipage/interaction.html#focus , in a document where everything is visible. */

function is_focusable(element) {
  return element.isConnected && !is_disabled(element)
    && (element.is_focusable_by_nature || element.find_attribute("tabindex") !== null || element.isContentEditable);
}

/** https://html.spec.whatwg.org/multipage/interaction.html#focus-update-steps */
function move(document, from, to) {
  document.active_element = to;
  if (from !== null) {
    fire_an_event("blur", from, { relatedTarget: to, related_target: to, composed: true }, FocusEvent);
    fire_an_event("focusout", from, { relatedTarget: to, related_target: to, bubbles: true, composed: true }, FocusEvent);
  }
  if (to !== null && document.active_element === to) {
    fire_an_event("focus", to, { relatedTarget: from, related_target: from, composed: true }, FocusEvent);
    fire_an_event("focusin", to, { relatedTarget: from, related_target: from, bubbles: true, composed: true }, FocusEvent);
  }
}

export function focus(element) {
  const document = element.node_document;
  if (is_focusable(element) && document.active_element !== element) {
    move(document, document.active_element, element);
  }
}

export function blur(element) {
  if (element.node_document.active_element === element) {
    move(element.node_document, element, null);
  }
}
