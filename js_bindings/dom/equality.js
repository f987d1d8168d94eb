/** https://dom.spec.whatwg.org/#concept-node-equals */
export function equals(a, b) {
  // The same kind,
  if (a.nodeType !== b.nodeType || a.child_count !== b.child_count) {
    return false;
  }
  // with the same of what the kind has,
  switch (a.nodeType) {
    case 10:
      if (a.name !== b.name || a.publicId !== b.publicId || a.systemId !== b.systemId) {
        return false;
      }
      break;
    case 1:
      if (a.namespaceURI !== b.namespaceURI || a.prefix !== b.prefix || a.localName !== b.localName || !same_attributes(a, b)) {
        return false;
      }
      break;
    case 2:
      return a.namespaceURI === b.namespaceURI && a.localName === b.localName && a.value === b.value;
    case 7:
      if (a.target !== b.target || a.data !== b.data) {
        return false;
      }
      break;
    case 3:
    case 4:
    case 8:
      if (a.data !== b.data) {
        return false;
      }
  }
  // and the same children.
  for (let one = a.firstChild, other = b.firstChild; one !== null; one = one.nextSibling, other = other.nextSibling) {
    if (!equals(one, other)) {
      return false;
    }
  }
  return true;
}

function same_attributes(a, b) {
  return a.attribute_list.length === b.attribute_list.length && a.attribute_list.every((attribute) => (
    b.attribute_list.some((other) => (
      other.namespaceURI === attribute.namespaceURI && other.localName === attribute.localName && other.value === attribute.value
    ))
  ));
}
