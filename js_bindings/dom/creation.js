import { interfaces } from "../interfaces.js";
import { load } from "../webidl/lazy.js";
import { interface_name_for } from "./element_interfaces.js";
import { Element } from "./Element.js";
import { HTML } from "./namespaces.js";

const classes = new Map();

/** https://dom.spec.whatwg.org/#concept-create-element , without custom elements */
export function make_element(document, local_name, namespace, prefix = null) {
  if (namespace === HTML) {
    let Class = classes.get(local_name);
    if (Class === undefined) {
      const wanted = interface_name_for(local_name);
      const name = Object.hasOwn(interfaces, wanted) ? wanted : "HTMLElement";
      Class = load(interfaces[name])[name];
      classes.set(local_name, Class);
    }
    return new Class(document, local_name, HTML, prefix);
  }
  return new Element(document, local_name, namespace, prefix);
}
