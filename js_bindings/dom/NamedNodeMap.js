import { ascii_lowercase } from "../infra/strings.js";
import { HTML } from "./namespaces.js";

/** https://dom.spec.whatwg.org/#interface-namednodemap */
export class NamedNodeMap {
  element;

  constructor(element) {
    this.element = element;
  }

  get length() {
    return this.element.attribute_list.length;
  }

  item(index) {
    return this.element.attribute_list[index]?.as_node() ?? null;
  }

  get_indexed(index) {
    return this.item(index);
  }

  getNamedItem(qualified_name) {
    return this.element.getAttributeNode(qualified_name);
  }

  get_named(name) {
    return this.getNamedItem(name);
  }

  getNamedItemNS(namespace, local_name) {
    return this.element.getAttributeNodeNS(namespace, local_name);
  }

  setNamedItem(attr) {
    return this.element.setAttributeNode(attr);
  }

  setNamedItemNS(attr) {
    return this.element.setAttributeNode(attr);
  }

  removeNamedItem(qualified_name) {
    return removed(this.element, this.getNamedItem(qualified_name));
  }

  removeNamedItemNS(namespace, local_name) {
    return removed(this.element, this.getNamedItemNS(namespace, local_name));
  }

  /** https://dom.spec.whatwg.org/#dom-namednodemap-item ff., the supported property names */
  supported_names() {
    // 1. The qualified names of the attributes, each once.
    const names = [...new Set(this.element.attribute_list.map(({ name }) => name))];
    // 2–3. On an HTML element of an HTML document only names in lower case are supported.
    const lowercase = this.element.namespaceURI === HTML && this.element.node_document.is_html_document;
    return lowercase ? names.filter((name) => name === ascii_lowercase(name)) : names;
  }
}

function removed(element, attr) {
  if (attr === null) {
    throw new DOMException("there is no such attribute", "NotFoundError");
  }
  return element.removeAttributeNode(attr);
}
