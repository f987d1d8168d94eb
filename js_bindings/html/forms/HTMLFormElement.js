import { fire_an_event } from "../../dom/EventTarget.js";
import { HTMLCollection, elements_inside } from "../../dom/HTMLCollection.js";
import { LiveElements } from "../../dom/LiveElements.js";
import { LiveNodeList } from "../../dom/NodeList.js";
import { next_in_tree_order, previous_in_tree_order, root_of } from "../../dom/trees.js";
import { load } from "../../webidl/lazy.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { reflect } from "../elements/reflection.js";
import { FORM_ENCTYPES, FORM_METHODS } from "./controls.js";

const LISTED = new Set(["button", "fieldset", "input", "object", "output", "select", "textarea"]);

/** https://html.spec.whatwg.org/multipage/forms.html#category-listed : those of a form, in tree order */
export function listed_elements(form) {
  return elements_inside(root_of(form), (element) => is_listed(element) && element.form === form);
}

export function is_listed(element) {
  return LISTED.has(element.localName);
}

const is_among_the_elements = (element, form) => is_listed(element) && element.form === form && !(element.is_html("input") && element.type === "image");

/** Ours: the elements of a form, which may be anywhere in its tree. */
class LiveFormElements extends LiveElements {
  watched_changes = -1;

  /** Others depend on the elements whose IDs `form` attributes name. */
  others_have_changed() {
    const { watched_changes } = this.root.node_document.ids;
    const changed = this.watched_changes !== watched_changes;
    this.watched_changes = watched_changes;
    return changed;
  }

  is_inside(element) {
    return true;
  }

  next(node) {
    return next_in_tree_order(node, null);
  }

  previous(node) {
    return previous_in_tree_order(node, null);
  }
}

const METHOD = { ...FORM_METHODS, missing: "get" };
const ENCTYPE = { ...FORM_ENCTYPES, missing: "application/x-www-form-urlencoded" };

/** https://html.spec.whatwg.org/multipage/forms.html#the-form-element */
export class HTMLFormElement extends HTMLElement {
  elements_collection = null;
  firing_submission_events = false;
  locked_for_reset = false;
  constructing_entry_list = false;
  planned_navigation = null;     // https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#planned-navigation

  static {
    reflect(this, {
      string: "acceptCharset=accept-charset name target rel",
      boolean: "noValidate",
      enumerated: {
        autocomplete: { values: ["on", "off"], missing: "on" },
        "enctype=enctype": ENCTYPE,
        "encoding=enctype": ENCTYPE,
        method: METHOD,
      },
      tokens: { "relList=rel": ["noreferrer", "noopener", "opener"] },
    });
  }

  is_found_by_id() {
    return false;
  }

  get action() {
    return load("html/forms/submission.js").action_of(this.attribute_value("action"), this.node_document);
  }

  set action(value) {
    this.set_attribute_value("action", value);
  }

  get elements() {
    return this.elements_collection ??= new HTMLFormControlsCollection(new LiveFormElements(
      this, (form) => elements_inside(root_of(form), (element) => is_among_the_elements(element, form)), (element) => is_among_the_elements(element, this),
    ));
  }

  get length() {
    return this.elements.length;
  }

  get_indexed(index) {
    return this.elements.get_indexed(index);
  }

  supported_names() {
    return this.elements.supported_names();
  }

  supports_name(name) {
    return this.elements.supports_name(name);
  }

  get_named(name) {
    return this.elements.namedItem(name);
  }

  submit() {
    load("html/forms/submission.js").submit_without_events(this);
  }

  /** https://html.spec.whatwg.org/multipage/forms.html#dom-form-requestsubmit */
  requestSubmit(submitter) {
    // 1. The submitter must be a submit button of this form.
    if (submitter !== null) {
      if (!["submit", "image"].includes(submitter.type)) {
        throw new TypeError("requestSubmit: the element is no submit button");
      }
      if (submitter.form !== this) {
        throw new DOMException("the button belongs to another form", "NotFoundError");
      }
    }
    // 2–3. Submit the form with it.
    load("html/forms/submission.js").submit_the_form(this, submitter);
  }

  /** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-reset */
  reset() {
    if (this.locked_for_reset) {
      return;
    }
    this.locked_for_reset = true;
    // 1–2. Fire "reset", and reset the elements unless that was canceled.
    if (fire_an_event("reset", this, { bubbles: true, cancelable: true })) {
      listed_elements(this).forEach((element) => element.reset?.());
    }
    this.locked_for_reset = false;
  }

  checkValidity() {
    return listed_elements(this).map((element) => element.checkValidity?.() ?? true).every(Boolean);
  }

  reportValidity() {
    return this.checkValidity();
  }
}

/** https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#htmlformcontrolscollection */
export class HTMLFormControlsCollection extends HTMLCollection {
  namedItem(name) {
    const found = this.elements_named(name);
    return found.length < 2 ? found.at(0) ?? null : new RadioNodeList({ now: () => this.elements_named(name) });
  }
}

/** https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#radionodelist */
export class RadioNodeList extends LiveNodeList {
  get value() {
    const checked = this.now().to_array().find((element) => element.is_html("input") && element.type === "radio" && element.checked);
    return checked?.value ?? "";
  }

  set value(value) {
    const element = this.now().to_array().find((each) => each.is_html("input") && each.type === "radio" && each.value === value);
    if (element !== undefined) {
      element.checked = true;
    }
  }
}

