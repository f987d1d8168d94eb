/** https://html.spec.whatwg.org/multipage/dom.html#domstringmap */
export class DOMStringMap {
  element;

  constructor(element) {
    this.element = element;
  }

  /** https://html.spec.whatwg.org/multipage/dom.html#concept-domstringmap-pairs , the names */
  supported_names() {
    return this.element.attribute_list
      .filter(({ name, namespaceURI }) => namespaceURI === null && name.startsWith("data-") && !/[A-Z]/.test(name))
      .map(({ name }) => name.slice(5).replace(/-([a-z])/g, (match, letter) => letter.toUpperCase()));
  }

  supports_name(name) {
    return !/-[a-z]/.test(name) && this.element.attribute_value(attribute_of(name)) !== null;
  }

  get_named(name) {
    return this.element.attribute_value(attribute_of(name));
  }

  set_named(name, value) {
    if (/-[a-z]/.test(name)) {
      throw new DOMException(`"${name}" has a hyphen before a letter`, "SyntaxError");
    }
    this.element.setAttribute(attribute_of(name), value);
  }

  delete_named(name) {
    this.element.removeAttribute(attribute_of(name));
  }
}

function attribute_of(name) {
  return `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
