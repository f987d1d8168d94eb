import { is_disabled } from "../../selectors/pseudo_classes.js";
import { load } from "../../webidl/lazy.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { reflect } from "../elements/reflection.js";
import { FORM_ENCTYPES, FORM_METHODS, FormControl } from "./controls.js";

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-button-element */
export class HTMLButtonElement extends HTMLElement {
  commandForElement = null;
  popoverTargetElement = null;
  validity_state = null;
  custom_validity_message = "";

  static {
    include(this, FormControl);
    reflect(this, {
      string: "command formTarget name value popoverTargetAction",
      boolean: "disabled formNoValidate",
      enumerated: {
        type: { values: ["submit", "reset", "button"], missing: "submit" },
        formEnctype: FORM_ENCTYPES,
        formMethod: FORM_METHODS,
      },
    });
  }

  get formAction() {
    return this.attribute_value("formaction") ?? this.node_document.url;
  }

  set formAction(value) {
    this.set_attribute_value("formaction", value);
  }

  is_barred_from_validation() {
    return this.type !== "submit";
  }

  /** https://html.spec.whatwg.org/multipage/form-elements.html#the-button-element:activation-behaviour */
  activation_behavior(event) {
    const { form } = this;
    if (is_disabled(this) || form === null) {
      return;
    }
    if (this.type === "submit") {
      load("html/forms/submission.js").submit_the_form(form, this);
    } else if (this.type === "reset") {
      form.reset();
    }
  }
}
