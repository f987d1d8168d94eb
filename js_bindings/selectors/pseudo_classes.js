import { HTML } from "../dom/namespaces.js";
import { element_back_from, element_from } from "../dom/trees.js";

/** https://html.spec.whatwg.org/multipage/semantics-other.html#pseudo-classes and those of trees */

const DISABLEABLE = new Set(["button", "fieldset", "input", "optgroup", "option", "select", "textarea"]);
const REQUIRABLE = new Set(["input", "select", "textarea"]);

const never = () => false;
const is_html = (element, names) => element.namespaceURI === HTML && names.has(element.localName);
const is_first = (element, same) => {
  for (let sibling = element_back_from(element.previousSibling); sibling !== null; sibling = element_back_from(sibling.previousSibling)) {
    if (same(sibling)) {
      return false;
    }
  }
  return true;
};
const is_last = (element, same) => {
  for (let sibling = element_from(element.nextSibling); sibling !== null; sibling = element_from(sibling.nextSibling)) {
    if (same(sibling)) {
      return false;
    }
  }
  return true;
};
const of_type = (element) => (other) => other.localName === element.localName && other.namespaceURI === element.namespaceURI;
const any = () => true;

/** https://html.spec.whatwg.org/multipage/semantics-other.html#concept-element-disabled */
export function is_disabled(element) {
  if (!is_html(element, DISABLEABLE)) {
    return false;
  }
  if (element.find_attribute("disabled") !== null) {
    return true;
  }
  if (element.localName === "option") {
    return element.parentNode !== null && element.parentNode.is_html("optgroup") && element.parentNode.find_attribute("disabled") !== null;
  }
  if (element.localName === "optgroup") {
    return false;
  }
  // Within a disabled fieldset, but not within its first legend.
  for (let node = element, up = element.parentNode; up !== null; node = up, up = up.parentNode) {
    if (up.is_html("fieldset") && up.find_attribute("disabled") !== null) {
      let first_legend = element_from(up.firstChild);
      while (first_legend !== null && !first_legend.is_html("legend")) {
        first_legend = element_from(first_legend.nextSibling);
      }
      if (node !== first_legend) {
        return true;
      }
    }
  }
  return false;
}

const is_link = (element) => (element.is_html("a") || element.is_html("area")) && element.find_attribute("href") !== null;
const is_required = (element) => is_html(element, REQUIRABLE) && element.find_attribute("required") !== null;
const is_valid = (element) => element.check_validity_silently?.() ?? null;

function is_read_write(element) {
  if (element.is_html("textarea") || (element.is_html("input") && element.is_text_field?.())) {
    return element.find_attribute("readonly") === null && !is_disabled(element);
  }
  return element.namespaceURI === HTML && element.isContentEditable === true;
}

export const pseudo_classes = {
  __proto__: null,
  root: (element) => element.parentNode?.nodeType === 9,
  empty: (element) => {
    for (let child = element.firstChild; child !== null; child = child.nextSibling) {
      if (child.nodeType === 1 || ((child.nodeType === 3 || child.nodeType === 4) && child.data !== "")) {
        return false;
      }
    }
    return true;
  },
  "first-child": (element) => is_first(element, any),
  "last-child": (element) => is_last(element, any),
  "only-child": (element) => is_first(element, any) && is_last(element, any),
  "first-of-type": (element) => is_first(element, of_type(element)),
  "last-of-type": (element) => is_last(element, of_type(element)),
  "only-of-type": (element) => is_first(element, of_type(element)) && is_last(element, of_type(element)),
  link: is_link,
  "any-link": is_link,
  visited: never,
  hover: never,
  active: never,
  focus: (element) => element.node_document.active_element === element,
  "focus-visible": (element) => element.node_document.active_element === element,
  "focus-within": (element) => element.node_document.active_element !== null && element.contains(element.node_document.active_element),
  target: (element) => {
    const fragment = element.node_document.url.split("#")[1];
    return fragment !== undefined && fragment !== "" && element.id_value === fragment;
  },
  enabled: (element) => is_html(element, DISABLEABLE) && !is_disabled(element),
  disabled: is_disabled,
  checked: (element) => (element.is_html("input") && ["checkbox", "radio"].includes(element.type) && element.checked)
    || (element.is_html("option") && element.selected),
  indeterminate: (element) => (element.is_html("input") && element.type === "checkbox" && element.indeterminate)
    || (element.is_html("progress") && element.find_attribute("value") === null),
  default: (element) => (element.is_html("option") && element.find_attribute("selected") !== null)
    || (element.is_html("input") && element.find_attribute("checked") !== null),
  required: is_required,
  optional: (element) => is_html(element, REQUIRABLE) && !is_required(element),
  "read-write": is_read_write,
  "read-only": (element) => !is_read_write(element),
  valid: (element) => is_valid(element) === true,
  invalid: (element) => is_valid(element) === false,
  "user-valid": never,
  "user-invalid": never,
  "in-range": (element) => element.is_html("input") && ["number", "range"].includes(element.type) && is_valid(element) === true,
  "out-of-range": (element) => element.is_html("input") && ["number", "range"].includes(element.type) && is_valid(element) === false,
  "placeholder-shown": (element) => (element.is_html("input") || element.is_html("textarea"))
    && element.find_attribute("placeholder") !== null && element.value === "",
  // There are no custom elements: every element is defined unless its name could be of one.
  defined: (element) => element.namespaceURI !== HTML || !element.localName.includes("-"),
  open: (element) => (element.is_html("details") || element.is_html("dialog")) && element.find_attribute("open") !== null,
  modal: (element) => element.is_html("dialog") && element.is_modal === true,
  fullscreen: never,
  "popover-open": never,
};
