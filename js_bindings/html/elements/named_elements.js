/** Elements by their name attribute: https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem */

/**
 * A mixin for elements that document[name] and window[name] find: by their name, and by their id if `by_id` says so.
 * It keeps `named_elements` of the document.
 */
export function named_in_document(by_id) {
  const names_of = (element) => {
    const names = new Set([element.attribute_value("name") ?? ""]);
    if (element.id_value !== null && by_id(element)) {
      names.add(element.id_value);
    }
    names.delete("");
    return names;
  };
  const register = (element) => {
    element.registered_names = names_of(element);
    element.registered_names.forEach((name) => element.node_document.named_elements.add(name, element));
    const { default_view } = element.node_document;
    element.registered_names.forEach((name) => default_view?.name_appeared(name));
  };
  const unregister = (element) => {
    for (const name of element.registered_names ?? []) {
      element.node_document.named_elements.remove(name, element);
      element.node_document.default_view?.name_disappeared(name);
    }
    element.registered_names = null;
  };
  return class NamedElement {
    insertion_steps() {
      Object.getPrototypeOf(Object.getPrototypeOf(this)).insertion_steps.call(this);
      register(this);
    }

    removing_steps(old_parent) {
      Object.getPrototypeOf(Object.getPrototypeOf(this)).removing_steps.call(this, old_parent);
      unregister(this);
    }

    name_attribute_changed(local_name) {
      if (this.isConnected && (local_name === "name" || local_name === "id")) {
        unregister(this);
        register(this);
      }
    }
  };
}
