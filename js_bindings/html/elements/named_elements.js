/**
 * Elements that document[name] and window[name] find: https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem
 *
 * Those of them whose name counts have a method `is_found_by_id()`: does their id count too?
 */

function names_of(element) {
  const names = new Set([element.attribute_value("name") ?? ""]);
  if (element.id_value !== null && element.is_found_by_id()) {
    names.add(element.id_value);
  }
  names.delete("");
  return names;
}

/** The element has come into its document. */
export function register_names(element) {
  const { named_elements, default_view } = element.node_document;
  element.registered_names = names_of(element);
  for (const name of element.registered_names) {
    named_elements.add(name, element);
    default_view?.name_appeared(name);
  }
}

/** It has gone, or has other names. */
export function unregister_names(element) {
  const { named_elements, default_view } = element.node_document;
  for (const name of element.registered_names ?? []) {
    named_elements.remove(name, element);
    default_view?.name_disappeared(name);
  }
  element.registered_names = null;
}
