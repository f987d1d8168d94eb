import { ascii_lowercase, ascii_uppercase } from "../infra/strings.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { include } from "../webidl/properties.js";
import { Attribute } from "./Attr.js";
import { elements_with_class_names, elements_with_namespace_and_local_name, elements_with_qualified_name } from "./HTMLCollection.js";
import { AttributesOfElement } from "./attributes_of_element.js";
import { HTML, parse_an_ordered_set } from "./namespaces.js";
import { Node, descendant_text_content, string_replace_all } from "./Node.js";
import { ChildNode, NonDocumentTypeChildNode, ParentNode } from "./node_mixins.js";
import { pre_insert } from "./mutations.js";
import { note_attribute_change, queue_a_value_mutation_record } from "./observation.js";
import { ElementView } from "./ElementView.js";
import { MarkupOfElement } from "./dynamic_markup.js";

const FEW = 16;

function index_of_attributes(element) {
  if (element.attribute_index === null) {
    element.attribute_index = new Map();
    for (const attribute of element.attribute_list) {
      if (!element.attribute_index.has(attribute.name)) {
        element.attribute_index.set(attribute.name, attribute);
      }
    }
  }
  return element.attribute_index;
}

/** https://dom.spec.whatwg.org/#interface-element */
export class Element extends Node {
  namespaceURI = null;
  prefix = null;
  localName = "";
  qualified_name = "";
  attribute_index = null;        // OPTIMIZATION: name → the first attribute of that name, where there are many
  attribute_list = [];
  id_value = null;             // its id attribute; null when there is none or it is empty
  class_list = null;           // made when asked for
  attribute_map = null;
  children_collection = null;
  parsed_classes = null;       // see `classes`
  weak_reference = null;       // a WeakRef of it, once somebody needs one

  static {
    include(this, AttributesOfElement);
    include(this, ParentNode);
    include(this, NonDocumentTypeChildNode);
    include(this, ChildNode);
    include(this, MarkupOfElement);
    include(this, ElementView);
    this.prototype.customElementRegistry = not_implemented("there are no custom elements");
    this.prototype.attachShadow = not_implemented("there are no shadow trees");
  }

  constructor(node_document, local_name, namespace = HTML, prefix = null) {
    super(node_document);
    this.namespaceURI = namespace;
    this.prefix = prefix;
    this.localName = local_name;
    this.qualified_name = prefix === null ? local_name : `${prefix}:${local_name}`;
  }

  get nodeType() {
    return 1;
  }

  get nodeName() {
    return this.tagName;
  }

  get tagName() {
    return this.namespaceURI === HTML && this.node_document.is_html_document ? ascii_uppercase(this.qualified_name) : this.qualified_name;
  }

  get textContent() {
    return descendant_text_content(this);
  }

  set textContent(value) {
    string_replace_all(value ?? "", this);
  }

  is_html(local_name) {
    return this.localName === local_name && this.namespaceURI === HTML;
  }

  clone_itself(document) {
    const copy = load("dom/creation.js").make_element(document, this.localName, this.namespaceURI, this.prefix);
    for (const { namespaceURI, prefix, localName, value } of this.attribute_list) {
      copy.append_an_attribute(new Attribute(namespaceURI, prefix, localName, value));
    }
    return copy;
  }

  // Life in a document ----------------------------------------------------------------------------------------------

  insertion_steps() {
    if (this.id_value !== null) {
      this.node_document.ids.add(this.id_value, this);
    }
  }

  removing_steps(old_parent) {
    if (this.id_value !== null) {
      this.node_document.ids.remove(this.id_value, this);
    }
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-change-ext ; subclasses call it first. */
  attribute_change_steps(local_name, old_value, value, namespace) {
    if (local_name === "id" && namespace === null) {
      const id = value === "" ? null : value;
      if (this.isConnected && id !== this.id_value) {
        if (this.id_value !== null) {
          this.node_document.ids.remove(this.id_value, this);
        }
        if (id !== null) {
          this.node_document.ids.add(id, this);
        }
      }
      this.id_value = id;
    } else if (local_name === "class" && namespace === null) {
      this.parsed_classes = null;
    }
  }

  // Attributes ------------------------------------------------------------------------------------------------------

  /** https://dom.spec.whatwg.org/#concept-element-attributes-get-by-namespace , of no namespace */
  find_attribute(local_name) {
    if (this.attribute_list.length > FEW) {
      const found = index_of_attributes(this).get(local_name);
      if (found === undefined || found.namespaceURI === null) {
        return found ?? null;
      }
    }
    for (const attribute of this.attribute_list) {
      if (attribute.localName === local_name && attribute.namespaceURI === null) {
        return attribute;
      }
    }
    return null;
  }

  /** Ours: the value of an attribute of no namespace, or null. */
  attribute_value(local_name) {
    return this.find_attribute(local_name)?.value ?? null;
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-set-value , of no namespace */
  set_attribute_value(local_name, value, namespace = null, prefix = null) {
    // 1. Get the attribute.
    const attribute = namespace === null ? this.find_attribute(local_name) : this.find_attribute_ns(namespace, local_name);
    if (attribute === null) {
      // 2. Append a new one,
      this.append_an_attribute(new Attribute(namespace, prefix, local_name, value));
    } else {
      // 3. or change its value.
      this.change_an_attribute(attribute, value);
    }
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-append */
  append_an_attribute(attribute) {
    this.attribute_list.push(attribute);
    if (this.attribute_index !== null && !this.attribute_index.has(attribute.name)) {
      this.attribute_index.set(attribute.name, attribute);
    }
    attribute.element = this;
    this.handle_attribute_changes(attribute, null, attribute.value);
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-change */
  change_an_attribute(attribute, value) {
    const old_value = attribute.value;
    attribute.value = value;
    this.handle_attribute_changes(attribute, old_value, value);
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-remove */
  remove_an_attribute(attribute) {
    this.attribute_list.splice(this.attribute_list.indexOf(attribute), 1);
    this.attribute_index = null;
    if (attribute.node !== null) {
      attribute.node.node_document = this.node_document;
    }
    attribute.element = null;
    this.handle_attribute_changes(attribute, attribute.value, null);
  }

  /** https://dom.spec.whatwg.org/#handle-attribute-changes */
  handle_attribute_changes({ localName: local_name, namespaceURI: namespace }, old_value, value) {
    // 1. Queue a mutation record.
    queue_a_value_mutation_record("attributes", this, local_name, namespace, old_value);
    // 2. NB: no custom elements.
    // 3. Run the attribute change steps.
    note_attribute_change(this);
    this.attribute_change_steps(local_name, old_value, value, namespace);
  }

  find_attribute_ns(namespace, local_name) {
    const wanted = namespace === "" ? null : namespace;
    return this.attribute_list.find((attribute) => attribute.namespaceURI === wanted && attribute.localName === local_name) ?? null;
  }

  /** https://dom.spec.whatwg.org/#concept-element-attributes-get-by-name */
  find_attribute_by_name(qualified_name) {
    const name = this.lowercase_if_html(qualified_name);
    if (this.attribute_list.length > FEW) {
      return index_of_attributes(this).get(name) ?? null;
    }
    for (const attribute of this.attribute_list) {
      if (attribute.name === name) {
        return attribute;
      }
    }
    return null;
  }

  lowercase_if_html(name) {
    return this.namespaceURI === HTML && this.node_document.is_html_document ? ascii_lowercase(name) : name;
  }

  // Reflected attributes --------------------------------------------------------------------------------------------

  get id() {
    return this.id_value ?? "";
  }

  set id(value) {
    this.set_attribute_value("id", value);
  }

  get className() {
    return this.attribute_value("class") ?? "";
  }

  set className(value) {
    this.set_attribute_value("class", value);
  }

  get slot() {
    return this.attribute_value("slot") ?? "";
  }

  set slot(value) {
    this.set_attribute_value("slot", value);
  }

  get classList() {
    return this.class_list ??= new (load("dom/DOMTokenList.js").DOMTokenList)(this, "class");
  }

  /** https://dom.spec.whatwg.org/#concept-class , as an array nobody may change */
  classes() {
    if (this.parsed_classes === null) {
      const value = this.attribute_value("class");
      this.parsed_classes = value === null ? NO_CLASSES : parse_an_ordered_set(value);
    }
    return this.parsed_classes;
  }

  get shadowRoot() {
    return null;
  }

  get assignedSlot() {
    return null;
  }

  // Finding ---------------------------------------------------------------------------------------------------------

  closest(selectors) {
    return load("selectors/match.js").closest(this, selectors);
  }

  matches(selectors) {
    return load("selectors/match.js").matches(this, selectors);
  }

  webkitMatchesSelector(selectors) {
    return load("selectors/match.js").matches(this, selectors);
  }

  getElementsByTagName(qualified_name) {
    return elements_with_qualified_name(this, qualified_name);
  }

  getElementsByTagNameNS(namespace, local_name) {
    return elements_with_namespace_and_local_name(this, namespace, local_name);
  }

  getElementsByClassName(class_names) {
    return elements_with_class_names(this, class_names);
  }

  insertAdjacentElement(where, element) {
    return insert_adjacent(this, where, element);
  }

  insertAdjacentText(where, data) {
    insert_adjacent(this, where, new (load("dom/Text.js").Text)(data, this.node_document));
  }
}

const NO_CLASSES = [];

/** https://dom.spec.whatwg.org/#insert-adjacent */
function insert_adjacent(element, where, node) {
  switch (ascii_lowercase(where)) {
    case "beforebegin":
      return element.parentNode === null ? null : pre_insert(node, element.parentNode, element);
    case "afterbegin":
      return pre_insert(node, element, element.firstChild);
    case "beforeend":
      return pre_insert(node, element, null);
    case "afterend":
      return element.parentNode === null ? null : pre_insert(node, element.parentNode, element.nextSibling);
    default:
      throw new DOMException(`"${where}" is no place at an element`, "SyntaxError");
  }
}
