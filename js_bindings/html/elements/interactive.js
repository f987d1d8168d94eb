import { fire_an_event } from "../../dom/EventTarget.js";
import { element_from } from "../../dom/trees.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { HTMLElement } from "./HTMLElement.js";
import { reflect } from "./reflection.js";
import { ToggleEvent } from "./ToggleEvent.js";

/** https://html.spec.whatwg.org/multipage/interactive-elements.html */

/** https://html.spec.whatwg.org/multipage/interactive-elements.html#the-details-element */
export class HTMLDetailsElement extends HTMLElement {
  toggle_is_queued = false;

  static {
    reflect(this, { string: "name", boolean: "open" });
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (local_name !== "open" || namespace !== null || (old_value === null) === (value === null) || this.toggle_is_queued) {
      return;
    }
    const old_state = old_value === null ? "closed" : "open";
    this.toggle_is_queued = true;
    queue_a_global_task("DOM manipulation task source", () => {
      this.toggle_is_queued = false;
      fire_an_event("toggle", this, { oldState: old_state, newState: this.open ? "open" : "closed" }, ToggleEvent);
    });
  }
}

/** Ours: the summary of a details element opens and closes it when clicked; elements without an interface ask here. */
export function details_of_summary(summary) {
  const parent = summary.parentNode;
  if (parent === null || !parent.is_html("details")) {
    return null;
  }
  let first = element_from(parent.firstChild);
  while (first !== null && !first.is_html("summary")) {
    first = element_from(first.nextSibling);
  }
  return first === summary ? parent : null;
}

/** https://html.spec.whatwg.org/multipage/interactive-elements.html#the-dialog-element */
export class HTMLDialogElement extends HTMLElement {
  returnValue = "";
  is_modal = false;

  static {
    reflect(this, { boolean: "open", enumerated: { closedBy: { values: ["any", "closerequest", "none"], missing: "none" } } });
  }

  show() {
    if (this.open && this.is_modal) {
      throw new DOMException("the dialog is open as a modal one", "InvalidStateError");
    }
    this.open = true;
  }

  /** https://html.spec.whatwg.org/multipage/interactive-elements.html#dom-dialog-showmodal */
  showModal() {
    if (this.open && this.is_modal) {
      return;
    }
    if (this.open || !this.isConnected) {
      throw new DOMException("the dialog is open, or in no document", "InvalidStateError");
    }
    this.open = true;
    this.is_modal = true;
  }

  close(result) {
    if (!this.open) {
      return;
    }
    this.open = false;
    this.is_modal = false;
    if (result !== undefined) {
      this.returnValue = result;
    }
    queue_a_global_task("user interaction task source", () => fire_an_event("close", this));
  }

  requestClose(result) {
    if (this.open && fire_an_event("cancel", this, { cancelable: true })) {
      this.close(result);
    }
  }
}
