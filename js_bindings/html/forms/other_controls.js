import { descendants_collection } from "../../dom/HTMLCollection.js";
import { element_from, next_in_tree_order } from "../../dom/trees.js";
import { string_replace_all } from "../../dom/Node.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { load } from "../../webidl/lazy.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { parse_a_float, reflect } from "../elements/reflection.js";
import { FormControl } from "./controls.js";

/** The smaller form controls: https://html.spec.whatwg.org/multipage/form-elements.html */

const LABELABLE = new Set(["button", "input", "meter", "output", "progress", "select", "textarea"]);
const is_labelable = (element) => LABELABLE.has(element.localName) && !(element.is_html("input") && element.type === "hidden");

/** https://html.spec.whatwg.org/multipage/forms.html#the-label-element */
export class HTMLLabelElement extends HTMLElement {
  static {
    reflect(this, { string: "htmlFor=for" });
  }

  get control() {
    const id = this.attribute_value("for");
    if (id !== null) {
      const named = this.node_document.getElementById(id);
      return named !== null && is_labelable(named) ? named : null;
    }
    for (let node = this.firstChild; node !== null; node = next_in_tree_order(node, this)) {
      if (node.nodeType === 1 && is_labelable(node)) {
        return node;
      }
    }
    return null;
  }

  get form() {
    return this.control?.form ?? null;
  }

  /** A click on it is one on its control, unless it was on that (or on something else that can be clicked) already. */
  activation_behavior(event) {
    const { control } = this;
    for (let node = event.target; node !== null && node !== this; node = node.parentNode) {
      if (node === control || node.activation_behavior !== undefined) {
        return;
      }
    }
    if (control !== null && !is_disabled(control)) {
      load("uievents/synthetic.js").fire_a_synthetic_pointer_event("click", control, !event.isTrusted);
    }
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-fieldset-element */
export class HTMLFieldSetElement extends HTMLElement {
  elements_collection = null;
  validity_state = null;
  custom_validity_message = "";

  static {
    include(this, FormControl);
    reflect(this, { string: "name", boolean: "disabled" });
  }

  get type() {
    return "fieldset";
  }

  get willValidate() {
    return false;
  }

  get elements() {
    return this.elements_collection ??= descendants_collection(this, load("html/forms/HTMLFormElement.js").is_listed, false);
  }
}

export class HTMLLegendElement extends HTMLElement {
  static {
    reflect(this, { string: "align" });
  }

  get form() {
    const parent = this.parentNode;
    return parent !== null && parent.is_html("fieldset") && element_from(parent.firstChild) !== null ? parent.form : null;
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-output-element */
export class HTMLOutputElement extends HTMLElement {
  default_value = null;
  validity_state = null;
  custom_validity_message = "";

  static {
    include(this, FormControl);
    reflect(this, { string: "name", tokens: { "htmlFor=for": undefined } });
  }

  get type() {
    return "output";
  }

  get willValidate() {
    return false;
  }

  get value() {
    return this.textContent;
  }

  set value(value) {
    this.default_value ??= this.textContent;
    string_replace_all(value, this);
  }

  get defaultValue() {
    return this.default_value ?? this.textContent;
  }

  set defaultValue(value) {
    if (this.default_value === null) {
      string_replace_all(value, this);
    } else {
      this.default_value = value;
    }
  }

  reset() {
    string_replace_all(this.defaultValue, this);
    this.default_value = null;
  }
}

const clamp = (value, minimum, maximum) => Math.min(Math.max(value, minimum), maximum);

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-progress-element */
export class HTMLProgressElement extends HTMLElement {
  get max() {
    const value = parse_a_float(this.attribute_value("max"));
    return value === null || value <= 0 ? 1 : value;
  }

  set max(value) {
    if (value > 0) {
      this.set_attribute_value("max", String(value));
    }
  }

  get value() {
    return clamp(parse_a_float(this.attribute_value("value")) ?? 0, 0, this.max);
  }

  set value(value) {
    this.set_attribute_value("value", String(value));
  }

  get position() {
    return this.find_attribute("value") === null ? -1 : this.value / this.max;
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-meter-element */
export class HTMLMeterElement extends HTMLElement {
  number(name, fallback) {
    return parse_a_float(this.attribute_value(name)) ?? fallback;
  }

  get min() {
    return this.number("min", 0);
  }

  get max() {
    return Math.max(this.number("max", 1), this.min);
  }

  get value() {
    return clamp(this.number("value", 0), this.min, this.max);
  }

  get low() {
    return clamp(this.number("low", this.min), this.min, this.max);
  }

  get high() {
    return clamp(this.number("high", this.max), this.low, this.max);
  }

  get optimum() {
    return clamp(this.number("optimum", (this.min + this.max) / 2), this.min, this.max);
  }
}

for (const name of ["min", "max", "value", "low", "high", "optimum"]) {
  const { get } = Object.getOwnPropertyDescriptor(HTMLMeterElement.prototype, name);
  Object.defineProperty(HTMLMeterElement.prototype, name, {
    get,
    set(value) {
      this.set_attribute_value(name, String(value));
    },
    configurable: true,
  });
}

for (const Class of [HTMLProgressElement, HTMLMeterElement]) {
  Object.defineProperty(Class.prototype, "labels", Object.getOwnPropertyDescriptor(FormControl.prototype, "labels"));
}
