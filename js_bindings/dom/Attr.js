import { Node } from "./Node.js";

/** Ours: an attribute as its element keeps it. The node that a script may hold is made when it is asked for. */
export class Attribute {
  namespaceURI;
  prefix;
  localName;
  name;            // the qualified name
  value;
  element = null;
  node = null;

  constructor(namespace, prefix, local_name, value) {
    this.namespaceURI = namespace;
    this.prefix = prefix;
    this.localName = local_name;
    this.name = prefix === null ? local_name : `${prefix}:${local_name}`;
    this.value = value;
  }

  /** OPTIMIZATION: its value is what `make` gives when somebody asks for it, unless it gets another one before. */
  set_value_later(make) {
    const keep = (value) => Object.defineProperty(this, "value", { value, writable: true, enumerable: true, configurable: true });
    const get = () => {
      const value = make();
      keep(value);
      return value;
    };
    Object.defineProperty(this, "value", { get, set: keep, enumerable: true, configurable: true });
  }

  /** The Attr of this attribute. `document` is its node document as long as no element has it. */
  as_node(document = null) {
    return this.node ??= new Attr(this, document);
  }
}

/** https://dom.spec.whatwg.org/#interface-attr */
export class Attr extends Node {
  attribute;

  constructor(attribute, document) {
    super(document ?? attribute.element.node_document);
    this.attribute = attribute;
    attribute.node = this;
  }

  get nodeType() {
    return 2;
  }

  get nodeName() {
    return this.attribute.name;
  }

  get namespaceURI() {
    return this.attribute.namespaceURI;
  }

  get prefix() {
    return this.attribute.prefix;
  }

  get localName() {
    return this.attribute.localName;
  }

  get name() {
    return this.attribute.name;
  }

  get ownerElement() {
    return this.attribute.element;
  }

  get ownerDocument() {
    return this.attribute.element?.node_document ?? this.node_document;
  }

  get specified() {
    return true;
  }

  get value() {
    return this.attribute.value;
  }

  /** https://dom.spec.whatwg.org/#set-an-existing-attribute-value */
  set value(value) {
    if (this.attribute.element === null) {
      this.attribute.value = value;
    } else {
      this.attribute.element.change_an_attribute(this.attribute, value);
    }
  }

  get nodeValue() {
    return this.value;
  }

  set nodeValue(value) {
    this.value = value ?? "";
  }

  get textContent() {
    return this.value;
  }

  set textContent(value) {
    this.value = value ?? "";
  }

  clone_itself(document) {
    const { namespaceURI, prefix, localName, value } = this.attribute;
    return new Attribute(namespaceURI, prefix, localName, value).as_node(document);
  }
}
