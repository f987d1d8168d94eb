import { fire_an_event } from "../../dom/EventTarget.js";
import { op_focus_frame, op_focus_gained, op_focus_is_here } from "../../ops.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { FocusEvent } from "../../uievents/FocusEvent.js";

/**
 * https://html.spec.whatwg.org/multipage/interaction.html#focus , in documents where everything is visible. FIXME: documents of another
 * agent hear of it only when they ask.
 */

function is_focusable(element) {
  return element.isConnected && !is_disabled(element)
    && (element.is_focusable_by_nature || element.find_attribute("tabindex") !== null || element.isContentEditable);
}

/** https://html.spec.whatwg.org/multipage/interaction.html#focus-update-steps , for the focused areas of one document */
function move(document, from, to) {
  document.active_element = to;
  if (from?.content_window != null || to?.content_window != null) {
    op_focus_frame(to?.frame_number ?? null);
  }
  if (from !== null) {
    leave_a_frame(from);
    blur_events(from, to);
  }
  if (to !== null && document.active_element === to) {
    fire_an_event("focus", to, { relatedTarget: from, related_target: from, composed: true }, FocusEvent);
    fire_an_event("focusin", to, { relatedTarget: from, related_target: from, bubbles: true, composed: true }, FocusEvent);
  }
}

function leave_a_frame(element) {
  const { content_window } = element;
  if (content_window != null && !content_window.is_remote) {
    content_window.lose_the_focus();
  }
}

function blur_events(from, to) {
  fire_an_event("blur", from, { relatedTarget: to, related_target: to, composed: true }, FocusEvent);
  fire_an_event("focusout", from, { relatedTarget: to, related_target: to, bubbles: true, composed: true }, FocusEvent);
}

/** https://html.spec.whatwg.org/multipage/interaction.html#focusing-steps , given an element */
export function focus(element) {
  const { content_window } = element;
  if (!is_focusable(element)) {
    return;
  }
  if (content_window != null && !content_window.is_remote) {
    content_window.focus();
  } else {
    focus_in_its_document(element);
  }
}

/** The same, given a document by its window. NB: which page has the focus is not for scripts to say. */
export function focus_a_window(window) {
  if (window === null || op_focus_is_here(true)) {
    return;
  }
  window.frame_element?.contain_the_focus();
  op_focus_gained();
  fire_an_event("focus", window, {}, FocusEvent);
}

/** Ours: the element is in the focus chain from now on, as itself or for what is in its frame. */
export function focus_in_its_document(element) {
  const { node_document: document } = element;
  focus_a_window(document.default_view);
  if (document.active_element !== element) {
    move(document, document.active_element, element);
  }
}

/** Ours: it is not in this window any more. What had it there is where it would come back to. */
export function lose_the_focus(window) {
  const { active_element } = window.document;
  if (active_element !== null) {
    leave_a_frame(active_element);
    blur_events(active_element, null);
  }
  fire_an_event("blur", window, {}, FocusEvent);
}

export function blur(element) {
  if (element.node_document.active_element === element) {
    move(element.node_document, element, null);
  }
}
