import { note_attribute_change, observation } from "../dom/observation.js";
import { table_of } from "../webidl/tables.js";

/**
 * https://drafts.csswg.org/cssom/#the-cssstyledeclaration-interface
 *
 * AD-HOC: declarations are kept as they were written: no value is checked, no shorthand expanded.
 */
export class CSSStyleDeclaration {
  element;                       // whose style attribute it is; null for a computed style, which nobody can change
  declarations = new Map();      // property → {value, important}, in order
  is_updating = false;

  constructor(element, declarations = undefined) {
    this.element = element;
    if (declarations !== undefined) {
      this.declarations = declarations;
    } else {
      this.parse(element.attribute_value("style") ?? "");
    }
  }

  /** Ours: its element's style attribute has another value, or none. */
  attribute_changed(value) {
    if (!this.is_updating) {
      this.parse(value ?? "");
    }
  }

  parse(text) {
    this.declarations = new Map();
    for (const declaration of split_declarations(text)) {
      const colon = declaration.indexOf(":");
      if (colon > 0) {
        const match = /^([\s\S]*?)(?:!\s*important)?$/i.exec(declaration.slice(colon + 1).trim());
        this.put(property_name(declaration.slice(0, colon).trim()), match[1].trim(), /!\s*important$/i.test(declaration));
      }
    }
  }

  put(property, value, important) {
    if (value !== "" && /^(?:--|-?[a-z])/.test(property)) {
      this.declarations.set(property, { value, important });
    }
  }

  /** https://drafts.csswg.org/cssom/#update-style-attribute-for */
  update_the_style_attribute() {
    // OPTIMIZATION: as long as no observer wants to know it, the text is made when it is asked for.
    const attribute = this.element.find_attribute("style");
    if (attribute !== null && observation.observers === 0) {
      attribute.set_value_later(() => this.cssText);
      note_attribute_change(this.element);
      return;
    }
    this.is_updating = true;
    this.element.set_attribute_value("style", this.cssText);
    this.is_updating = false;
  }

  get cssText() {
    return [...this.declarations].map(([property, { value, important }]) => `${property}: ${value}${important ? " !important" : ""};`).join(" ");
  }

  set cssText(text) {
    this.prepare_to_change();
    this.parse(text);
    this.update_the_style_attribute();
  }

  get length() {
    return this.declarations.size;
  }

  item(index) {
    return [...this.declarations.keys()][index] ?? "";
  }

  get_indexed(index) {
    return this.item(index);
  }

  getPropertyValue(property) {
    return this.declarations.get(property_name(property))?.value ?? "";
  }

  getPropertyPriority(property) {
    return this.declarations.get(property_name(property))?.important ? "important" : "";
  }

  setProperty(property, value, priority) {
    this.prepare_to_change();
    const name = property_name(property);
    const trimmed = value.trim();
    if (trimmed === "") {
      this.removeProperty(property);
    } else if (priority === "" || priority.toLowerCase() === "important") {
      this.put(name, trimmed, priority !== "");
      this.update_the_style_attribute();
    }
  }

  removeProperty(property) {
    this.prepare_to_change();
    const name = property_name(property);
    const value = this.getPropertyValue(name);
    if (this.declarations.delete(name)) {
      this.update_the_style_attribute();
    }
    return value;
  }

  prepare_to_change() {
    if (this.element === null) {
      throw new DOMException("a computed style cannot be changed", "NoModificationAllowedError");
    }
    // Whoever observes will ask for the old value.
    if (observation.observers > 0) {
      this.element.attribute_value("style");
    }
  }

  get cssFloat() {
    return this.getPropertyValue("float");
  }

  set cssFloat(value) {
    this.setProperty("float", value, "");
  }
}

const OWN = new Set(["cssText", "length", "cssFloat"]);

// https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-camel-cased-attribute
for (const { kind, name } of table_of("CSSStyleDeclaration").members) {
  if (kind === "attribute" && !OWN.has(name)) {
    const property = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    Object.defineProperty(CSSStyleDeclaration.prototype, name, {
      get() {
        return this.getPropertyValue(property);
      },
      set(value) {
        this.setProperty(property, value, "");
      },
      configurable: true,
    });
  }
}

function property_name(name) {
  return name.startsWith("--") ? name : name.toLowerCase();
}

/** What is between semicolons that are neither in a string nor in brackets. */
function split_declarations(text) {
  const without_comments = text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, "");
  return without_comments.match(/(?:[^;"'(]|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|\((?:[^()]|\([^()]*\))*\)?)+/g) ?? [];
}
