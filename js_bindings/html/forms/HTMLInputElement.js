import { fire_an_event } from "../../dom/EventTarget.js";
import { elements_inside } from "../../dom/HTMLCollection.js";
import { root_of } from "../../dom/trees.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { load } from "../../webidl/lazy.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { parse_a_float, reflect } from "../elements/reflection.js";
import { FORM_ENCTYPES, FORM_METHODS, FormControl } from "./controls.js";
import { TextSelection } from "./text_selection.js";

const TYPES = [
  "hidden", "text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number", "range", "color",
  "checkbox", "radio", "file", "submit", "image", "reset", "button",
];
const TEXT = new Set(["text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number"]);
const SELECTABLE = new Set(["text", "search", "tel", "url", "password"]);

// OPTIMIZATION: root of a tree → { document, version, groups: form owner (or null) → name → the radio buttons of that group }, until something changes.
const groups_of_trees = new WeakMap();

/** https://html.spec.whatwg.org/multipage/input.html#radio-button-group ; null for a button without a name. */
function radio_group_of(input) {
  const { name } = input;
  if (name === "") {
    return null;
  }
  const root = root_of(input);
  const document = input.node_document;
  const version = document.element_version + document.attribute_version;
  let known = groups_of_trees.get(root);
  if (known === undefined || known.document !== document || known.version !== version) {
    known = { document, version, groups: groups_inside(root) };
    groups_of_trees.set(root, known);
  }
  return known.groups.get(input.form)?.get(name) ?? null;
}

function groups_inside(root) {
  const groups = new Map();
  for (const radio of elements_inside(root, (element) => element.is_html("input") && element.type === "radio" && element.name !== "")) {
    const { form, name } = radio;
    if (!groups.has(form)) {
      groups.set(form, new Map());
    }
    const named = groups.get(form);
    if (!named.has(name)) {
      named.set(name, { members: [], checked: null, is_settled: false });
    }
    named.get(name).members.push(radio);
  }
  return groups;
}

/** https://html.spec.whatwg.org/multipage/input.html#the-input-element */
export class HTMLInputElement extends HTMLElement {
  raw_value = "";                // its value, once it is dirty
  dirty_value_flag = false;
  raw_checkedness = false;
  dirty_checkedness_flag = false;
  indeterminate = false;
  file_list = null;
  validity_state = null;
  custom_validity_message = "";
  checkedness_before = null;     // what legacy-pre-activation has put aside
  selection = null;

  static {
    include(this, FormControl);
    include(this, TextSelection);
    reflect(this, {
      string: "accept alt autocomplete colorSpace dirName formTarget max min name pattern placeholder step defaultValue=value align useMap popoverTargetAction",
      url: "src",
      boolean: "alpha defaultChecked=checked disabled formNoValidate multiple readOnly required",
      length: "maxLength minLength",
      positive: "size=size:20",
      unsigned_long: "width height",
      enumerated: {
        type: { values: TYPES, missing: "text" },
        formEnctype: FORM_ENCTYPES,
        formMethod: FORM_METHODS,
      },
    });
    this.prototype.showPicker = not_implemented("nothing is shown");
    this.prototype.valueAsDate = not_implemented("dates are texts here");
    this.prototype.popoverTargetElement = null;
  }

  get formAction() {
    return this.attribute_value("formaction") ?? this.node_document.url;
  }

  set formAction(value) {
    this.set_attribute_value("formaction", value);
  }

  is_text_field() {
    return TEXT.has(this.type);
  }

  has_a_selection() {
    return SELECTABLE.has(this.type);
  }

  is_barred_from_validation() {
    return ["hidden", "button", "reset"].includes(this.type) || this.readOnly;
  }

  // The value: https://html.spec.whatwg.org/multipage/input.html#dom-input-value

  get value_mode() {
    switch (this.type) {
      case "hidden": case "submit": case "image": case "reset": case "button":
        return "default";
      case "checkbox": case "radio":
        return "default/on";
      case "file":
        return "filename";
      default:
        return "value";
    }
  }

  get value() {
    switch (this.value_mode) {
      case "value":
        return sanitize(this, this.dirty_value_flag ? this.raw_value : this.attribute_value("value") ?? "");
      case "default":
        return this.attribute_value("value") ?? "";
      case "default/on":
        return this.attribute_value("value") ?? "on";
      default:
        return this.files.length > 0 ? `C:\\fakepath\\${this.files.item(0).name}` : "";
    }
  }

  set value(value) {
    switch (this.value_mode) {
      case "value":
        this.dirty_value_flag = true;
        this.raw_value = sanitize(this, value);
        this.selection = null;
        break;
      case "filename":
        if (value !== "") {
          throw new DOMException("files cannot be chosen by a script", "InvalidStateError");
        }
        this.file_list = null;
        break;
      default:
        this.set_attribute_value("value", value);
    }
  }

  get valueAsNumber() {
    return this.type === "number" || this.type === "range" ? parse_a_float(this.value) ?? NaN : NaN;
  }

  set valueAsNumber(value) {
    if (this.type !== "number" && this.type !== "range") {
      throw new DOMException(`a field of type ${this.type} is no number`, "InvalidStateError");
    }
    this.value = Number.isNaN(value) ? "" : String(value);
  }

  stepUp(n) {
    this.step_by(n);
  }

  stepDown(n) {
    this.step_by(-n);
  }

  step_by(n) {
    if (this.type !== "number" && this.type !== "range") {
      throw new DOMException(`a field of type ${this.type} has no steps`, "InvalidStateError");
    }
    const step = parse_a_float(this.attribute_value("step")) ?? 1;
    const minimum = parse_a_float(this.attribute_value("min")) ?? -Infinity;
    const maximum = parse_a_float(this.attribute_value("max")) ?? Infinity;
    this.value = String(Math.min(Math.max((parse_a_float(this.value) ?? 0) + n * step, minimum), maximum));
  }

  get files() {
    return this.type === "file" ? this.file_list ??= new (load("file/FileList.js").FileList)([]) : null;
  }

  set files(value) {
    if (this.type === "file" && value !== null) {
      this.file_list = value;
    }
  }

  get list() {
    const element = this.node_document.getElementById(this.attribute_value("list") ?? "");
    return element !== null && element.is_html("datalist") ? element : null;
  }

  // Checkedness: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-fe-checked

  get checked() {
    return this.dirty_checkedness_flag ? this.raw_checkedness : this.find_attribute("checked") !== null;
  }

  set checked(value) {
    this.dirty_checkedness_flag = true;
    this.raw_checkedness = value;
    if (this.type === "radio") {
      if (value) {
        this.uncheck_the_others();
      } else {
        radio_group_of(this)?.checked?.delete(this);
      }
    }
  }

  uncheck_the_others() {
    const group = radio_group_of(this);
    if (group !== null) {
      // OPTIMIZATION: once all have been unchecked, only those that were checked since then are.
      for (const other of group.is_settled ? group.checked : group.members) {
        if (other !== this) {
          other.uncheck();
        }
      }
      group.checked = new Set([this]);
      group.is_settled = true;
    }
  }

  uncheck() {
    this.dirty_checkedness_flag = true;
    this.raw_checkedness = false;
  }

  /** https://html.spec.whatwg.org/multipage/input.html#radio-button-group : the others in it that are checked */
  checked_others() {
    const group = radio_group_of(this);
    if (group === null) {
      return [];
    }
    group.checked ??= new Set(group.members.filter((member) => member.checked));
    return [...group.checked].filter((other) => other !== this);
  }

  reset() {
    groups_of_trees.delete(root_of(this));
    this.dirty_value_flag = this.dirty_checkedness_flag = false;
    this.raw_value = "";
    this.file_list = null;
  }

  cloning_steps(copy) {
    for (const slot of ["raw_value", "dirty_value_flag", "raw_checkedness", "dirty_checkedness_flag"]) {
      copy[slot] = this[slot];
    }
  }

  // Activation: https://html.spec.whatwg.org/multipage/input.html#input-activation-behavior

  legacy_pre_activation_behavior() {
    if (this.type === "checkbox") {
      this.checkedness_before = { checked: this.checked, indeterminate: this.indeterminate };
      this.checked = !this.checked;
      this.indeterminate = false;
    } else if (this.type === "radio") {
      this.checkedness_before = { checked: this.checked, others: this.checked_others() };
      this.checked = true;
    }
  }

  legacy_canceled_activation_behavior() {
    const before = this.checkedness_before;
    if (this.type === "checkbox" && before !== null) {
      this.checked = before.checked;
      this.indeterminate = before.indeterminate;
    } else if (this.type === "radio" && before !== null) {
      this.checked = before.checked;
      before.others.forEach((other) => { other.checked = true; });
    }
  }

  activation_behavior(event) {
    // 1. A disabled element does nothing.
    if (is_disabled(this)) {
      return;
    }
    // 2–3. Run the activation behavior of its type.
    const { form } = this;
    switch (this.type) {
      case "checkbox":
      case "radio":
        if (this.isConnected) {
          fire_an_event("input", this, { bubbles: true, composed: true });
          fire_an_event("change", this, { bubbles: true });
        }
        break;
      case "submit":
      case "image":
        if (form !== null && this.isConnected) {
          load("html/forms/submission.js").submit_the_form(form, this);
        }
        break;
      case "reset":
        form?.reset();
        break;
    }
  }
}

/** https://html.spec.whatwg.org/multipage/input.html#value-sanitization-algorithm */
function sanitize(element, value) {
  switch (element.type) {
    case "text": case "search": case "tel": case "password":
      return value.replace(/[\r\n]/g, "");
    case "url":
    case "email":
      return value.replace(/[\r\n]/g, "").trim();
    case "number":
      return /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? value : "";
    case "range": {
      const minimum = parse_a_float(element.attribute_value("min")) ?? 0;
      const maximum = parse_a_float(element.attribute_value("max")) ?? 100;
      const number = parse_a_float(value) ?? (maximum < minimum ? minimum : minimum + (maximum - minimum) / 2);
      return String(Math.max(Math.min(number, maximum), minimum));
    }
    case "color":
      return /^#[0-9a-fA-F]{6}$/.test(value) ? value.toLowerCase() : "#000000";
    case "date":
      return /^\d{4,}-\d\d-\d\d$/.test(value) ? value : "";
    default:
      return value;
  }
}
