import { child_text_content, string_replace_all } from "../../dom/Node.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { reflect } from "../elements/reflection.js";
import { FormControl } from "./controls.js";
import { TextSelection } from "./text_selection.js";

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-textarea-element */
export class HTMLTextAreaElement extends HTMLElement {
  raw_value = null;            // its value once it is dirty
  validity_state = null;
  custom_validity_message = "";
  selection = null;

  static {
    include(this, FormControl);
    include(this, TextSelection);
    reflect(this, {
      string: "autocomplete dirName name placeholder wrap",
      boolean: "disabled readOnly required",
      length: "maxLength minLength",
      positive_with_fallback: "cols=cols:20 rows=rows:2",
    });
  }

  get type() {
    return "textarea";
  }

  get defaultValue() {
    return child_text_content(this);
  }

  set defaultValue(value) {
    string_replace_all(value, this);
  }

  get value() {
    return (this.raw_value ?? child_text_content(this)).replace(/\r\n?/g, "\n");
  }

  set value(value) {
    this.raw_value = value;
    this.selection = null;
  }

  get textLength() {
    return this.value.length;
  }

  has_a_selection() {
    return true;
  }

  is_barred_from_validation() {
    return this.readOnly;
  }

  reset() {
    this.raw_value = null;
  }

  cloning_steps(copy) {
    copy.raw_value = this.raw_value;
  }
}
