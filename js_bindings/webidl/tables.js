import { load } from "./lazy.js";

/** The table of one definition in js_bindings/idl: see engine/webidl/tables.py. Its records inherit nothing. */
export function table_of(name) {
  return load("idl/tables/" + name + ".js").default;
}

/** The property by which an implementation object says which interfaces it implements. */
export function brand_of(name) {
  return "[[" + name + "]]";
}
