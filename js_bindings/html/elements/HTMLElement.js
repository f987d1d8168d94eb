import { load } from "../../webidl/lazy.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { Element } from "../../dom/Element.js";
import { HTML } from "../../dom/namespaces.js";
import { replace } from "../../dom/mutations.js";
import { UncompiledHandler } from "../../dom/event_handlers.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { is_event_handler_name, compile_event_handler } from "./event_handler_content_attributes.js";
import { register_names, unregister_names } from "./named_elements.js";
import { reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/dom.html#htmlelement */
export class HTMLElement extends Element {
  data_set = null;
  style_declaration = null;
  click_in_progress_flag = false;
  registered_names = null;     // see named_elements.js

  static {
    for (const name of ["showPopover", "hidePopover", "togglePopover"]) {
      this.prototype[name] = not_implemented("nothing is shown");
    }
    this.prototype.attachInternals = not_implemented("there are no custom elements");
    reflect(this, {
      string: "title lang accessKey nonce",
      boolean: "inert autofocus",
      enumerated: {
        dir: { values: ["ltr", "rtl", "auto"] },
        autocapitalize: { values: ["off", "none", "on", "sentences", "words", "characters"] },
        enterKeyHint: { values: ["enter", "done", "go", "next", "previous", "search", "send"] },
        inputMode: { values: ["none", "text", "tel", "url", "email", "numeric", "decimal", "search"] },
        popover: { values: { "": "auto", auto: "auto", manual: "manual", hint: "hint" }, missing: null, invalid: "manual", nullable: true },
      },
    });
  }

  // What it is told --------------------------------------------------------------------------------------------------

  insertion_steps() {
    super.insertion_steps();
    if (this.is_found_by_id !== undefined) {
      register_names(this);
    }
  }

  removing_steps(old_parent) {
    super.removing_steps(old_parent);
    if (this.is_found_by_id !== undefined) {
      unregister_names(this);
    }
    if (this.node_document.active_element === this) {
      this.node_document.active_element = null;
    }
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (namespace !== null) {
      return;
    }
    if ((local_name === "name" || local_name === "id") && this.is_found_by_id !== undefined && this.isConnected) {
      unregister_names(this);
      register_names(this);
    }
    if (local_name === "style") {
      this.style_declaration?.attribute_changed(value);
    } else if (local_name.length > 2 && local_name[0] === "o" && local_name[1] === "n" && is_event_handler_name(local_name, this)) {
      // https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-content-attributes
      if (value === null) {
        this.set_event_handler(local_name, null);
      } else if (!this.node_document.blocks_inline_handlers(this, value)) {
        this.set_event_handler(local_name, new UncompiledHandler(value, this));
      }
    }
  }

  compile_event_handler(name, handler) {
    return compile_event_handler(this, name, handler);
  }

  // Attributes -------------------------------------------------------------------------------------------------------

  get dataset() {
    return this.data_set ??= new (load("html/elements/DOMStringMap.js").DOMStringMap)(this);
  }

  get style() {
    return this.style_declaration ??= new (load("cssom/CSSStyleDeclaration.js").CSSStyleDeclaration)(this);
  }

  get translate() {
    for (let element = this; element !== null && element.nodeType === 1; element = element.parentNode) {
      const value = element.attribute_value("translate")?.toLowerCase();
      if (value === "" || value === "yes") {
        return true;
      }
      if (value === "no") {
        return false;
      }
    }
    return true;
  }

  set translate(value) {
    this.set_attribute_value("translate", value ? "yes" : "no");
  }

  get hidden() {
    const value = this.attribute_value("hidden");
    return value === null ? false : value.toLowerCase() === "until-found" ? "until-found" : true;
  }

  set hidden(value) {
    if (typeof value === "string" && value.toLowerCase() === "until-found") {
      this.set_attribute_value("hidden", "until-found");
    } else if (value === false || value === null || value === "" || value === 0 || Number.isNaN(value)) {
      this.removeAttribute("hidden");
    } else {
      this.set_attribute_value("hidden", "");
    }
  }

  get accessKeyLabel() {
    return "";
  }

  get draggable() {
    const value = this.attribute_value("draggable")?.toLowerCase();
    return value === "true" || (value !== "false" && (this.is_html("img") || (this.is_html("a") && this.find_attribute("href") !== null)));
  }

  set draggable(value) {
    this.set_attribute_value("draggable", String(value));
  }

  get spellcheck() {
    return this.attribute_value("spellcheck")?.toLowerCase() !== "false";
  }

  set spellcheck(value) {
    this.set_attribute_value("spellcheck", String(value));
  }

  get writingSuggestions() {
    return this.attribute_value("writingsuggestions")?.toLowerCase() === "false" ? "false" : "true";
  }

  set writingSuggestions(value) {
    this.set_attribute_value("writingsuggestions", value);
  }

  get autocorrect() {
    return this.attribute_value("autocorrect")?.toLowerCase() !== "off";
  }

  set autocorrect(value) {
    this.set_attribute_value("autocorrect", value ? "on" : "off");
  }

  get contentEditable() {
    const value = this.attribute_value("contenteditable")?.toLowerCase();
    return value === undefined ? "inherit" : { "": "true", true: "true", false: "false", "plaintext-only": "plaintext-only" }[value] ?? "inherit";
  }

  set contentEditable(value) {
    const keyword = value.toLowerCase();
    if (keyword === "inherit") {
      this.removeAttribute("contenteditable");
    } else if (["true", "false", "plaintext-only"].includes(keyword)) {
      this.set_attribute_value("contenteditable", keyword);
    } else {
      throw new DOMException(`"${value}" is no state of contentEditable`, "SyntaxError");
    }
  }

  get isContentEditable() {
    for (let element = this; element !== null && element.namespaceURI === HTML; element = element.parentNode) {
      if (element.contentEditable !== "inherit") {
        return element.contentEditable !== "false";
      }
    }
    return this.node_document.design_mode === "on";
  }

  get tabIndex() {
    const value = Number.parseInt(this.attribute_value("tabindex") ?? "", 10);
    return Number.isNaN(value) ? (this.is_focusable_by_nature ? 0 : -1) : value;
  }

  set tabIndex(value) {
    this.set_attribute_value("tabindex", String(value));
  }

  get is_focusable_by_nature() {
    return ["button", "input", "select", "textarea", "iframe", "summary"].includes(this.localName)
      || ((this.localName === "a" || this.localName === "area") && this.find_attribute("href") !== null);
  }

  /** https://html.spec.whatwg.org/multipage/dom.html#dom-innertext . AD-HOC: nothing is rendered, so it is the text, with br as a line's end. */
  get innerText() {
    return load("html/elements/inner_text.js").inner_text(this);
  }

  set innerText(value) {
    load("html/elements/inner_text.js").set_inner_text(this, value);
  }

  get outerText() {
    return this.innerText;
  }

  set outerText(value) {
    if (this.parentNode === null) {
      throw new DOMException("the element has no parent", "NoModificationAllowedError");
    }
    const fragment = load("html/elements/inner_text.js").rendered_text_fragment(value, this.node_document);
    if (fragment.firstChild === null) {
      fragment.appendChild(this.node_document.createTextNode(""));
    }
    replace(this, fragment, this.parentNode);
  }

  // Behaviour --------------------------------------------------------------------------------------------------------

  /** https://html.spec.whatwg.org/multipage/interaction.html#dom-click */
  click() {
    // 1. A disabled form control cannot be clicked.
    if (is_disabled(this)) {
      return;
    }
    // 2. An element whose click is in progress is not clicked again.
    if (this.click_in_progress_flag) {
      return;
    }
    // 3–5. Fire a synthetic pointer event while the click in progress flag is set.
    this.click_in_progress_flag = true;
    try {
      load("uievents/synthetic.js").fire_a_synthetic_pointer_event("click", this, true);
    } finally {
      this.click_in_progress_flag = false;
    }
  }

  focus(options) {
    load("html/elements/focus.js").focus(this);
  }

  blur() {
    load("html/elements/focus.js").blur(this);
  }
}

/** https://html.spec.whatwg.org/multipage/dom.html#htmlunknownelement */
export class HTMLUnknownElement extends HTMLElement {}

