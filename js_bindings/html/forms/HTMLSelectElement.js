import { DocumentFragment } from "../../dom/DocumentFragment.js";
import { HTMLCollection, descendants_collection, elements_inside } from "../../dom/HTMLCollection.js";
import { LiveElements } from "../../dom/LiveElements.js";
import { append, pre_insert, remove } from "../../dom/mutations.js";
import { note_attribute_change } from "../../dom/observation.js";
import { OrderedList } from "../../dom/OrderedList.js";
import { HTML } from "../../dom/namespaces.js";
import { string_replace_all } from "../../dom/Node.js";
import { strip_and_collapse_ascii_whitespace } from "../../infra/strings.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { reflect } from "../elements/reflection.js";
import { associated_document } from "../window/Window.js";
import { FormControl } from "./controls.js";

const MOST_OPTIONS = 100_000;

const is_in_the_option_list = (element, select) => element.is_html("option") && element.select === select;

/** https://html.spec.whatwg.org/multipage/form-elements.html#concept-select-option-list */
function option_list(select) {
  return elements_inside(select, (element) => is_in_the_option_list(element, select));
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-select-element */
export class HTMLSelectElement extends HTMLElement {
  options_collection = null;
  selected_collection = null;
  validity_state = null;
  custom_validity_message = "";
  nothing_is_selected = false;   // a script has chosen none
  chosen_options = null;         // LiveElements: those that somebody has chosen, or their attribute

  static {
    include(this, FormControl);
    reflect(this, { string: "autocomplete name", boolean: "disabled multiple required", unsigned_long: "size" });
    this.prototype.showPicker = not_implemented("nothing is shown");
  }

  get type() {
    return this.multiple ? "select-multiple" : "select-one";
  }

  get options() {
    return this.options_collection ??= new HTMLOptionsCollection(new LiveElements(this, option_list, (element) => is_in_the_option_list(element, this), false));
  }

  get selectedOptions() {
    return this.selected_collection ??= new HTMLCollection(new LiveSelectedOptions(this));
  }

  get length() {
    return this.options.length;
  }

  set length(value) {
    this.options.length = value;
  }

  item(index) {
    return this.options.item(index);
  }

  namedItem(name) {
    return this.options.namedItem(name);
  }

  get_indexed(index) {
    return this.options.get_indexed(index);
  }

  set_indexed(index, option) {
    this.options.set_indexed(index, option);
  }

  add(element, before) {
    this.options.add(element, before);
  }

  remove(index) {
    if (index === undefined) {
      if (this.parentNode !== null) {
        remove(this);
      }
    } else {
      this.options.remove(index);
    }
  }

  /** Ours: the options that are chosen each for itself, as an OrderedList. */
  chosen() {
    const is_chosen = (element) => is_in_the_option_list(element, this) && element.is_chosen();
    this.chosen_options ??= new LiveElements(this, (select) => option_list(select).filter(is_chosen), is_chosen);
    return this.chosen_options.now();
  }

  /** Ours: the one option that is selected, or the first one, if several may be; null if none is. */
  selected_option() {
    const chosen = this.chosen();
    if (this.multiple) {
      return chosen.at(0) ?? null;
    }
    if (this.nothing_is_selected) {
      return null;
    }
    if (chosen.length > 0 || this.size > 1) {
      return chosen.at(chosen.length - 1) ?? null;
    }
    return this.options.current().find((option) => !is_disabled(option)) ?? null;
  }

  /** Ours: this option is selected, and no other one is. */
  select_only(option) {
    for (const other of this.chosen().to_array()) {
      other.choose(false);
    }
    option?.choose(true);
    this.nothing_is_selected = false;
  }

  get selectedIndex() {
    return this.options.index_of(this.selected_option());
  }

  set selectedIndex(index) {
    this.select_only(this.options.item(index));
    this.nothing_is_selected = index < 0;
  }

  get value() {
    return this.selected_option()?.value ?? "";
  }

  set value(value) {
    this.selectedIndex = this.options.current().findIndex((option) => option.value === value);
  }

  reset() {
    this.options.current().forEach((option) => option.choose(null));
    this.nothing_is_selected = false;
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#dom-select-selectedoptions */
class LiveSelectedOptions extends LiveElements {
  now() {
    const select = this.root;
    if (select.multiple) {
      return select.chosen();
    }
    const option = select.selected_option();
    if (this.list === null || this.list.at(0) !== (option ?? undefined)) {
      this.list = new OrderedList(option === null ? [] : [option]);
    }
    return this.list;
  }
}

/** https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#htmloptionscollection */
export class HTMLOptionsCollection extends HTMLCollection {
  get length() {
    return super.length;
  }

  set length(value) {
    // 1–2. A greater length appends empty options, unless they would be too many.
    const options = this.current();
    if (value > options.length) {
      append_options(this.root, value - options.length, value);
      return;
    }
    // 3. A smaller one removes the last options.
    options.slice(value).forEach((option) => remove(option));
  }

  /** https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#dom-htmloptionscollection-setter */
  set_indexed(index, option) {
    // 1–2. Null removes the option of that index.
    if (option === null) {
      this.remove(index);
      return;
    }
    // 3–6. Replace the option of that index, or append after empty ones.
    const current = this.item(index);
    if (current !== null) {
      current.parentNode.replaceChild(option, current);
    } else if (append_options(this.root, index - this.length, index + 1)) {
      append(option, this.root);
    }
  }

  add(element, before) {
    const reference = typeof before === "number" ? this.item(before) : before;
    pre_insert(element, reference?.parentNode ?? this.root, reference ?? null);
  }

  remove(index) {
    const option = this.item(index);
    if (option !== null) {
      remove(option);
    }
  }

  get selectedIndex() {
    return this.root.selectedIndex;
  }

  set selectedIndex(value) {
    this.root.selectedIndex = value;
  }
}

/**
 * Ours: empty options at the end of a select, unless there would be too many: false. The text has a limit for `length`; AD-HOC: it holds
 * for indices too, as in browsers.
 */
function append_options(select, count, length) {
  if (length > MOST_OPTIONS) {
    return false;
  }
  const fragment = new DocumentFragment(select.node_document);
  for (let made = 0; made < count; ++made) {
    append(select.node_document.createElementNS(HTML, "option"), fragment);
  }
  append(fragment, select);
  return true;
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-option-element */
export class HTMLOptionElement extends HTMLElement {
  raw_selectedness = null;       // null until a script or the user has chosen: see `choose`

  static {
    reflect(this, { boolean: "disabled defaultSelected=selected" });
  }

  static Option(text, value, default_selected, selected) {
    const option = new HTMLOptionElement(associated_document(), "option", HTML);
    if (text !== "") {
      string_replace_all(text, option);
    }
    if (value !== undefined) {
      option.set_attribute_value("value", value);
    }
    if (default_selected) {
      option.set_attribute_value("selected", "");
    }
    option.choose(selected);
    return option;
  }

  get select() {
    const parent = this.parentNode;
    const owner = parent !== null && parent.is_html("optgroup") ? parent.parentNode : parent;
    return owner !== null && owner.is_html("select") ? owner : null;
  }

  get form() {
    return this.select?.form ?? null;
  }

  get text() {
    return strip_and_collapse_ascii_whitespace(this.textContent);
  }

  set text(value) {
    string_replace_all(value, this);
  }

  get label() {
    return this.attribute_value("label") || this.text;
  }

  set label(value) {
    this.set_attribute_value("label", value);
  }

  get value() {
    return this.attribute_value("value") ?? this.text;
  }

  set value(value) {
    this.set_attribute_value("value", value);
  }

  get selected() {
    const { select } = this;
    return select === null || select.multiple ? this.is_chosen() : select.selected_option() === this;
  }

  set selected(value) {
    const { select } = this;
    if (value && select !== null && !select.multiple) {
      select.select_only(this);
      return;
    }
    if (select !== null) {
      select.nothing_is_selected = false;
    }
    this.choose(value);
  }

  is_chosen() {
    return this.raw_selectedness ?? this.defaultSelected;
  }

  /** Ours: what somebody has chosen; null: what its attribute says. */
  choose(value) {
    if (this.raw_selectedness !== value) {
      this.raw_selectedness = value;
      note_attribute_change(this);
    }
  }

  get index() {
    const { select } = this;
    return select === null ? 0 : select.options.index_of(this);
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-optgroup-element */
export class HTMLOptGroupElement extends HTMLElement {
  static {
    reflect(this, { boolean: "disabled", string: "label" });
  }
}

/** https://html.spec.whatwg.org/multipage/form-elements.html#the-datalist-element */
export class HTMLDataListElement extends HTMLElement {
  options_collection = null;

  get options() {
    return this.options_collection ??= descendants_collection(this, (element) => element.is_html("option"));
  }
}

