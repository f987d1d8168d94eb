/** Ours: what cannot be cloned. `why` reads on from the value's own description. */
export function data_clone_error(value, why) {
  return new DOMException(`${describe(value)} ${why}`, "DataCloneError");
}

/** Ours: a word for a value, without running a script. */
function describe(value) {
  if (typeof value === "symbol") {
    return "a symbol";
  }
  if (typeof value === "function") {
    return "a function";
  }
  return "the object";
}
