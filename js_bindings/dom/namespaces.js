import { split_on_ascii_whitespace } from "../infra/strings.js";

/** https://infra.spec.whatwg.org/#namespaces and names: https://dom.spec.whatwg.org/#namespaces */

export const HTML = "http://www.w3.org/1999/xhtml";
export const MATHML = "http://www.w3.org/1998/Math/MathML";
export const SVG = "http://www.w3.org/2000/svg";
export const XLINK = "http://www.w3.org/1999/xlink";
export const XML = "http://www.w3.org/XML/1998/namespace";
export const XMLNS = "http://www.w3.org/2000/xmlns/";

/** https://dom.spec.whatwg.org/#valid-element-local-name */
export function is_a_valid_element_local_name(name) {
  // 1. A name that an HTML parser could make: a letter, then nothing that ends a tag's name.
  if (/^[A-Za-z]/.test(name)) {
    return !/[\t\n\f\r \0/>]/.test(name);
  }
  // 2–4. Or an XML name.
  return /^[:_\u0080-\u{10FFFF}][A-Za-z0-9\-.:_\u0080-\u{10FFFF}]*$/u.test(name);
}

/** https://dom.spec.whatwg.org/#valid-attribute-local-name */
export function is_a_valid_attribute_local_name(name) {
  return name.length > 0 && !/[\t\n\f\r \0/=>]/.test(name);
}

/** https://dom.spec.whatwg.org/#valid-namespace-prefix */
function is_a_valid_namespace_prefix(prefix) {
  return prefix.length > 0 && !/[\t\n\f\r \0/>]/.test(prefix);
}

/** https://dom.spec.whatwg.org/#valid-doctype-name */
export function is_a_valid_doctype_name(name) {
  return !/[\t\n\f\r \0>]/.test(name);
}

/** https://dom.spec.whatwg.org/#validate-and-extract : [namespace, prefix, local name] */
export function validate_and_extract(namespace, qualified_name, context) {
  // 1. The empty namespace is null.
  if (namespace === "") {
    namespace = null;
  }
  // 2–4. Cut the name at its first colon.
  let prefix = null;
  let local_name = qualified_name;
  const colon = qualified_name.indexOf(":");
  if (colon !== -1) {
    prefix = qualified_name.slice(0, colon);
    local_name = qualified_name.slice(colon + 1);
    if (!is_a_valid_namespace_prefix(prefix)) {
      throw new DOMException(`"${prefix}" is no namespace prefix`, "InvalidCharacterError");
    }
  }
  // 5–7. The local name must be one.
  const valid = context === "element" ? is_a_valid_element_local_name(local_name) : is_a_valid_attribute_local_name(local_name);
  if (!valid) {
    throw new DOMException(`"${local_name}" is no name of an ${context}`, "InvalidCharacterError");
  }
  // 8–11. A prefix needs a namespace, and two prefixes have theirs.
  const wrong = (prefix !== null && namespace === null)
    || (prefix === "xml" && namespace !== XML)
    || ((qualified_name === "xmlns" || prefix === "xmlns") !== (namespace === XMLNS));
  if (wrong) {
    throw new DOMException(`"${qualified_name}" does not go with the namespace ${namespace}`, "NamespaceError");
  }
  // 12. The namespace, the prefix and the local name.
  return [namespace, prefix, local_name];
}

/** https://dom.spec.whatwg.org/#locate-a-namespace , for an element */
export function locate_a_namespace(element, prefix) {
  // 1–2. Two prefixes are known to everybody.
  if (prefix === "xml") {
    return XML;
  }
  if (prefix === "xmlns") {
    return XMLNS;
  }
  for (; element !== null; element = element.parentElement) {
    // 3. The namespace of the element, if it has that prefix.
    if (element.namespaceURI !== null && element.prefix === prefix) {
      return element.namespaceURI;
    }
    // 4. That of an attribute which declares it.
    for (const attribute of element.attribute_list) {
      if (attribute.namespaceURI === XMLNS && (prefix === null
        ? attribute.prefix === null && attribute.localName === "xmlns"
        : attribute.prefix === "xmlns" && attribute.localName === prefix)) {
        return attribute.value === "" ? null : attribute.value;
      }
    }
    // 5–6. Ask its parent.
  }
  return null;
}

/** https://dom.spec.whatwg.org/#locate-a-namespace-prefix */
export function locate_a_namespace_prefix(element, namespace) {
  for (; element !== null; element = element.parentElement) {
    // 1. The prefix of the element, if it has that namespace.
    if (element.namespaceURI === namespace && element.prefix !== null) {
      return element.prefix;
    }
    // 2. That of an attribute which declares it.
    for (const attribute of element.attribute_list) {
      if (attribute.prefix === "xmlns" && attribute.value === namespace) {
        return attribute.localName;
      }
    }
    // 3. Locate it at the parent.
  }
  // 4. There is none.
  return null;
}

/** https://dom.spec.whatwg.org/#concept-ordered-set-parser */
export function parse_an_ordered_set(string) {
  return [...new Set(split_on_ascii_whitespace(string))];
}
