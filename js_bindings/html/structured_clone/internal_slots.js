import { host } from "../../ops.js";

/**
 * Which internal slots has an object? No script can pretend here, and none is run.
 *
 * The engine numbers its classes; the numbers are learnt from one object of each kind.
 */

const { class_id } = host;
const OBJECT = class_id({});
const ARGUMENTS = class_id((function () {
  return arguments;
})());
// NB: modules have no sloppy functions to learn it from; the engine numbers it next.
const SLOPPY_ARGUMENTS = ARGUMENTS + 1;

const kinds = new Map([
  [class_id([]), "Array"],
  [class_id(Object(true)), "Boolean"],
  [class_id(Object(1)), "Number"],
  [class_id(Object("")), "String"],
  [class_id(Object(1n)), "BigInt"],
  [class_id(new Date(0)), "Date"],
  [class_id(/x/), "RegExp"],
  [class_id(new Map()), "Map"],
  [class_id(new Set()), "Set"],
  [class_id(new Error()), "Error"],
  [class_id(new DOMException()), "DOMException"],
  [class_id(new ArrayBuffer(0)), "ArrayBuffer"],
  [class_id(new DataView(new ArrayBuffer(0))), "DataView"],
  [OBJECT, "Object"],
  // AD-HOC: arguments objects are exotic (or have a slot more) and should be refused; every browser takes their properties.
  [ARGUMENTS, "Object"],
  [SLOPPY_ARGUMENTS, "Object"],
]);

if (typeof SharedArrayBuffer === "function") {
  kinds.set(class_id(new SharedArrayBuffer(0)), "SharedArrayBuffer");
}
for (const name of [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "BigInt64Array", "BigUint64Array", "Float16Array", "Float32Array", "Float64Array",
]) {
  if (typeof globalThis[name] === "function") {
    kinds.set(class_id(new globalThis[name](0)), name);
  }
}

/**
 * "Object" for an ordinary object, the name of the class for those that can be cloned, the names of the typed arrays,
 * and undefined for everything else (proxies, promises, weak collections, iterators, functions …).
 */
export function kind_of(object) {
  return kinds.get(class_id(object));
}
