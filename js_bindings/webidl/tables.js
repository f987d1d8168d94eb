import { interfaces } from "../interfaces.js";
import { getPrototypeOf, has_own } from "../intrinsics.js";
import { load } from "./lazy.js";

/** The table of one definition in js_bindings/idl: see engine/webidl/tables.py. Its records inherit nothing. */
export function table_of(name) {
  return load("idl/tables/" + name + ".js").default;
}

/** The property by which an implementation object says which interfaces it implements. */
export function brand_of(name) {
  return "[[" + name + "]]";
}

/**
 * Interfaces of this realm, each made when it is first asked for: https://webidl.spec.whatwg.org/#js-interfaces
 *
 * @typedef {object} Interface
 * @property {string} name
 * @property {object} table         its definition
 * @property {Function} Class       the implementation class
 * @property {Function} constructor the interface object
 * @property {object} prototype     the interface prototype object
 * @property {Interface | null} parent
 * @property {Record<string, object> | null} special  its indexed and named members by kind
 * @property {(object) => object} add_unforgeables
 * @property {(object, implementation) => object} decorate  finishes a new platform object: unforgeable members, indexed properties
 */
const made = new Map();

export function interface_of(name) {
  return made.get(name) ?? load("webidl/define_interface.js").define_interface(name);
}

/** NB: it is there before it is finished: members are made of types that may name it. */
export function remember_interface(own) {
  made.set(own.name, own);
}

const names_of_classes = new WeakMap();

/** The interface that objects of an implementation class implement: its own, or the nearest one it inherits; null for other classes. */
export function interface_name_of(Class) {
  if (typeof Class !== "function") {
    return null;
  }
  let name = names_of_classes.get(Class);
  if (name === undefined) {
    const own = has_own(Class, "name") ? Class.name : "";
    name = has_own(interfaces, own) && load(interfaces[own])[own] === Class ? own : interface_name_of(getPrototypeOf(Class));
    names_of_classes.set(Class, name);
  }
  return name;
}

/** The implementation class of an interface. */
export function implementation_class(name) {
  if (!has_own(interfaces, name)) {
    throw new Error("the interface " + name + " is not registered in interfaces.js");
  }
  const Class = load(interfaces[name])[name];
  if (Class === undefined) {
    throw new Error(interfaces[name] + " does not export " + name);
  }
  return Class;
}
