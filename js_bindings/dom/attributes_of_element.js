import { load } from "../webidl/lazy.js";
import { Attribute } from "./Attr.js";
import { is_a_valid_attribute_local_name, validate_and_extract } from "./namespaces.js";

/** https://dom.spec.whatwg.org/#interface-element : what scripts do with its attributes. The attributes themselves are in Element.js. */
export class AttributesOfElement {
  hasAttributes() {
    return this.attribute_list.length > 0;
  }

  get attributes() {
    return this.attribute_map ??= new (load("dom/NamedNodeMap.js").NamedNodeMap)(this);
  }

  getAttributeNames() {
    return this.attribute_list.map(({ name }) => name);
  }

  getAttribute(qualified_name) {
    return this.find_attribute_by_name(qualified_name)?.value ?? null;
  }

  getAttributeNS(namespace, local_name) {
    return this.find_attribute_ns(namespace, local_name)?.value ?? null;
  }

  /** https://dom.spec.whatwg.org/#dom-element-setattribute */
  setAttribute(qualified_name, value) {
    // 1. The name must be a valid attribute local name.
    check_attribute_name(qualified_name);
    // 2. In lower case on an HTML element of an HTML document.
    const name = this.lowercase_if_html(qualified_name);
    // 3. NB: no trusted types.
    // 4–6. Change the attribute, or append it.
    const attribute = this.find_attribute_by_name(name);
    if (attribute === null) {
      this.append_an_attribute(new Attribute(null, null, name, value));
    } else {
      this.change_an_attribute(attribute, value);
    }
  }

  setAttributeNS(namespace, qualified_name, value) {
    const [extracted, prefix, local_name] = validate_and_extract(namespace, qualified_name, "attribute");
    this.set_attribute_value(local_name, value, extracted, prefix);
  }

  removeAttribute(qualified_name) {
    const attribute = this.find_attribute_by_name(qualified_name);
    if (attribute !== null) {
      this.remove_an_attribute(attribute);
    }
  }

  removeAttributeNS(namespace, local_name) {
    const attribute = this.find_attribute_ns(namespace, local_name);
    if (attribute !== null) {
      this.remove_an_attribute(attribute);
    }
  }

  /** https://dom.spec.whatwg.org/#dom-element-toggleattribute */
  toggleAttribute(qualified_name, force) {
    check_attribute_name(qualified_name);
    const attribute = this.find_attribute_by_name(qualified_name);
    if (attribute === null) {
      if (force === false) {
        return false;
      }
      this.append_an_attribute(new Attribute(null, null, this.lowercase_if_html(qualified_name), ""));
      return true;
    }
    if (force !== true) {
      this.remove_an_attribute(attribute);
      return false;
    }
    return true;
  }

  hasAttribute(qualified_name) {
    return this.find_attribute_by_name(qualified_name) !== null;
  }

  hasAttributeNS(namespace, local_name) {
    return this.find_attribute_ns(namespace, local_name) !== null;
  }

  getAttributeNode(qualified_name) {
    return this.find_attribute_by_name(qualified_name)?.as_node() ?? null;
  }

  getAttributeNodeNS(namespace, local_name) {
    return this.find_attribute_ns(namespace, local_name)?.as_node() ?? null;
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-set */
  setAttributeNode(attr) {
    // 1–2. An attribute of another element is refused.
    const { attribute } = attr;
    if (attribute.element !== null && attribute.element !== this) {
      throw new DOMException("the attribute belongs to another element", "InUseAttributeError");
    }
    // 3–4. Find the old attribute of that name; itself stays.
    const old = this.find_attribute_ns(attribute.namespaceURI, attribute.localName);
    if (old === attribute) {
      return attr;
    }
    // 5–6. Replace the old one, or append.
    if (old === null) {
      this.append_an_attribute(attribute);
      return null;
    }
    const old_node = old.as_node();
    this.attribute_list[this.attribute_list.indexOf(old)] = attribute;
    this.attribute_index = null;
    attribute.element = this;
    old.element = null;
    this.handle_attribute_changes(attribute, old.value, attribute.value);
    // 7. The old attribute.
    return old_node;
  }

  setAttributeNodeNS(attr) {
    return this.setAttributeNode(attr);
  }

  removeAttributeNode(attr) {
    if (attr.attribute.element !== this) {
      throw new DOMException("the attribute is not of this element", "NotFoundError");
    }
    this.remove_an_attribute(attr.attribute);
    return attr;
  }
}

function check_attribute_name(name) {
  if (!is_a_valid_attribute_local_name(name)) {
    throw new DOMException(`"${name}" is no name of an attribute`, "InvalidCharacterError");
  }
}
