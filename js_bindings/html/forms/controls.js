import { fire_an_event } from "../../dom/EventTarget.js";
import { elements_inside } from "../../dom/HTMLCollection.js";
import { LiveElements } from "../../dom/LiveElements.js";
import { LiveNodeList } from "../../dom/NodeList.js";
import { root_of } from "../../dom/trees.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { load } from "../../webidl/lazy.js";

/** What form controls share: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html */
export class FormControl {
  /** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-owner . NB: looked for when asked. */
  get form() {
    const id = this.attribute_value("form");
    if (id !== null && this.isConnected) {
      this.node_document.ids.watch(id);
      const named = this.node_document.getElementById(id);
      return named !== null && named.is_html("form") ? named : null;
    }
    for (let node = this.parentNode; node !== null; node = node.parentNode) {
      if (node.is_html("form")) {
        return node;
      }
    }
    return null;
  }

  get labels() {
    return new LiveNodeList(new LiveElements(this, (control) => (
      elements_inside(root_of(control), (element) => element.is_html("label") && element.control === control)
    )));
  }

  // https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#the-constraint-validation-api

  get willValidate() {
    return !is_disabled(this) && this.is_barred_from_validation?.() !== true;
  }

  get validity() {
    return this.validity_state ??= new (load("html/forms/ValidityState.js").ValidityState)(this);
  }

  get validationMessage() {
    if (!this.willValidate || this.validity.valid) {
      return "";
    }
    return this.custom_validity_message || "The value is not valid.";
  }

  setCustomValidity(error) {
    this.custom_validity_message = error;
  }

  checkValidity() {
    if (this.check_validity_silently() !== false) {
      return true;
    }
    fire_an_event("invalid", this, { cancelable: true });
    return false;
  }

  reportValidity() {
    return this.checkValidity();
  }

  /** Ours: false if it is a candidate for validation and does not satisfy its constraints, null if it is no candidate. */
  check_validity_silently() {
    return this.willValidate ? this.validity.valid : null;
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-attributes */
export const FORM_ENCTYPES = { values: ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"], missing: "", invalid: "application/x-www-form-urlencoded" };
export const FORM_METHODS = { values: ["get", "post", "dialog"], missing: "", invalid: "get" };
